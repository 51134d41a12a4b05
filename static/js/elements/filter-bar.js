/** Filters as chips with menus; the bar holds no truth, it shows and asks. */
import { button, emit, h, icon, write } from "./dom.js";
import { columnNames } from "./grid-columns.js";
import { openBelow } from "./popover-place.js";
import { choices } from "./words.js";

/** @typedef {Record<string, string[]>} Filters */
/** @typedef {{value: string, word: string, count?: number}} Choice */

const STATES = [
  "open",
  "active",
  "awaiting_acceptance",
  "in_conversation",
  "with_bot",
  "transfer_pending",
  "waiting",
  "wrap_up",
];
const FIND_FROM = 9;

const TITLES = () => ({
  queue: gettext("Queue"),
  agent: gettext("Agent"),
  state: gettext("State"),
  channel: gettext("Channel"),
  sentiment: gettext("Mood"),
});

export class FilterBar extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} the grid's memory of columns */ columns;
  /** @type {Filters} */ #filters = {};
  #hands = 0;
  #chips = h("div", { class: "chips" });
  #menu = h("div", { class: "menu", popover: "auto" });
  #count = h("span", { class: "filter-count", role: "status" });
  #movedText = h("span");
  #moved = button(
    {
      class: "button is-small",
      hidden: true,
      onclick: () => emit(this, "resort-wanted"),
    },
    icon("sort"),
    this.#movedText,
  );

  start() {
    const title = gettext("Choose columns");
    const columns = button(
      { class: "icon-button columns-button", title, "aria-label": title },
      icon("cols"),
    );
    columns.addEventListener("click", () => this.#openColumns(columns));
    const end = h("div", { class: "filter-end" }, this.#count, this.#moved, columns);
    this.replaceChildren(this.#chips, end, this.#menu);
    this.#paint();
  }

  /** @param {Filters} filters */
  show(filters) {
    this.#filters = filters;
    this.#paint();
  }

  /** @param {{shown: number, total: number, moved: number}} counts */
  count({ shown, total, moved }) {
    const all = ngettext("%s conversation", "%s conversations", total);
    const some = interpolate(
      gettext("%(shown)s of %(total)s"),
      { shown: number(shown), total: number(total) },
      true,
    );
    write(
      this.#count,
      shown === total || shown > total ? interpolate(all, [number(total)]) : some,
    );
    this.#moved.toggleAttribute("hidden", moved === 0);
    write(this.#movedText, interpolate(gettext("%s moved"), [number(moved)]));
    this.#moved.title = gettext(
      "The order is held while you work in the list. Press to sort now.",
    );
  }

  /** @param {number} count of agents who ask for help just now */
  set hands(count) {
    if (count === this.#hands) return;
    this.#hands = count;
    this.#paint();
  }

  #paint() {
    const focused = document.activeElement?.getAttribute("data-filter");
    const inside = this.#chips.contains(document.activeElement);
    this.#paintChips();
    if (!inside) return;
    const place = focused ? `[data-filter="${focused}"]` : "button";
    /** @type {HTMLElement | null} */ (this.#chips.querySelector(place))?.focus();
  }

  #paintChips() {
    const chips = [
      ...Object.entries(TITLES()).map(([name, title]) => this.#chip(name, title)),
      this.#handChip(),
    ];
    const any = Object.values(this.#filters).some((values) => values.length > 0);
    const clear = button(
      {
        class: "button is-plain is-small",
        onclick: () => emit(this, "filters-cleared"),
      },
      gettext("Clear"),
    );
    this.#chips.replaceChildren(...chips, ...(any ? [clear] : []));
  }

  /**
   * @param {string} name
   * @param {string} title
   */
  #chip(name, title) {
    const values = this.#filters[name] ?? [];
    const open = button({ "aria-haspopup": "true", "data-filter": name }, title);
    open.addEventListener("click", () => this.#openFilter(name, title, open));
    if (values.length === 0) {
      open.append(icon("down"));
      return h("span", { class: "chip" }, open);
    }
    open.append(h("b", {}, this.#summary(name, values)));
    const drop = () => this.#ask(name, []);
    const label = interpolate(gettext("Clear the filter %s"), [title]);
    const cross = button({ "aria-label": label, onclick: drop }, icon("x"));
    return h("span", { class: "chip is-on" }, open, cross);
  }

  /** One value only, so it is no menu: pressed or not. */
  #handChip() {
    const on = (this.#filters.hand ?? []).length > 0;
    const press = button(
      {
        "aria-pressed": String(on),
        "data-filter": "hand",
        onclick: () => this.#ask("hand", on ? [] : ["raised"]),
      },
      icon("hand"),
      gettext("Asks for help"),
      this.#hands > 0 && h("b", {}, number(this.#hands)),
    );
    return h("span", { class: on ? "chip is-on" : "chip" }, press);
  }

  /**
   * @param {string} name
   * @param {string[]} values
   */
  #summary(name, values) {
    const words = this.#choices(name)
      .filter(({ value }) => values.includes(value))
      .map(({ word }) => word);
    return words.length > 3
      ? number(values.length)
      : words.join(", ") || number(values.length);
  }

  /**
   * @param {string} name
   * @returns {Choice[]}
   */
  #choices(name) {
    if (name === "queue") return named(this.store.queues);
    if (name === "agent")
      return [
        { value: "none", word: gettext("Nobody yet") },
        ...named(this.store.agents),
      ];
    const words = /** @type {Record<string, string>} */ (
      choices[/** @type {"state"} */ (name)]()
    );
    const values = name === "state" ? STATES : Object.keys(words);
    return values.map((value) => ({ value, word: words[value] }));
  }

  /**
   * @param {string} name
   * @param {string} title
   * @param {HTMLElement} anchor
   */
  #openFilter(name, title, anchor) {
    const items = this.#choices(name).map((choice) => this.#item(name, choice));
    const find = items.length >= FIND_FROM ? [this.#find(title, items)] : [];
    this.#menu.setAttribute("aria-label", title);
    this.#menu.replaceChildren(...find, ...items);
    openBelow(this.#menu, anchor);
    /** @type {HTMLElement | null} */ (this.#menu.querySelector("input"))?.focus();
  }

  /**
   * @param {string} name
   * @param {Choice} choice
   */
  #item(name, { value, word }) {
    const checked = (this.#filters[name] ?? []).includes(value);
    const box = /** @type {HTMLInputElement} */ (
      h("input", { type: "checkbox", class: "box", checked })
    );
    box.addEventListener("change", () => this.#toggle(name, value, box.checked));
    return h("label", { class: "menu-item" }, box, h("span", { class: "clip" }, word));
  }

  /**
   * @param {string} title
   * @param {HTMLElement[]} items
   */
  #find(title, items) {
    const field = /** @type {HTMLInputElement} */ (
      h("input", {
        class: "field",
        type: "search",
        placeholder: title,
        "aria-label": interpolate(gettext("Find in %s"), [title]),
      })
    );
    field.addEventListener("input", () => {
      const text = field.value.trim().toLocaleLowerCase();
      for (const item of items)
        item.hidden = !item.textContent?.toLocaleLowerCase().includes(text);
    });
    return field;
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {boolean} wanted
   */
  #toggle(name, value, wanted) {
    const others = (this.#filters[name] ?? []).filter((one) => one !== value);
    this.#ask(name, wanted ? [...others, value] : others);
  }

  /**
   * @param {string} name
   * @param {string[]} values
   */
  #ask(name, values) {
    emit(this, "filter-wanted", { [name]: values });
  }

  /** @param {HTMLElement} anchor */
  #openColumns(anchor) {
    const title = h("p", { class: "menu-title" }, gettext("Columns"));
    const items = Object.entries(columnNames()).map(([id, word]) =>
      this.#column(id, word),
    );
    const again = button(
      { class: "menu-item", onclick: () => this.#resetColumns() },
      gettext("As delivered"),
    );
    this.#menu.setAttribute("aria-label", gettext("Columns"));
    this.#menu.replaceChildren(
      title,
      ...items,
      h("div", { class: "menu-line" }),
      again,
    );
    openBelow(this.#menu, anchor);
  }

  /**
   * @param {string} id
   * @param {string} word
   */
  #column(id, word) {
    const box = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "checkbox",
        class: "box",
        checked: this.columns.wants(id),
        disabled: id === "customer",
      })
    );
    box.addEventListener("change", () => this.columns.choose(id, box.checked));
    return h("label", { class: "menu-item" }, box, word);
  }

  #resetColumns() {
    this.columns.reset();
    this.#menu.hidePopover();
  }
}

/** @param {Map<number, {id: number, name: string}>} things */
function named(things) {
  return [...things.values()]
    .map(({ id, name }) => ({ value: String(id), word: name }))
    .sort((a, b) =>
      a.word.localeCompare(b.word, document.documentElement.lang, { numeric: true }),
    );
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString(document.documentElement.lang);
}

customElements.define("filter-bar", FilterBar);
