/** The bell: what matters is spoken once, shown for a while, and kept in a list. */
import { clock, timeOfDay } from "../lib/format.js";
import { button, emit, h, icon, write } from "./dom.js";

/** @typedef {{word: string, event: string, detail: unknown, primary?: boolean}} Act */
/**
 * @typedef {object} Note
 * @property {string | number} id
 * @property {string} level
 * @property {string} text
 * @property {number | null} conversation
 * @property {string} at
 * @property {string} [kind]
 * @property {boolean} [quiet] only in the list: known before, or too many of them
 * @property {Act[]} [acts] what can be done about it, besides opening it
 * @property {string | null} [until] it stays in sight until then, counting down
 * @property {string} [outcome] what became of it
 * @property {string} [problem] why an act did not work
 */

// These come by themselves and often: the bell counts them, nothing covers the tiles.
const QUIET = new Set(["sentiment_fell"]);
const KEPT = 50;
const SHOWN = 3;
const SHOWN_MS = 9000;
const GLYPH = /** @type {Record<string, string>} */ ({
  critical: "need-3",
  warning: "need-2",
  info: "need-1",
});

export class AlertList extends HTMLElement {
  locale = "en";
  /** @type {Note[]} */ #notes = [];
  /** @type {Map<string | number, HTMLElement>} */ #cards = new Map();
  #unread = 0;
  #now = Date.now();
  #count = h("b", { class: "bell-count", hidden: true });
  #label = h("span", { class: "visually-hidden" });
  #bell = button(
    { class: "icon-button", popovertarget: "alert-menu", title: gettext("Alerts") },
    icon("bell"),
    this.#label,
    this.#count,
  );
  #menu = h("div", {
    class: "menu alert-menu",
    id: "alert-menu",
    popover: "auto",
    "aria-label": gettext("Alerts"),
  });
  #float = h("div", { class: "notes" });
  #spoken = h("div", {
    class: "visually-hidden",
    role: "status",
    "aria-live": "polite",
  });

  connectedCallback() {
    this.replaceChildren(this.#bell, this.#menu, this.#float, this.#spoken);
    this.#menu.addEventListener("toggle", () => this.#read());
    this.#paint();
  }

  disconnectedCallback() {
    this.replaceChildren();
  }

  /** @param {Omit<Note, "at">} alert */
  add(alert) {
    if (this.#notes.some(({ id }) => id === alert.id)) return;
    const note = { ...alert, at: new Date().toISOString() };
    this.#notes = [note, ...this.#notes].slice(0, KEPT);
    if (alert.level !== "info") this.#unread += 1;
    if (!alert.quiet) write(this.#spoken, alert.text);
    if (!alert.quiet && !QUIET.has(alert.kind ?? "")) this.#show(note);
    this.#paint();
  }

  /**
   * More is known about one of them; what is settled leaves the sight, not the list.
   * @param {string | number} id
   * @param {Partial<Pick<Note, "acts" | "until" | "outcome" | "problem">>} news
   */
  amend(id, news) {
    const note = this.#notes.find((one) => one.id === id);
    if (!note) return;
    Object.assign(note, news);
    const card = this.#cards.get(id);
    if (note.outcome) this.#drop(id);
    else if (card) this.#keepFocus(card, () => card.replaceChildren(this.#item(note)));
    this.#paint();
  }

  /** @param {string | number} id it is no longer so: nobody needs to hear of it */
  takeBack(id) {
    const index = this.#notes.findIndex((one) => one.id === id);
    if (index < 0) return;
    const [note] = this.#notes.splice(index, 1);
    const counted = note.level !== "info" && index < this.#unread;
    if (counted) this.#unread -= 1;
    this.#drop(id);
    this.#paint();
  }

  /** @param {number} now in the server's time: countdowns run by it */
  tick(now) {
    this.#now = now;
    for (const left of this.querySelectorAll("[data-until]"))
      write(left, this.#left(/** @type {HTMLElement} */ (left).dataset.until ?? ""));
  }

  #read() {
    this.#unread = 0;
    this.#paint();
  }

  #paint() {
    this.#count.hidden = this.#unread === 0;
    this.#count.classList.toggle(
      "is-critical",
      this.#notes.slice(0, this.#unread).some(({ level }) => level === "critical"),
    );
    write(this.#count, this.#unread > 99 ? "99+" : String(this.#unread));
    const unread = ngettext("Alerts, %s new", "Alerts, %s new", this.#unread);
    write(
      this.#label,
      this.#unread ? interpolate(unread, [this.#unread]) : gettext("Alerts"),
    );
    const none = h(
      "p",
      { class: "menu-title" },
      gettext("No alerts since the page was opened."),
    );
    const items = this.#notes.map((note) => this.#item(note));
    this.#keepFocus(this.#menu, () =>
      this.#menu.replaceChildren(...(items.length ? items : [none])),
    );
  }

  /**
   * Whoever works in it by keyboard stays near, whatever is painted anew.
   * @param {HTMLElement} place
   * @param {() => void} change
   */
  #keepFocus(place, change) {
    const inside = place.contains(document.activeElement);
    change();
    if (!inside) return;
    const [first = this.#bell] = place.querySelectorAll("button");
    first.focus();
  }

  /** @param {Note} note */
  #item(note) {
    const { level, text, at, until, acts = [], outcome, problem } = note;
    const time =
      until && !outcome
        ? h("span", { class: "alert-left", "data-until": until }, this.#left(until))
        : h("time", { datetime: at }, timeOfDay(at, this.locale).slice(0, 5));
    const parts = [
      icon(GLYPH[level] ?? "need-1", `glyph level-${level}`),
      h("span", {}, text),
      time,
      outcome && h("span", { class: "alert-outcome" }, outcome),
      problem && h("span", { class: "alert-problem", role: "alert" }, problem),
    ];
    if (note.conversation === null) return h("div", { class: "alert-item" }, ...parts);
    const open = () => this.#open(note);
    if (acts.length === 0 || outcome)
      return button({ class: "alert-item", onclick: open }, ...parts);
    const opens = button(
      { class: "button is-small", onclick: open },
      pgettext("command", "Open"),
    );
    const rest = acts.map((act) => this.#act(act));
    const row = h("span", { class: "alert-acts" }, ...rest, opens);
    return h("div", { class: "alert-item" }, ...parts, row);
  }

  /** @param {Act} act */
  #act({ word, event, detail, primary }) {
    const look = `button is-small${primary ? " is-primary" : ""}`;
    return button({ class: look, onclick: () => emit(this, event, detail) }, word);
  }

  /** @param {string} until */
  #left(until) {
    return clock(Math.max(0, Math.ceil((Date.parse(until) - this.#now) / 1000)));
  }

  /** @param {Note} note */
  #open({ id, conversation, until }) {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover();
    if (!until) this.#drop(id);
    emit(this, "open-wanted", conversation);
  }

  /** @param {Note} note */
  #show(note) {
    const card = h("div", { class: "note" }, this.#item(note));
    this.#cards.set(note.id, card);
    this.#float.prepend(card);
    this.#makeRoom();
    if (!note.until) this.#leaveLater(note.id, card);
  }

  /** Too many at once: the oldest goes, but none that waits for an answer. */
  #makeRoom() {
    const awaited = new Set(
      this.#notes.filter(({ until }) => until).map(({ id }) => id),
    );
    const shown = [...this.#cards.keys()];
    const old = shown.filter((id) => !awaited.has(id));
    for (const id of old.slice(0, Math.max(0, shown.length - SHOWN))) this.#drop(id);
  }

  /**
   * @param {string | number} id
   * @param {HTMLElement} card
   */
  #leaveLater(id, card) {
    const leave = () => {
      if (this.#cards.get(id) !== card) return;
      if (card.matches(":hover, :focus-within")) setTimeout(leave, 1000);
      else this.#drop(id);
    };
    setTimeout(leave, SHOWN_MS);
  }

  /** @param {string | number} id */
  #drop(id) {
    const card = this.#cards.get(id);
    this.#cards.delete(id);
    if (card) this.#keepFocus(card, () => card.replaceChildren());
    card?.remove();
  }
}

customElements.define("alert-list", AlertList);
