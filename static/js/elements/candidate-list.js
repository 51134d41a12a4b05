/** Agents in three groups, each with its load drawn as a bar that shows the exact excess. */
import { timeOfDay } from "../lib/format.js";
import { h, icon, svg, write } from "./dom.js";
import { actorWord, presenceWord } from "./words.js";

/** @typedef {Record<string, any>} Candidate */

const OVERRIDABLE = new Set(["capacity_exceeded", "presence_not_allowed"]);
const BAR = 48;
const FIND_FROM = 12;

/** @param {Candidate} candidate */
export function groupOf({ eligible, code }) {
  if (eligible) return "eligible";
  return OVERRIDABLE.has(code) ? "override" : "impossible";
}

export class CandidateList {
  node = h("div", { class: "candidates" });
  #units = 0;
  /** @type {any} */ #store;
  #locale;
  /** @type {Map<string, Candidate>} */ #known = new Map();

  /**
   * @param {any} store
   * @param {string} locale
   */
  constructor(store, locale) {
    this.#store = store;
    this.#locale = locale;
  }

  /** The chosen agent's candidate, or null. */
  get chosen() {
    const radio = /** @type {HTMLInputElement | null} */ (
      this.node.querySelector("input:checked")
    );
    return radio ? (this.#known.get(radio.value) ?? null) : null;
  }

  wait() {
    this.node.replaceChildren(
      h("p", { class: "dialog-empty" }, gettext("Asking who can take it…")),
    );
  }

  /**
   * @param {Candidate[]} agents
   * @param {number} units that the conversation takes
   */
  show(agents, units) {
    const before = String(this.chosen?.id ?? "");
    this.#units = units;
    this.#known = new Map(agents.map((agent) => [String(agent.id), agent]));
    const groups = this.#groups(agents);
    const empty = h(
      "p",
      { class: "dialog-empty" },
      gettext("This queue has no other agent."),
    );
    const find = agents.length >= FIND_FROM ? [this.#find()] : [];
    this.node.replaceChildren(...(agents.length ? [...find, ...groups] : [empty]));
    this.#check(before);
  }

  focus() {
    const radio =
      this.node.querySelector("input:checked") ??
      this.node.querySelector("input[type=radio]");
    /** @type {HTMLElement | null} */ (radio)?.focus();
  }

  /** @param {string} before what was chosen; the first eligible one otherwise */
  #check(before) {
    const radios = /** @type {HTMLInputElement[]} */ ([
      ...this.node.querySelectorAll("input[type=radio]"),
    ]);
    const again = radios.find(({ value }) => value === before);
    const first = radios.find(({ value }) => this.#known.get(value)?.eligible);
    const chosen = again ?? first;
    if (chosen) chosen.checked = true;
  }

  /** @param {Candidate[]} agents */
  #groups(agents) {
    const room = interpolate(
      ngettext(
        "allowed presence, room for %s unit",
        "allowed presence, room for %s units",
        this.#units,
      ),
      [this.#units],
    );
    const heads = /** @type {[string, string, string][]} */ ([
      ["eligible", gettext("Eligible"), room],
      [
        "override",
        gettext("Possible with override"),
        gettext("goes into the audit trail"),
      ],
      ["impossible", gettext("Not possible"), ""],
    ]);
    return heads.flatMap(([group, title, remark]) => {
      const members = agents.filter((agent) => groupOf(agent) === group);
      return members.length ? [this.#group(group, title, remark, members)] : [];
    });
  }

  /**
   * @param {string} group
   * @param {string} title
   * @param {string} remark
   * @param {Candidate[]} members
   */
  #group(group, title, remark, members) {
    const head = h(
      "div",
      { class: "candidate-group", id: `group-${group}` },
      title,
      h("span", {}, remark),
    );
    const rows = members.map((agent) => this.#row(agent, group));
    return h(
      "div",
      { role: "group", "aria-labelledby": `group-${group}` },
      head,
      ...rows,
    );
  }

  /**
   * @param {Candidate} agent
   * @param {string} group
   */
  #row(agent, group) {
    const possible = group !== "impossible";
    const radio = possible
      ? h("input", { type: "radio", class: "dot", name: "candidate", value: agent.id })
      : h("span");
    const face = icon(
      `p-${agent.presence}`,
      `presence presence-${agent.presence}`,
      presenceWord(agent.presence),
    );
    const name = h("span", { class: "candidate-name clip" }, agent.name);
    const since = h(
      "span",
      { class: "candidate-since small quiet clip" },
      this.#since(agent),
    );
    const parts = [
      radio,
      h("span", { class: "candidate-who" }, face, name),
      since,
      this.#load(agent, possible),
      remark(agent, group),
    ];
    return h(
      possible ? "label" : "div",
      {
        class: `candidate${possible ? "" : " is-impossible"}`,
        "data-name": agent.name,
      },
      ...parts,
    );
  }

  /** @param {Candidate} agent */
  #since({ id, presence }) {
    const known = this.#store.agents.get(id);
    const word = known?.presence_label || presenceWord(presence);
    if (!known?.presence_since) return word;
    const words = {
      word,
      time: timeOfDay(known.presence_since, this.#locale).slice(0, 5),
    };
    const text = interpolate(gettext("%(word)s since %(time)s"), words, true);
    return known.presence_set_by && known.presence_set_by !== known.name
      ? `${text}, ${actorWord(known.presence_set_by)}`
      : text;
  }

  /**
   * @param {Candidate} agent
   * @param {boolean} possible
   */
  #load({ used_units: used, total_units: total }, possible) {
    const bar = loadBar(used, total, possible ? this.#units : 0);
    return h(
      "span",
      { class: "candidate-units" },
      bar,
      h("span", {}, `${used}/${total}`),
    );
  }

  #find() {
    const field = /** @type {HTMLInputElement} */ (
      h("input", {
        class: "field",
        type: "search",
        placeholder: gettext("Find an agent"),
        "aria-label": gettext("Find an agent"),
      })
    );
    field.addEventListener("input", () =>
      this.#narrow(field.value.trim().toLocaleLowerCase()),
    );
    return h("div", { class: "candidate-find" }, field);
  }

  /** @param {string} text */
  #narrow(text) {
    for (const row of this.node.querySelectorAll(".candidate")) {
      const name = row.getAttribute("data-name")?.toLocaleLowerCase() ?? "";
      /** @type {HTMLElement} */ (row).hidden = !name.includes(text);
    }
  }
}

