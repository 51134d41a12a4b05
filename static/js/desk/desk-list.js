/** The agent's own conversations in their lists, and what can be picked from queues. */
import { button, emit, h, icon, write } from "../elements/dom.js";
import { modeWord, moodWord } from "../elements/words.js";
import { inOrder, listed, unansweredOf } from "../lib/desk-lists.js";
import { clock, secondsSince } from "../lib/format.js";
import { customerOf, listTitle, subjectOf } from "./desk-words.js";
import { steadily } from "./steady.js";

/** @typedef {Record<string, any>} Any */

const KEYED = 9;
const SAYS = () =>
  /** @type {Record<string, string>} */ ({
    soon: gettext("unanswered %s, time to answer"),
    breach: gettext("unanswered %s, too long"),
    "": gettext("unanswered %s"),
  });

export class DeskList extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ ticker;
  /** @type {(id: number) => number} */ unread = () => 0;
  /** @type {(id: number) => boolean} */ isOpen = () => false;
  /** @type {() => number | null} */ focused = () => null;
  /** @type {() => boolean} */ canSplit = () => false;
  #own = h("div");
  #picks = h("div");
  /** @type {(() => void)[]} of the shown items, once a second */ #ticks = [];

  start() {
    this.replaceChildren(this.#own, this.#picks);
    this.ticker.subscribe(() => this.#tick());
    this.paint = steadily(this, () => this.#paint());
    this.#paint();
  }

  paint() {}

  #tick() {
    for (const tick of this.#ticks) tick();
  }

  #paint() {
    const at = document.activeElement?.closest("[data-item]");
    const held = this.contains(at ?? null) ? at?.getAttribute("data-item") : null;
    this.#ticks = [];
    const order = inOrder(this.store.entries.values());
    const lists = listed(this.store.entries.values()).map(({ name, entries }) =>
      section(
        listTitle(name, entries.length),
        entries.map((entry) => this.#item(entry, order.indexOf(entry.id) + 1)),
      ),
    );
    this.#own.replaceChildren(...lists);
    this.#picks.replaceChildren(...this.#pickable());
    this.#tick();
    if (held) this.#refocus(held);
  }

  /** By keyboard: to what is open, else to the first; where there is none, beside it. */
  focusItem() {
    const item =
      this.querySelector("[aria-current=true]") ??
      this.querySelector("button.item") ??
      document.getElementById("desk-panes");
    /** @type {HTMLElement | null} */ (item)?.focus();
  }

  /** @param {string} held */
  #refocus(held) {
    const again = this.querySelector(`[data-item="${held}"]`);
    if (again) /** @type {HTMLElement} */ (again).focus();
    else this.focusItem();
  }

  /**
   * @param {Any} entry
   * @param {number} number
   */
  #item(entry, number) {
    const { id } = entry;
    const time = h("span", { class: "item-time" });
    this.#ticks.push(() => paintTime(time, entry, this.ticker.serverNow()));
    const shown = this.isOpen(id);
    const unread = this.unread(id);
    const press = button(
      {
        class: `item${unread ? " is-unread" : ""}${shown ? " is-open" : ""}`,
        "data-item": id,
        "aria-current": String(this.focused() === id),
        "aria-keyshortcuts": number <= KEYED ? `Alt+${number}` : null,
        title: number <= KEYED ? interpolate(gettext("Alt+%s"), [number]) : null,
        onclick: (/** @type {MouseEvent} */ event) =>
          emit(this, "pane-wanted", { id, beside: event.ctrlKey || event.metaKey }),
      },
      h(
        "span",
        { class: "item-line" },
        h("span", { class: "item-who clip" }, customerOf(entry)),
        time,
      ),
      h(
        "span",
        { class: "item-line" },
        h(
          "span",
          { class: "item-subject clip", lang: entry.language || null },
          subjectOf(entry),
        ),
        ...marks(entry, unread),
      ),
    );
    const beside = this.canSplit() && !shown ? this.#beside(entry) : null;
    return h("li", {}, press, beside);
  }

  /** @param {Any} entry */
  #beside({ id, customer }) {
    const label = interpolate(gettext("Open %s beside"), [
      customer?.name || gettext("Unknown customer"),
    ]);
    return button(
      {
        class: "icon-button item-beside",
        title: `${label} (Ctrl ↵)`,
        "aria-label": label,
        onclick: () => emit(this, "pane-wanted", { id, beside: true }),
      },
      icon("beside"),
    );
  }

  #pickable() {
    const rows = this.store.pickable;
    if (rows.length === 0) return [];
    const items = rows.map((/** @type {Any} */ row) => this.#pick(row));
    return [section(interpolate(gettext("To pick, %s"), [rows.length]), items)];
  }

  /** @param {Any} row */
  #pick(row) {
    const time = h("span", { class: "item-time" });
    this.#ticks.push(() => {
      const since = row.wait_since ?? row.queued_at ?? row.opened_at;
      const waited = clock(secondsSince(since, this.ticker.serverNow()));
      write(time, waited);
      time.title = interpolate(gettext("waiting %s"), [waited]);
    });
    const queue = this.store.queues.find(
      (/** @type {Any} */ one) => one.id === row.queue,
    );
    const about = interpolate(gettext("Pick %s"), [customerOf(row)]);
    const press = button(
      {
        class: "button is-small",
        "data-item": `pick-${row.id}`,
        "aria-label": about,
        onclick: () => emit(this, "pick-wanted", { row, queue: queue?.name ?? "" }),
      },
      gettext("Pick"),
    );
    const facts = [subjectOf(row), queue?.name].filter(Boolean).join(" · ");
    return h(
      "li",
      { class: "item is-pickable" },
      h(
        "span",
        { class: "item-line" },
        h("span", { class: "item-who clip" }, customerOf(row)),
        time,
      ),
      h(
        "span",
        { class: "item-line" },
        h("span", { class: "item-subject clip" }, facts),
        press,
      ),
    );
  }
}

