/** The agent's presence: what it is, since when, set by whom, why; and a menu to change it. */
import { button, emit, h, icon, write } from "../elements/dom.js";
import { unitsBar } from "../elements/marks.js";
import { openBelow } from "../elements/popover-place.js";
import { presenceCause } from "../elements/presence-words.js";
import { presenceWord } from "../elements/words.js";
import { timeOfDay } from "../lib/format.js";
import { presenceName, whyNot } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */

const BASES = ["available", "busy", "do_not_disturb", "away", "offline"];
const HISTORY = 12;

export class PresenceMenu extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {() => boolean} */ untrusted = () => false;
  locale = "en";
  #face = icon("p-offline", "presence");
  #word = h("b", { class: "presence-word clip" });
  #cause = h("span", { class: "presence-cause clip" });
  #press = button(
    { class: "presence-press", "aria-haspopup": "true", onclick: () => this.#open() },
    this.#face,
    this.#word,
    this.#cause,
    icon("down", "icon glyph"),
  );
  #choices = h("div", { role: "radiogroup", "aria-label": gettext("Presence") });
  #error = h("p", { class: "menu-title breach", role: "alert", hidden: true });
  #history = h("div", { class: "presence-history" });
  #menu = h("div", {
    class: "menu presence-menu",
    popover: "auto",
    "aria-label": gettext("Presence"),
  });
  #bar = unitsBar();
  #figure = h("span", { class: "units-figure" });
  #units = h(
    "span",
    { class: "desk-units", role: "img" },
    h("span", { class: "units-word" }, gettext("Units")),
    this.#bar.node,
    this.#figure,
  );

  start() {
    this.#menu.append(
      this.#choices,
      this.#error,
      h("div", { class: "menu-line" }),
      this.#history,
    );
    this.replaceChildren(this.#units, this.#press, this.#menu);
    this.#choices.addEventListener("keydown", (event) => this.#key(event));
    this.paint();
  }

  paint() {
    const { agent } = this.store;
    this.toggleAttribute("hidden", !agent);
    if (!agent) return;
    const { presence, used_units: used, total_units: total } = agent;
    this.#face.firstElementChild?.setAttribute("href", `#i-p-${presence}`);
    this.#face.setAttribute("class", `presence presence-${presence}`);
    write(this.#word, presenceName(agent));
    write(this.#cause, causeOf(agent, this.locale));
    const label = interpolate(gettext("Presence: %s. Change it"), [
      `${presenceName(agent)}, ${causeOf(agent, this.locale)}`,
    ]);
    this.#press.setAttribute("aria-label", label);
    this.#press.title = label;
    this.#paintUnits(used, total);
  }

  /**
   * @param {number} used
   * @param {number} total
   */
  #paintUnits(used, total) {
    this.#bar.set(used, total);
    write(this.#figure, `${used}/${total}`);
    this.#figure.classList.toggle("is-over", used > total);
    const over =
      used > total ? interpolate(gettext(", over by %s"), [used - total]) : "";
    const words = interpolate(
      gettext("%(used)s of %(total)s units used"),
      { used, total },
      true,
    );
    this.#units.setAttribute("aria-label", words + over);
    this.#units.title = words + over;
  }

  #open() {
    this.#fail("");
    this.#paintChoices();
    openBelow(this.#menu, this.#press);
    /** @type {HTMLElement | null} */ (
      this.#choices.querySelector("[aria-checked=true]")
    )?.focus();
    void this.#loadHistory();
  }

  #paintChoices() {
    const off = this.untrusted();
    const { agent, labels } = this.store;
    const all = BASES.flatMap((base) => [
      { base, label: "" },
      ...labels
        .filter((/** @type {Any} */ one) => one.base === base)
        .map((/** @type {Any} */ one) => ({ base, label: one.name })),
    ]);
    const isNow = (/** @type {Any} */ one) =>
      one.base === agent.presence && one.label === agent.presence_label;
    const some = all.some(isNow);
    const items = all.map((one, index) =>
      this.#choice(one, isNow(one), some ? isNow(one) : index === 0, off),
    );
    this.#choices.replaceChildren(...items);
    if (off) this.#fail(whyNot("stale"));
  }

  /**
   * @param {{base: string, label: string}} choice
   * @param {boolean} checked
   * @param {boolean} reachable by Tab; the others by arrows
   * @param {boolean} off
   */
  #choice({ base, label }, checked, reachable, off) {
    return button(
      {
        class: `menu-item${label ? " is-label" : ""}`,
        role: "radio",
        "aria-checked": String(checked),
        "aria-disabled": off ? "true" : null,
        tabindex: reachable ? 0 : -1,
        onclick: () => off || this.#choose(base, label),
      },
      icon(`p-${base}`, `presence presence-${base}`),
      h("span", {}, presenceName({ presence: base, presence_label: label })),
      label ? h("span", { class: "count" }, presenceWord(base)) : null,
      checked ? icon("check", "icon glyph push") : null,
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = /** @type {HTMLElement[]} */ ([...this.#choices.children]);
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    all[(at + step + all.length) % all.length].focus();
  }

  /**
   * @param {string} base
   * @param {string} label
   */
  async #choose(base, label) {
    const answer = await this.commands.setPresence(base, label);
    if (answer.ok) {
      this.#menu.hidePopover();
      this.#press.focus();
      return emit(this, "presence-chosen");
    }
    this.#paintChoices();
    this.#fail(answer.detail || gettext("The server did not answer."));
  }

  async #loadHistory() {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const answer = await this.commands.presenceHistory(midnight.toISOString());
    if (!answer.ok) return this.#history.replaceChildren();
    const lines = answer.stays
      .slice(0, HISTORY)
      .map((/** @type {Any} */ stay) => this.#stay(stay));
    this.#history.replaceChildren(
      h("h2", { class: "menu-title" }, gettext("Today")),
      h("ul", {}, ...lines),
    );
  }

  /** @param {Any} stay */
  #stay({ presence, label, since, set_by: by, reason }) {
    const own = this.store.agent?.name ?? "";
    return h(
      "li",
      {},
      h("time", { datetime: since }, timeOfDay(since, this.locale).slice(0, 5)),
      icon(`p-${presence}`, `presence presence-${presence}`),
      h("span", {}, presenceName({ presence, label })),
      h(
        "span",
        { class: "quiet" },
        presenceCause({ since, by, reason }, own, this.locale)
          .split(", ")
          .slice(1)
          .join(", "),
      ),
    );
  }

  /** @param {string} sentence */
  #fail(sentence) {
    write(this.#error, sentence);
    this.#error.hidden = sentence === "";
  }
}

/**
 * @param {Any} agent
 * @param {string} locale
 */
function causeOf(
  { presence_since: since, presence_set_by: by, presence_reason: reason, name },
  locale,
) {
  return presenceCause({ since, by, reason }, name, locale);
}

customElements.define("presence-menu", PresenceMenu);
