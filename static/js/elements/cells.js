/** Painters of the grid's cells: each builds its nodes once and then only corrects them. */
import { clock } from "../lib/format.js";
import { Cell } from "./cell.js";
import { closesText } from "./closes-words.js";
import { h, icon, repoint, svg, write } from "./dom.js";
import { elapsed, promiseOf, trendPath, unitsBar } from "./marks.js";
import { presenceCause } from "./presence-words.js";
import {
  channelWord,
  leavingText,
  moodWord,
  presenceWord,
  stateOf,
  stateText,
  trendWord,
} from "./words.js";

/** @typedef {Record<string, any>} Row */

/** What the row itself has to say: it is leaving, or its change has not come back. */
export class NoteCell extends Cell {
  /** @override */
  paint() {
    this.gui.className = "cell-line cell-note";
    this.gui.replaceChildren(...this.#parts());
  }

  #parts() {
    if (this.row.leaving) {
      const text = leavingText(this.row.leaving);
      return [h("span", { class: "clip", title: text }, text)];
    }
    if (!this.world.isDelayed(this.row.id)) return this.#hand();
    return [
      h("span", { class: "spin", "aria-hidden": "true" }),
      h("span", { class: "clip" }, gettext("Update delayed")),
      this.#refresh(),
    ];
  }

  #hand() {
    if (!this.row.hand) return [];
    const { hand, agent } = this.row;
    const title = `${this.agentName(agent)}: ${hand.text}`;
    return [
      icon("hand", "icon glyph raised-hand"),
      h("span", { class: "clip", title }, gettext("Asks for help")),
    ];
  }

  #refresh() {
    const press = (/** @type {Event} */ event) => {
      event.stopPropagation();
      this.world.refresh();
    };
    const all = {
      type: "button",
      class: "link-button",
      tabindex: "-1",
      onclick: press,
    };
    return h(
      "button",
      all,
      icon("refresh", "icon glyph"),
      h("span", {}, gettext("Refresh")),
    );
  }
}

export class TextCell extends Cell {
  /** @override */
  build() {
    this.gui = h("span");
  }

  /** @override @param {any} params */
  refresh(params) {
    this.value = params.value;
    return super.refresh(params);
  }

  /** @override @param {any} params */
  init(params) {
    this.value = params.value;
    super.init(params);
  }

  /** @override */
  paint() {
    write(this.gui, this.value ?? "");
    this.gui.title = this.value ?? "";
  }
}

/** The customer; a raised hand as well, where no other column has room for it. */
export class CustomerCell extends Cell {
  #name = h("span", { class: "clip" });
  #hand = icon("hand", "icon glyph raised-hand", " ");