/**
 * @param {string} title
 * @param {HTMLElement[]} items
 */
function section(title, items) {
  return h(
    "section",
    { class: "list" },
    h("h2", { class: "list-title" }, title),
    h("ul", {}, ...items),
  );
}

/**
 * @param {Any} entry
 * @param {number} unread
 */
function marks(entry, unread) {
  const { level } = entry.sentiment ?? { level: "unknown" };
  const internal = entry.participants.some(
    (/** @type {Any} */ one) => one.mode === "consult" && !one.you,
  );
  const count = ngettext("%s unread message", "%s unread messages", unread);
  return [
    entry.hand &&
      h(
        "span",
        { class: "item-mark" },
        icon("hand", "icon glyph", gettext("hand raised")),
      ),
    entry.offer?.kind === "transfer" &&
      h(
        "span",
        { class: "item-mark" },
        icon("s-transfer_pending", "glyph", gettext("transfer pending")),
      ),
    internal &&
      h(
        "span",
        { class: "item-mark is-internal" },
        icon("lock", "icon glyph", modeWord("consult")),
      ),
    unread > 0 &&
      h(
        "b",
        { class: "unread", role: "img", "aria-label": interpolate(count, [unread]) },
        String(unread),
      ),
    level !== "unknown" && icon(`m-${level}`, `mood mood-${level}`, moodWord(level)),
  ];
}

/**
 * How long the customer has been without an answer; while waiting, since when.
 * @param {HTMLElement} node
 * @param {Any} entry
 * @param {number} now
 */
function paintTime(node, entry, now) {
  const { seconds, verdict } = unansweredOf(/** @type {any} */ (entry), now);
  const since =
    entry.state === "waiting" || entry.state === "wrap_up" ? entry.state_since : null;
  const shown = seconds ?? secondsSince(since, now);
  node.className = `item-time${verdict ? ` time-${verdict}` : ""}`;
  write(node, shown === null ? "" : clock(shown));
  const words = seconds === null ? "" : interpolate(SAYS()[verdict], [clock(seconds)]);
  node.title = words;
  if (words) node.setAttribute("aria-label", words);
  else node.removeAttribute("aria-label");
}

customElements.define("desk-list", DeskList);
