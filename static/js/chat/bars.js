/** Above, who is there and the way out; below, where the customer writes. */
import { ChatElement } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */

const GROWS = globalThis.CSS?.supports("field-sizing", "content");

export class ChatHead extends ChatElement {
  #site = "";

  connectedCallback() {
    this.#site = this.at("title").textContent ?? "";
    this.at("end").addEventListener("click", () => this.tell("chat-end-asked"));
    this.at("minimise").addEventListener("click", () => this.tell("chat-minimise"));
  }

  set embedded(/** @type {boolean} */ embedded) {
    this.at("minimise").hidden = !embedded;
  }

  /** @param {View} view */
  set view(view) {
    const { state } = view;
    const [title, line] = this.#lines(view);
    this.at("title").textContent = title;
    this.at("line").textContent = line;
    this.at("end").hidden = !state?.may_write;
  }

  /** @param {View} view @returns {[string, string]} */
  #lines({ phase, door, state }) {
    const { words } = this;
    const site = state?.site.name || door?.site.name || this.#site;
    if (phase === "loading") return [site, words.t("loading")];
    if (phase === "door") return [site, this.#doorLine(door)];
    if (state.status === "ended") return [site, words.t("ended")];
    if (state.status === "waiting") return [site, words.t("waiting")];
    const others = state.people.filter((/** @type {string} */ n) => n !== state.agent);
    const who = [state.agent, ...others].filter(Boolean).join(", ");
    return [who || site, state.status === "paused" ? words.t("paused") : site];
  }

  /** @param {any} door */
  #doorLine(door) {
    if (!door.is_open) return this.words.t("closed_line");
    if (door.expected_wait_seconds === null) return this.words.t("door_line");
    const wait = this.words.wait(door.expected_wait_seconds);
    return this.words.t("door_wait", { wait });
  }
}

/** Enter sends; with Shift, and while composing, it does not. */
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
