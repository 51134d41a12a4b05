/** The bell: what matters is spoken once, shown for a while, and kept in a list. */
import { timeOfDay } from "../lib/format.js";
import { button, emit, h, icon, write } from "./dom.js";

/** @typedef {{id: string | number, level: string, text: string, conversation: number | null, at: string, kind?: string}} Note */

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
  #unread = 0;
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
    write(this.#spoken, alert.text);
    if (!QUIET.has(alert.kind ?? "")) this.#showAWhile(note);
    this.#paint();
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
    this.#menu.replaceChildren(...(items.length ? items : [none]));
  }

  /** @param {Note} note */
  #item(note) {
    const parts = [
      icon(GLYPH[note.level] ?? "need-1", `glyph level-${note.level}`),
      h("span", {}, note.text),
      h("time", { datetime: note.at }, timeOfDay(note.at, this.locale).slice(0, 5)),
    ];
    if (note.conversation === null) return h("div", { class: "alert-item" }, ...parts);
    return button(
      { class: "alert-item", onclick: () => this.#open(Number(note.conversation)) },
      ...parts,
    );
  }

  /** @param {number} id */
  #open(id) {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover();
    emit(this, "open-wanted", id);
  }

  /** @param {Note} note */
  #showAWhile(note) {
    const card = h("div", { class: "note" }, this.#item(note));
    this.#float.prepend(card);
    while (this.#float.children.length > SHOWN) this.#float.lastElementChild?.remove();
    const leave = () =>
      card.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : card.remove();
    setTimeout(leave, SHOWN_MS);
  }
}

customElements.define("alert-list", AlertList);
