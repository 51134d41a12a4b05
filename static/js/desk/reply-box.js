/** Where the agent writes: to the customer, or unseen by the customer and then violet. */
import { button, h, icon, write } from "../elements/dom.js";
import { QuickReplyList } from "./quick-reply-list.js";

/** @typedef {Record<string, any>} Any */
/** @typedef {"public" | "internal"} Visibility */

/**
 * @typedef {object} Owner
 * @property {(text: string, visibility: Visibility) => void} send
 * @property {(visibility: Visibility) => void} typed
 * @property {(text: string, visibility: Visibility) => void} draft
 * @property {() => Any[]} replies the quick replies of the house
 * @property {() => {customer: string, agent: string}} names
 * @property {() => {queue: number, language: string}} about
 */

const LONGEST = 4000;
let serial = 0;

export class ReplyBox {
  #owner;
  #number = ++serial;
  #text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", {
      rows: 3,
      maxlength: LONGEST,
      "aria-describedby": `seen-${this.#number}`,
    })
  );
  #seen = h("span", { class: "reply-seen", id: `seen-${this.#number}` });
  #lock = icon("lock", "icon glyph");
  #unanswered = h("span", { class: "reply-unanswered" });
  #choice = h("fieldset", { class: "segments reply-choice" });
  #word = h("span");
  #send = button(
    { class: "button is-primary", onclick: () => this.#submit() },
    this.#word,
    h("kbd", { "aria-hidden": "true" }, "Ctrl ↵"),
  );
  #quick;
  node = h("div", { class: "reply", role: "group", "aria-label": gettext("Reply") });
  /** @type {Visibility} */ #visibility = "public";
  /** @type {Visibility[]} */ #audiences = [];

  /** @param {Owner} owner */
  constructor(owner) {
    this.#owner = owner;
    this.#quick = new QuickReplyList(this.#text, owner, () => this.#changed());
    this.#choice.append(
      h("legend", { class: "visually-hidden" }, gettext("Who sees it")),
      this.#option("public", gettext("To the customer")),
      this.#option("internal", gettext("Internal")),
    );
    const hint = h(
      "span",
      { class: "reply-hint" },
      gettext("Quick replies"),
      h("kbd", {}, "/"),
    );
    this.node.append(
      h(
        "div",
        { class: "reply-top" },
        this.#choice,
        this.#lock,
        this.#seen,
        this.#unanswered,
      ),
      h("div", { class: "reply-field" }, this.#text, this.#quick.node),
      h("div", { class: "reply-foot" }, hint, this.#send),
    );
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
  }

  get text() {
    return this.#text.value;
  }

  focus() {
    if (!this.node.hidden) this.#text.focus();
  }

  /** @param {{text: string, visibility: Visibility}} draft that was kept */
  restore({ text, visibility }) {
    this.#text.value = text;
    this.#choose(visibility);
  }

  /**
   * @param {Visibility[]} audiences to whom the agent may write; nobody: no box
   * @param {string} customer
   */
  show(audiences, customer) {
    this.#audiences = audiences;
    this.node.hidden = audiences.length === 0;
    this.#choice.hidden = audiences.length < 2;
    if (audiences.length && !audiences.includes(this.#visibility))
      this.#choose(audiences[0]);
    this.#text.placeholder =
      this.#visibility === "internal"
        ? gettext("A note that the customer never sees…")
        : interpolate(gettext("Write to %s…"), [customer]);
  }

  /**
   * @param {string} words how long the customer has been unanswered, or nothing
   * @param {string} verdict
   */
  showUnanswered(words, verdict) {
    write(this.#unanswered, words);
    this.#unanswered.className = `reply-unanswered${verdict ? ` ${verdict} strong` : ""}`;
  }

  /** Drop what is half-written. */
  clear() {
    this.#text.value = "";
    this.#changed();
  }

  /** The other audience, where there is one. */
  switch() {
    if (this.#audiences.length < 2) return;
    this.#choose(this.#visibility === "public" ? "internal" : "public");
    this.#changed();
  }

  /**
   * @param {Visibility} value
   * @param {string} word
   */
  #option(value, word) {
    const radio = h("input", {
      type: "radio",
      name: `audience-${this.#number}`,
      value,
      class: "visually-hidden",
    });
    radio.addEventListener("change", () => {
      this.#choose(value);
      this.#changed();
    });
    return h(
      "label",
      {},
      radio,
      value === "internal" ? icon("lock", "icon glyph") : null,
      word,
    );
  }

  /** @param {Visibility} visibility */
  #choose(visibility) {
    this.#visibility = visibility;
    const internal = visibility === "internal";
    const radio = this.#choice.querySelector(`input[value="${visibility}"]`);
    /** @type {HTMLInputElement} */ (radio).checked = true;
    this.node.classList.toggle("is-internal", internal);
    this.#lock.toggleAttribute("hidden", !internal);
    const label = internal
      ? gettext("Internal note")
      : gettext("Reply to the customer");
    this.#text.setAttribute("aria-label", label);
    this.#text.placeholder = internal
      ? gettext("A note that the customer never sees…")
      : "";
    write(this.#seen, internal ? gettext("Unseen by the customer") : "");
    write(this.#word, internal ? gettext("Send internally") : gettext("Send"));
  }

  #typed() {
    this.#changed();
    if (this.#text.value) this.#owner.typed(this.#visibility);
  }

  #changed() {
    this.#owner.draft(this.#text.value, this.#visibility);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#quick.key(event)) return;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text || this.#audiences.length === 0) return;
    this.#text.value = "";
    this.#quick.close();
    this.#changed();
    this.#owner.send(text, this.#visibility);
    this.#text.focus();
  }
}
