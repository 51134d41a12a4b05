/** Why a conversation is not assigned, and how it was: asked for only while it is open. */
import { timeOfDay } from "../lib/format.js";
import { h, icon, write } from "./dom.js";
import { refusalText } from "./refusal-words.js";
import {
  counts,
  countText,
  decisionText,
  reasonWord,
  wholeSentence,
} from "./routing-words.js";
import { presenceWord } from "./words.js";

/** @typedef {Record<string, any>} Any */

const AGAIN_MS = 10_000;

export class PanelRouting {
  /** @type {any} */ commands;
  /** @type {any} */ store;
  locale = "en";
  #title = h("summary");
  #body = h("div", {
    class: "routing-body",
    tabindex: 0,
    role: "group",
    "aria-label": gettext("Routing"),
  });
  node = /** @type {HTMLDetailsElement} */ (
    h("details", { class: "panel-part is-routing" }, this.#title, this.#body)
  );
  #id = 0;
  #askedAt = 0;
  #print = "";
  /** @type {Set<string>} decisions that are unfolded, by their moment */
  #unfolded = new Set();

  constructor() {
    this.node.addEventListener("toggle", () => this.node.open && this.#ask());
  }

  /** @param {Any} row */
  show({ id, state }) {
    const open = state === "open";
    write(
      this.#title,
      open ? gettext("Why is this not assigned?") : gettext("How it was assigned"),
    );
    if (id === this.#id) return;
    this.#id = id;
    this.#print = "";
    this.#unfolded.clear();
    this.#body.replaceChildren();
    if (this.node.open) this.#ask();
  }

  /** Once a second. */
  tick() {
    const shown = this.node.open && this.node.isConnected && this.#id > 0;
    if (shown && performance.now() - this.#askedAt >= AGAIN_MS) this.#ask();
  }

  /** The panel is closed: nothing is asked any more. */
  rest() {
    this.#id = 0;
  }

  async #ask() {
    const id = this.#id;
    if (!id) return;
    this.#askedAt = performance.now();
    const answer = await this.commands.routing(id);
    if (id !== this.#id) return;
    const print = JSON.stringify([answer.ok, answer.now, answer.past, answer.code]);
    if (print === this.#print) return;
    this.#print = print;
    this.#paint(answer);
  }

  /** @param {Any} answer */
  #paint(answer) {
    if (!answer.ok) {
      const why = h(
        "p",
        { class: "routing-whole" },
        refusalText(/** @type {any} */ (answer)),
      );
      this.#body.replaceChildren(why);
      return;
    }
    const parts = [...this.#now(answer.now), ...this.#past(answer)];
    const none = h(
      "p",
      { class: "routing-whole" },
      gettext("Routing has noted nothing about it."),
    );
    this.#body.replaceChildren(...(parts.length ? parts : [none]));
  }

  /** @param {Any | null} now */
  #now(now) {
    if (!now) return [];
    const names = namesIn(now, this.store);
    const lines = counts(now.summary).map((one) => h("li", {}, countText(one)));
    return [
      h(
        "p",
        { class: "routing-whole" },
        wholeSentence(/** @type {any} */ (now), names),
      ),
      ...(lines.length ? [h("ul", { class: "routing-counts" }, ...lines)] : []),
      ...candidates(now.candidates),
    ];
  }

  /** @param {Any} answer */
  #past({ now, past = [] }) {
    if (past.length === 0) return [];
    const caption = now ? gettext("Before") : gettext("Decisions, newest first");
    const lines = past.map((/** @type {Any} */ one) => this.#decision(one));
    return [
      h("p", { class: "panel-caption" }, caption),
      h("ul", { class: "routing-past" }, ...lines),
    ];
  }

  /** @param {Any} explanation */
  #decision(explanation) {
    const { at } = explanation;
    const head = h(
      "summary",
      {},
      h("time", { datetime: at }, timeOfDay(at, this.locale)),
      " ",
      decisionText(/** @type {any} */ (explanation), namesIn(explanation, this.store)),
    );
    const all = candidates(explanation.candidates);
    if (all.length === 0) return h("li", { class: "is-bare" }, ...head.childNodes);
    const open = this.#unfolded.has(at);
    const node = /** @type {HTMLDetailsElement} */ (
      h("details", { open }, head, ...all)
    );
    node.addEventListener("toggle", () =>
      node.open ? this.#unfolded.add(at) : this.#unfolded.delete(at),
    );
    return h("li", {}, node);
  }
}

/**
 * @param {Any} explanation
 * @param {Any} store
 */
function namesIn({ candidates: all }, store) {
  return (/** @type {number} */ id) =>
    all.find((/** @type {Any} */ one) => one.agent === id)?.name ||
    store.agents.get(id)?.name ||
    gettext("an agent");
}

/** @param {Any[]} all */
function candidates(all) {
  if (all.length === 0) return [];
  return [h("ul", { class: "routing-agents" }, ...all.map(candidate))];
}

/** @param {Any} one */
function candidate({ name, reason, reason_text: text, remaining, presence }) {
  const left = ngettext("%s unit left", "%s units left", remaining);
  return h(
    "li",
    {},
    icon(`p-${presence}`, `presence presence-${presence}`, presenceWord(presence)),
    h("span", { class: "clip" }, name),
    h("span", { class: "routing-units" }, interpolate(left, [remaining])),
    h("span", { class: "routing-why", title: text || null }, reasonWord(reason)),
  );
}
