/** What the two forms share: the notice and the consent to it, and what is missing. */
import { h } from "../elements/dom.js";
import { linked } from "./linked.js";
import { ChatElement, say } from "./parts.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

export class ChatForm extends ChatElement {
  /** @type {any} */
  #notice = null;

  connectedCallback() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#complete()) this.submit();
    });
  }

  get form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  /** All is filled in. */
  submit() {}

  /** @param {string} name @returns {Field} */
  field(name) {
    return /** @type {Field} */ (this.form.elements.namedItem(name));
  }

  /** @param {string} name */
  value(name) {
    return this.field(name).value.trim();
  }

  /** @returns {{given: boolean, text_version: string} | null} */
  get consent() {
    const { mode, text_version } = this.#notice ?? {};
    return mode === "consent" ? { given: true, text_version } : null;
  }

  /** @param {any} notice of the door; a new text has to be agreed to anew */
  set notice(notice) {
    if (notice.text_version === this.#notice?.text_version) return;
    this.#notice = notice;
    const box = this.at("notice");
    box.hidden = !notice.text;
    box.lastElementChild?.replaceChildren(...linked(notice.text));
    this.at("agree").hidden = notice.mode !== "consent";
    this.#box.checked = false;
  }

  /** @param {any} trouble */
  set trouble(trouble) {
    say(this.at("trouble"), trouble ? this.words.trouble(trouble) : "");
  }

  get #box() {
    return /** @type {HTMLInputElement} */ (this.field("consent"));
  }

  #complete() {
    const wanted = [...this.form.querySelectorAll("[required]")];
    const empty = /** @type {Field[]} */ (wanted).filter(({ value }) => !value.trim());
    const missing = this.consent && !this.#box.checked ? [...empty, this.#box] : empty;
    for (const field of [.../** @type {Field[]} */ (wanted), this.#box])
      this.#mark(field, missing.includes(field));
    this.#list(missing);
    return missing.length === 0;
  }

  /** @param {Field} field @param {boolean} wrong */
  #mark(field, wrong) {
    field.setAttribute("aria-invalid", String(wrong));
    const id = `${field.id}-error`;
    document.getElementById(id)?.remove();
    field.removeAttribute("aria-describedby");
    if (!wrong) return;
    field.setAttribute("aria-describedby", id);
    field.parentElement?.append(h("p", { id, class: "chat-error" }, this.#need(field)));
  }

  /** @param {Field[]} missing */
  #list(missing) {
    const summary = this.at("errors");
    summary.hidden = missing.length === 0;
    const goTo = (/** @type {Field} */ field) => (/** @type {Event} */ event) => {
      event.preventDefault();
      field.focus();
    };
    const links = missing.map((field) =>
      h("a", { href: `#${field.id}`, onclick: goTo(field) }, this.#need(field)),
    );
    summary.lastElementChild?.replaceChildren(
      ...links.map((link) => h("li", {}, link)),
    );
    if (missing.length > 0) summary.focus();
  }

  /** @param {Field} field */
  #need({ name }) {
    return this.words.t(`need_${name}`);
  }
}
