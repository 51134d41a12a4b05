/** Whom the agent may ask or hand over to: presence, load, skills, and why some cannot. */
import { loadBar } from "../elements/candidate-list.js";
import { h, icon } from "../elements/dom.js";
import { presenceWord } from "../elements/words.js";
import { timeOfDay } from "../lib/format.js";
import { presenceName } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */
/** @typedef {{title: string, remark?: string, rows: HTMLElement[]}} Group */

let serial = 0;

export class ColleagueList {
  #name = `colleague-${++serial}`;
  #locale;
  #find = /** @type {HTMLInputElement} */ (
    h("input", {
      class: "field",
      type: "search",
      placeholder: gettext("Find somebody"),
      "aria-label": gettext("Find somebody"),
    })
  );
  #groups = h("div");
  #none = h("p", { class: "dialog-empty", hidden: true }, gettext("Nobody fits."));
  node = h(
    "div",
    { class: "candidates colleagues" },
    h("div", { class: "candidate-find" }, this.#find),
    this.#groups,
    this.#none,
  );

  /** @param {string} locale */
  constructor(locale) {
    this.#locale = locale;
    this.#find.addEventListener("input", () => this.#narrow());
  }

  /** What is chosen: `agent:7`, `supervisor:3` or `queue:2`, as kind and id. */
  get chosen() {
    const radio = /** @type {HTMLInputElement | null} */ (
      this.node.querySelector("input[type=radio]:checked")
    );
    if (!radio) return null;
    const [kind, id] = radio.value.split(":");
    return { kind, id: Number(id), name: radio.dataset.name ?? "" };
  }

  wait() {
    this.#find.value = "";
    this.#none.hidden = true;
    const asking = gettext("Asking who is there…");
    this.#groups.replaceChildren(h("p", { class: "dialog-empty" }, asking));
  }

  /** @param {Group[]} groups */
  show(groups) {
    const before = this.chosen;
    const shown = groups.filter(({ rows }) => rows.length > 0);
    this.#groups.replaceChildren(...shown.map(groupOf));
    const again = before && this.#radio(`${before.kind}:${before.id}`);
    if (again) again.checked = true;
    this.#narrow();
  }

  focus() {
    this.#find.focus();
  }

  /**
   * @param {Any} agent
   * @param {number} units that it would take
   */
  agent(agent, units) {
    const { id, name, presence, used_units: used, total_units: total } = agent;
    const possible = agent.eligible;
    const face = icon(
      `p-${presence}`,
      `presence presence-${presence}`,
      presenceWord(presence),
    );
    const load = h(
      "span",
      { class: "candidate-units" },
      loadBar(used, total, possible ? units : 0),
      h("span", {}, `${used}/${total}`),
    );
    return this.#row(`agent:${id}`, name, possible, [
      h(
        "span",
        { class: "candidate-who" },
        face,
        h("span", { class: "candidate-name clip" }, name),
      ),
      h("span", { class: "candidate-since small quiet clip" }, this.#since(agent)),
      load,
      remark(agent),
    ]);
  }

  /** @param {Any} supervisor */
  supervisor({ id, name }) {
    const who = h(
      "span",
      { class: "candidate-who" },
      icon("user", "icon presence"),
      h("span", { class: "candidate-name clip" }, name),
    );
    return this.#row(`supervisor:${id}`, name, true, [who]);
  }

  /** @param {Any} queue */
  queue({ id, name }) {
    return this.#row(`queue:${id}`, name, true, [
      h("span", { class: "candidate-name clip" }, name),
    ]);
  }

  /**
   * @param {string} value
   * @param {string} name
   * @param {boolean} possible
   * @param {HTMLElement[]} parts
   */
  #row(value, name, possible, parts) {
    const radio = possible
      ? h("input", {
          type: "radio",
          class: "dot",
          name: this.#name,
          value,
          "data-name": name,
        })
      : h("span");
    const className = `candidate${possible ? "" : " is-impossible"}`;
    return h(
      possible ? "label" : "div",
      { class: className, "data-find": name },
      radio,
      ...parts,
    );
  }

  /** @param {Any} agent */
  #since(agent) {
    const word = presenceName(agent);
    const { presence_since: since } = agent;
    if (!since) return word;
    const time = timeOfDay(since, this.#locale).slice(0, 5);
    return interpolate(gettext("%(word)s since %(time)s"), { word, time }, true);
  }

  /** @param {string} value */
  #radio(value) {
    return /** @type {HTMLInputElement | null} */ (
      this.node.querySelector(`input[value="${value}"]`)
    );
  }

  #narrow() {
    const sought = this.#find.value.trim().toLocaleLowerCase();
    for (const group of this.#groups.children) {
      let some = false;
      for (const row of group.querySelectorAll(".candidate")) {
        const text = (row.textContent ?? "").toLocaleLowerCase();
        const hit = text.includes(sought);
        row.toggleAttribute("hidden", !hit);
        some ||= hit;
      }
      group.toggleAttribute("hidden", !some);
    }
    this.#none.hidden = [...this.#groups.children].some(
      (group) => !group.hasAttribute("hidden"),
    );
  }
}

/** @param {Group} group */
function groupOf({ title, remark: aside = "", rows }) {
  const id = `colleagues-${++serial}`;
  const head = h("div", { class: "candidate-group", id }, title, h("span", {}, aside));
  return h("div", { role: "group", "aria-labelledby": id }, head, ...rows);
}

/** @param {Any} agent */
function remark({ eligible, detail, units_over: over, skills = [], queues = [] }) {
  if (!eligible) {
    return h("span", { class: "candidate-remark small clip", title: detail }, detail);
  }
  const names = skills.map((/** @type {Any} */ one) => one.name ?? one);
  const words = [...names, ...queues].join(", ");
  const cost = over > 0 ? interpolate(gettext("over by %s, "), [over]) : "";
  return h(
    "span",
    { class: "candidate-remark small clip quiet", title: words },
    cost + words,
  );
}