/**
 * @param {Candidate} agent
 * @param {string} group
 */
function remark({ detail, presence, units_over: over, skills = [] }, group) {
  if (group === "impossible")
    return h("span", { class: "candidate-remark small clip", title: detail }, detail);
  if (over > 0)
    return h(
      "span",
      { class: "candidate-remark small clip breach strong", title: detail },
      excess(over),
    );
  if (group === "override") {
    const text = interpolate(gettext("Presence %s is not allowed here"), [
      presenceWord(presence),
    ]);
    return h("span", { class: "candidate-remark small clip", title: detail }, text);
  }
  const names = skills
    .map((/** @type {any} */ skill) => skill.name ?? skill)
    .join(", ");
  return h("span", { class: "candidate-remark small clip quiet", title: names }, names);
}

/** @param {number} over */
export function excess(over) {
  return interpolate(ngettext("Exceeds by %s unit", "Exceeds by %s units", over), [
    over,
  ]);
}

/**
 * Used in grey, this conversation in blue, the excess in red past the tick.
 * @param {number} used
 * @param {number} total
 * @param {number} added
 */
export function loadBar(used, total, added) {
  const scale = (/** @type {number} */ units) =>
    total > 0 ? (units / total) * BAR : 0;
  const grey = Math.min(BAR, scale(used));
  const blue = Math.min(BAR - grey, scale(added));
  const over = added ? Math.max(0, used + added - total) : Math.max(0, used - total);
  const red = Math.min(26, total > 0 ? scale(over) : over ? 26 : 0);
  const rect = (
    /** @type {string} */ name,
    /** @type {number} */ x,
    /** @type {number} */ width,
  ) => svg("rect", { class: name, x, y: 2, width, height: 8 });
  const tip = svg("rect", {
    class: "units-over",
    x: BAR + 1.5,
    y: 1,
    width: red,
    height: 10,
  });
  const tick = svg("path", { class: "units-tick", d: `M${BAR + 0.5} 0v12` });
  return svg(
    "svg",
    { viewBox: "0 0 76 12", "aria-hidden": "true" },
    rect("units-track", 0, BAR),
    rect("units-used", 0, grey),
    rect("units-new", grey, blue),
    tick,
    tip,
  );
}

/**
 * Queues as choices, with one radio each.
 * @param {{id: number, name: string}[]} queues
 */
export function queueChoices(queues) {
  if (queues.length === 0)
    return [
      h(
        "p",
        { class: "dialog-empty" },
        gettext("There is no other open queue of this kind."),
      ),
    ];
  return queues.map(({ id, name }) =>
    h(
      "label",
      { class: "candidate" },
      h("input", { type: "radio", class: "dot", name: "queue", value: id }),
      h("span", { class: "candidate-name clip" }, name),
    ),
  );
}

/**
 * @param {HTMLElement} node
 * @param {string} text
 */
export function tell(node, text) {
  write(node, text);
  node.hidden = text === "";
}
