/** Where the customer writes. Enter sends; with Shift, and while composing, it does not. */
import { ChatElement } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */

const GROWS = globalThis.CSS?.supports("field-sizing", "content");

export class ChatComposer extends ChatElement {
  connectedCallback() {
    const field = this.#field;
    field.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    field.addEventListener("input", () => {
      this.#fit();
      this.tell("chat-draft", field.value);
      if (field.value.trim()) this.tell("chat-typing");
    });
  }

  set draft(/** @type {string} */ text) {
    this.#field.value = text;
    this.#fit();
  }

  /** @param {View} view */
  set view({ state }) {
    const label = this.words.t(state.status === "waiting" ? "add" : "write");
    this.at("label").textContent = label;
    this.#field.placeholder = label;
  }

  /** @override */
  focus() {
    this.#field.focus();
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  #send() {
    const text = this.#field.value.trim();
    this.#field.focus();
    if (!text) return;
    this.draft = "";
    this.tell("chat-draft", "");
    this.tell("chat-write", text);
  }

  #fit() {
    if (GROWS) return;
    const { style } = this.#field;
    style.height = "auto";
    style.height = `${this.#field.scrollHeight + 2}px`;
  }
}
