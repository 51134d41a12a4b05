/** After the end: who ended it, how it went, and the way to a new one. */
import { ChatElement, say } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */

export class ChatEnded extends ChatElement {
  #thanked = false;
  #agent = "";

  connectedCallback() {
    this.#form.addEventListener("change", () => {
      this.at("comment").hidden = this.at("rate").hidden = this.#score === 0;
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