  /** @override */
  build() {
    this.gui.append(this.#hand, this.#name);
  }

  /** @override */
  paint() {
    const { customer, hand, leaving } = this.row;
    const name = customer?.name || gettext("Unknown customer");
    const raised = hand && !leaving;
    write(this.#name, name);
    this.#hand.toggleAttribute("hidden", !raised);
    this.#hand.setAttribute("aria-label", gettext("Asks for help"));
    this.gui.title = raised ? `${name} · ${hand.text}` : name;
  }
}

export class SubjectCell extends TextCell {
  /** @override */
  paint() {
    super.paint();
    if (this.row.language) this.gui.lang = this.row.language;
  }
}

/** Glyph, word, and the countdown of an offer in the same cell. */
export class StateCell extends Cell {
  #mark = icon("s-open", "glyph");
  #word = h("span", { class: "clip" });
  #due = h("span", { class: "cell-due" });

  /** @override */
  build() {
    this.gui.append(this.#mark, this.#word, this.#due);
    // Read at the moment somebody points at it: it counts down.
    this.gui.addEventListener("pointerenter", () => this.#explain());
  }

  /** @override */
  paint() {
    const code = this.row.leaving ? "closed" : stateOf(this.row);
    const shape = code === "with_bot" ? "in_conversation" : code;
    repoint(this.#mark, `s-${shape}`, `glyph state-${code}`, "");
    const shown = this.row.leaving ? { state: "closed" } : this.row;
    write(
      this.#word,
      stateText(shown, (id) => this.agentName(id)),
    );
    this.#explain();
    this.keepTicking(Boolean(this.row.offer) && !this.row.leaving);
    this.tick(this.world.now());
  }

  #explain() {
    const closes = this.row.leaving
      ? ""
      : closesText(this.row.closes, this.world.now());
    const word = this.#word.textContent ?? "";
    this.gui.title = closes ? `${word}. ${closes}` : word;
  }

  /** @param {number} now */
  tick(now) {
    const due = this.row.leaving ? null : this.row.offer?.expires_at;
    const left = due ? Math.max(0, Math.ceil((Date.parse(due) - now) / 1000)) : null;
    write(this.#due, left === null ? "" : clock(left));
  }
}

/** Presence, name, units as a bar that overflows, units as figures. */
export class AgentCell extends Cell {
  #face = icon("p-offline", "presence");
  #name = h("span", { class: "clip fill" });
  #bar = unitsBar();
  #figure = h("span", { class: "units-figure" });

  /** @override */
  build() {
    this.gui.className = "cell-line is-agent";
    this.gui.append(this.#face, this.#name, this.#bar.node, this.#figure);
  }

  /** @override */
  paint() {
    const offered = this.row.agent === null && this.row.offer;
    const id = this.row.agent ?? this.row.offer?.agent ?? null;
    const agent = id === null ? null : this.world.store.agents.get(id);
    this.#name.classList.toggle("quiet", !agent || Boolean(offered));
    if (agent) this.#show(agent);
    else this.#nobody();
  }

  /** @param {any} agent */
  #show(agent) {
    const word = agent.presence_label || presenceWord(agent.presence);
    const look = `presence presence-${agent.presence}`;
    this.#face.setAttribute("role", "img");
    this.#face.removeAttribute("aria-hidden");
    repoint(this.#face, `p-${agent.presence}`, look, word);
    write(this.#name, agent.name);
    const {
      presence_since: since,
      presence_set_by: by,
      presence_reason: reason,
    } = agent;
    const cause = presenceCause(
      { since, by, reason },
      "",
      document.documentElement.lang,
    );
    this.gui.title = `${agent.name}, ${word}, ${cause}`;
    this.#units(agent);
  }

  /** @param {any} agent */
  #units({ used_units: used, total_units: total }) {
    const over = used > total;
    this.#bar.node.removeAttribute("hidden");
    this.#bar.set(used, total);
    write(this.#figure, `${used}/${total}`);
    this.#figure.classList.toggle("is-over", over);
    const excess = ngettext("%s unit over", "%s units over", used - total);
    this.#figure.title = over ? interpolate(excess, [used - total]) : "";
  }

  #nobody() {
    const bot = this.row.phase === "with_bot";
    const look = bot ? "presence presence-bot" : "presence";
    repoint(this.#face, bot ? "p-bot" : "none", look, "");
    this.#face.toggleAttribute("hidden", !bot);
    write(
      this.#name,
      bot ? this.row.bot_name || gettext("Bot") : gettext("Nobody yet"),
    );
    this.gui.title = "";
    this.#bar.node.setAttribute("hidden", "");
    write(this.#figure, "");
  }

  /** @override @param {any} params */
  refresh(params) {
    this.#face.removeAttribute("hidden");
    return super.refresh(params);
  }
}

export class ChannelCell extends Cell {
  #mark = icon("live_chat", "icon", " ");

  /** @override */
  build() {
    this.gui = h("span", { class: "cell-channel" }, this.#mark);
  }

  /** @override */
  paint() {
    const word = channelWord(this.row.channel);
    repoint(this.#mark, this.row.elevated ? "voice" : this.row.channel, "icon", word);
    this.gui.title = word;
  }
}

/** How long it waited or waits; tinted when the queue's promise is near or broken. */
export class WaitedCell extends Cell {
  #figure = h("span");

  /** @override */
  build() {
    this.gui = h("span", {}, this.#figure);
  }

  /** @override */
  paint() {
    this.keepTicking(Boolean(this.row.wait_since) && !this.row.leaving);
    this.tick(this.world.now());
  }

  /** @param {number} now */
  tick(now) {
    const since = this.row.leaving ? null : this.row.wait_since;
    const seconds = since ? elapsed(since, now) : this.row.waited_seconds;
    write(
      this.#figure,
      seconds === null || seconds === undefined ? "–" : clock(seconds),
    );
    this.#judge(since ? seconds : null);
  }

  /** @param {number | null} seconds */
  #judge(seconds) {
    const promised = this.world.store.queues.get(this.row.queue)?.service_level_seconds;
    const verdict = promiseOf(seconds, promised);
    if (this.#figure.dataset.verdict === verdict) return;
    this.#figure.dataset.verdict = verdict;
    this.#figure.className = verdict ? `time-${verdict}` : "";
    this.#figure.title = promiseSentence(verdict, promised);
  }
}

export class HandlingCell extends Cell {
  /** @override */
  build() {
    this.gui = h("span");
  }

  /** @override */
  paint() {
    this.keepTicking(Boolean(this.row.accepted_at) && !this.row.leaving);
    this.tick(this.world.now());
  }

  /** @param {number} now */
  tick(now) {
    const since = this.row.leaving ? null : this.row.accepted_at;
    write(this.gui, since ? clock(elapsed(since, now)) : "–");
  }
}

/** Mood as a glyph, then the last six messages as a line that ends in its colour. */
export class MoodCell extends Cell {
  #face = icon("m-unknown", "mood", " ");
  #line = svg("path");
  #end = svg("circle", { r: 2 });
  #trend = svg(
    "svg",
    { class: "trend-mini", viewBox: "0 0 30 14" },
    this.#line,
    this.#end,
  );

  /** @override */
  build() {
    this.gui.append(this.#face, this.#trend);
  }

  /** @override */
  paint() {
    const { level, trend, points = [] } = this.row.sentiment ?? { level: "unknown" };
    const word = moodWord(level);
    const moving = trend === "falling" || trend === "rising";
    const text = moving ? `${word}, ${trendWord(trend)}` : word;
    repoint(this.#face, `m-${level}`, `mood mood-${level}`, text);
    this.gui.title = text;
    this.#draw(points.slice(-6), level);
  }

  /**
   * @param {number[]} points
   * @param {string} level
   */
  #draw(points, level) {
    const drawn = points.length > 1 && level !== "unknown";
    this.#trend.toggleAttribute("hidden", !drawn);
    if (!drawn) return;
    const { path, last } = trendPath(points, 30, 14);
    this.#line.setAttribute("d", path);
    this.#end.setAttribute("cx", String(last[0]));
    this.#end.setAttribute("cy", String(last[1]));
    this.#trend.setAttribute("class", `trend-mini mood-${level}`);
  }
}

/**
 * @param {string} verdict
 * @param {number} promised
 */
function promiseSentence(verdict, promised) {
  if (verdict === "breach") {
    return interpolate(gettext("Longer than the promised %s"), [clock(promised)]);
  }
  if (verdict !== "soon") return "";
  return interpolate(gettext("Close to the promised %s"), [clock(promised)]);
}
