/** Beside the panes: who is here, the mood, the customer, the notes. */
import { h, icon } from "../elements/dom.js";
import { moodChart } from "../elements/mood-chart.js";
import { channelWord } from "../elements/words.js";
import { customerOf, whyNot } from "./desk-words.js";
import { NotesBox } from "./notes-box.js";
import { peoplePart } from "./people-part.js";
import { steadily } from "./steady.js";

/** @typedef {Record<string, any>} Any */

export class DeskSide extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ ticker;
  /** @type {any} */ notes;
  /** @type {() => number | null} */ focused = () => null;
  /** @type {() => boolean} */ untrusted = () => false;
  locale = "en";
  #hand = h("section", { class: "side-part" });
  #people = h("section", { class: "side-part" });
  #mood = h("section", { class: "side-part" });
  #customer = h("section", { class: "side-part" });
  #notesPart = h("section", { class: "side-part" });
  /** @type {Map<number, NotesBox>} */ #boxes = new Map();
  /** @type {(now: number) => void} */ #tick = () => {};
  #shown = "";

  start() {
    this.replaceChildren(
      this.#hand,
      this.#people,
      this.#mood,
      this.#customer,
      this.#notesPart,
    );
    this.ticker.subscribe((/** @type {number} */ now) => this.#tick(now));
    this.paint = steadily(this, () => this.#paint());
    this.#paint();
  }

  paint() {}

  /** @param {number} id */
  focusNotes(id) {
    this.#boxes.get(id)?.focus();
  }

  /**
   * @param {number} id
   * @param {any} state
   * @param {string} detail
   */
  tellNotes(id, state, detail) {
    this.#boxes.get(id)?.tell(state, detail);
  }

  #paint() {
    const id = this.focused();
    const left = id !== null && this.store.left.get(id)?.entry;
    const entry = id === null ? null : (this.store.entries.get(id) ?? left ?? null);
    for (const part of this.children) part.toggleAttribute("hidden", !entry);
    if (!entry) return;
    this.#paintHand(entry);
    this.#paintPeople(entry, Boolean(left));
    this.#paintMood(entry);
    this.#paintCustomer(entry);
    this.#paintNotes(entry, Boolean(left));
  }

  /** @param {Any} entry */
  #paintHand({ hand }) {
    this.#hand.hidden = !hand;
    if (!hand) return;
    const text = hand.text
      ? interpolate(gettext("Your hand is up: “%s”"), [hand.text])
      : gettext("Your hand is up.");
    this.#hand.replaceChildren(
      h("p", { class: "side-hand" }, icon("hand", "icon glyph"), h("span", {}, text)),
    );
  }

  /**
   * @param {Any} entry
   * @param {boolean} left
   */
  #paintPeople(entry, left) {
    const off = this.untrusted()
      ? whyNot("stale")
      : left
        ? gettext("It is no longer on your desk.")
        : "";
    const here = { locale: this.locale, now: () => this.ticker.serverNow(), off };
    const { nodes, tick } = peoplePart(entry, this, here);
    const purpose = h(
      "p",
      { class: "small quiet" },
      gettext(
        "Conversations may be monitored by supervisors, to help you and the customer.",
      ),
    );
    const before = this.#people.contains(document.activeElement);
    this.#people.replaceChildren(title(gettext("Here with you")), ...nodes, purpose);
    if (before)
      /** @type {HTMLElement | null} */ (this.#people.querySelector("button"))?.focus();
    this.#tick = tick;
    tick(this.ticker.serverNow());
  }

  /** @param {Any} entry */
  #paintMood(entry) {
    const said = this.store
      .messages(entry.id)
      .filter((/** @type {Any} */ one) => one.sender.kind === "customer");
    const shown = JSON.stringify([entry.id, entry.sentiment]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const known = entry.sentiment ?? { level: "unknown" };
    this.#mood.replaceChildren(...moodChart(known, said, null, this.locale));
  }

  /** @param {Any} entry */
  #paintCustomer(entry) {
    const earlier = entry.earlier
      ? interpolate(gettext("%s in 90 days"), [entry.earlier])
      : gettext("none in 90 days");
    const skills = (entry.skills ?? [])
      .map((/** @type {Any} */ one) => one.name)
      .join(", ");
    const facts = /** @type {[string, string][]} */ ([
      [gettext("Name"), customerOf(entry)],
      [gettext("Language"), languageName(entry.language, this.locale)],
      [gettext("Earlier"), earlier],
      [gettext("Queue"), entry.queue_name],
      [gettext("Channel"), channelWord(entry.channel)],
      [gettext("Asks for"), skills],
    ]);
    const lines = facts
      .filter(([, value]) => value)
      .flatMap(([name, value]) => [
        h("dt", {}, name),
        h("dd", { class: "clip", title: value }, value),
      ]);
    this.#customer.replaceChildren(
      title(gettext("Customer")),
      h("dl", { class: "side-facts" }, ...lines),
    );
  }

  /**
   * @param {Any} entry
   * @param {boolean} left
   */
  #paintNotes(entry, left) {
    this.#notesPart.hidden = entry.role !== "primary" || left;
    if (this.#notesPart.hidden) return;
    const box = this.#boxes.get(entry.id) ?? new NotesBox(entry.id, this.notes);
    this.#boxes.set(entry.id, box);
    box.show(entry.notes ?? "");
    if (box.node.parentNode !== this.#notesPart)
      this.#notesPart.replaceChildren(box.node);
  }
}

/** @param {string} text */
function title(text) {
  return h("h2", { class: "side-title" }, text);
}

/**
 * @param {string} code
 * @param {string} locale
 */
function languageName(code, locale) {
  if (!code) return "";
  try {
    const name = new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  } catch {
    return code;
  }
}

customElements.define("desk-side", DeskSide);
