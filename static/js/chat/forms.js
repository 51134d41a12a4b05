/**
 * Before a conversation the form that starts one, or that we are closed; after it who
 * ended it, how it went, and the way to a new one.
 */
import { ChatElement, h, linked, say } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/** What the two forms share: the notice, the consent to it, and what is missing. */
class ChatForm extends ChatElement {
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

export class ChatStart extends ChatForm {
  #filled = false;

  /** @param {View} view */
  set view({ door, opening, trouble, lost }) {
    if (door) this.notice = door.notice;
    this.at("lost").hidden = !lost;
    this.trouble = opening && trouble?.code === "network" ? null : trouble;
    if (opening && !this.#filled) this.#fill(opening);
    for (const name of ["name", "question"])
      this.field(name).toggleAttribute("readonly", Boolean(opening));
    const submit = this.at("submit");
    submit.setAttribute("aria-disabled", String(Boolean(opening)));
    submit.textContent = this.words.t(opening ? "starting" : "start");
  }

  /** @override */
  submit() {
    if (this.at("submit").getAttribute("aria-disabled") === "true") return;
    const { consent } = this;
    this.#filled = true;
    const [name, question] = [this.value("name"), this.value("question")];
    this.tell("chat-open", { name, question, consent });
  }

  /** A new conversation has another question. */
  clear() {
    this.field("question").value = "";
    this.#filled = false;
  }

  /** @param {{name: string, question: string}} opening from before a reload */
  #fill({ name, question }) {
    this.#filled = true;
    this.field("name").value = name;
    this.field("question").value = question;
  }
}

export class ChatClosed extends ChatForm {
  #sent = false;

  /** @param {View} view */
  set view({ door, trouble, left }) {
    const { words } = this;
    const moment = door.opens_at && words.moment(door.opens_at);
    this.at("opens").textContent = words.t(moment ? "opens" : "opens_unknown", {
      moment,
    });
    this.form.hidden = !door.takes_offline_messages || left;
    this.at("left").hidden = !left;
    this.notice = door.notice;
    this.trouble = trouble;
    if (left && !this.#sent) this.at("left").focus();
    this.#sent = left;
  }

  /** @override */
  submit() {
    const [name, address, text] = ["name", "address", "text"].map((n) => this.value(n));
    const { consent } = this;
    this.tell("chat-leave", { name, address, text, ...(consent && { consent }) });
  }
}

export class ChatEnded extends ChatElement {
  #thanked = false;
  #agent = "";

  connectedCallback() {
    this.#form.addEventListener("change", () => {
      this.at("comment").hidden = this.at("rate").hidden = this.#score === 0;
      this.at("again").scrollIntoView({ block: "nearest" });
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const comment = /** @type {HTMLTextAreaElement} */ (
        this.at("comment").querySelector("textarea")
      );
      this.tell("chat-rate", { score: this.#score, comment: comment.value.trim() });
    });
    this.at("again").addEventListener("click", () => this.tell("chat-again"));
  }

  /** @param {View} view */
  set view({ state, trouble }) {
    this.#agent = state.agent ?? "";
    this.at("heading").textContent = this.#who(state.ended_by);
    say(this.at("text"), state.ended_text);
    this.#form.hidden = !state.may_rate;
    const thanks = state.rating !== null;
    this.at("thanks").hidden = !thanks;
    if (thanks && !this.#thanked && this.#rated) this.at("thanks").focus();
    this.#thanked = thanks;
    say(this.at("trouble"), trouble ? this.words.trouble(trouble) : "");
  }

  clear() {
    this.#form.reset();
    this.at("comment").hidden = this.at("rate").hidden = true;
  }

  /** @override */
  focus() {
    this.at("heading").focus();
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  get #score() {
    return Number(new FormData(this.#form).get("score") ?? 0);
  }

  /** It was this page that rated, not one before a reload. */
  get #rated() {
    return this.#score > 0;
  }

  /** @param {string | null} by */
  #who(by) {
    if (by === "agent" && !this.#agent) return this.words.t("ended");
    const known = by === "customer" || by === "agent" || by === "supervisor";
    return this.words.t(known ? `ended_${by}` : "ended", { name: this.#agent });
  }
}
