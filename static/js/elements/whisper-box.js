/** Where the supervisor writes: violet and unseen by the customer unless she chooses else. */
import { button, emit, h, icon, write } from "./dom.js";

export class WhisperBox {
  #text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", { rows: 1, maxlength: 4000, "aria-describedby": "whisper-hint" })
  );
  #hint = h("span", { id: "whisper-hint" });
  #lock = icon("lock", "icon glyph");
  #word = h("span");
  #send = button(
    { class: "button is-small", onclick: () => this.#submit() },
    this.#word,
  );
  #error = h("p", { class: "whisper-error", role: "alert", hidden: true });
  #choice = h("fieldset", { class: "segments", hidden: true });
  #box = h(
    "div",
    { class: "whisper-box is-internal" },
    this.#text,
    h(
      "div",
      { class: "whisper-foot" },
      this.#lock,
      this.#hint,
      this.#choice,
      h("span", { class: "push" }),
      h("kbd", {}, "Ctrl ↵"),
      this.#send,
    ),
  );
  node = h("div", { class: "whisper" }, this.#box, this.#error);
  #visibility = "internal";
  #agent = "";
  #off = "";
  #busy = false;

  constructor() {
    this.#choice.append(
      h("legend", { class: "visually-hidden" }, gettext("Who sees it")),
      this.#option("internal", gettext("Internal")),
      this.#option("public", gettext("Public")),
    );
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#paint();
  }

  /** @param {{agent: string, joined: boolean, off: string}} state */
  show({ agent, joined, off }) {
    this.#agent = agent;
    this.#off = off;
    this.#choice.hidden = !joined;
    this.#hint.classList.toggle("visually-hidden", joined);
    if (!joined) this.#choose("internal");
    this.#paint();
  }

  /** Another conversation: nothing half-written may go to the wrong one. */
  clear() {
    this.#text.value = "";
    this.#choose("internal");
    this.#fail("");
  }

  /** @param {{ok: boolean, detail?: string}} answer */
  answered({ ok, detail }) {
    this.#busy = false;
    this.#send.removeAttribute("aria-busy");
    if (ok) this.#text.value = "";
    this.#fail(ok ? "" : (detail ?? gettext("Not sent. Try again.")));
  }

  /**
   * @param {string} value
   * @param {string} word
   */
  #option(value, word) {
    const radio = h("input", {
      type: "radio",
      name: "visibility",
      value,
      class: "visually-hidden",
      checked: value === "internal",
    });
    radio.addEventListener("change", () => this.#choose(value));
    return h("label", {}, radio, word);
  }

  /** @param {string} visibility */
  #choose(visibility) {
    this.#visibility = visibility;
    const radio = this.#choice.querySelector(`input[value="${visibility}"]`);
    /** @type {HTMLInputElement} */ (radio).checked = true;
    this.#paint();
  }

  #paint() {
    const internal = this.#visibility === "internal";
    const to = this.#agent || gettext("the agent");
    const ask = internal
      ? interpolate(gettext("Whisper to %s…"), [to])
      : gettext("Write to the customer…");
    this.#box.classList.toggle("is-internal", internal);
    this.#lock.toggleAttribute("hidden", !internal);
    this.#text.placeholder = this.#off || ask;
    this.#text.setAttribute("aria-label", ask);
    write(
      this.#hint,
      internal ? gettext("Unseen by the customer") : gettext("The customer sees this"),
    );
    write(this.#word, internal ? gettext("Whisper") : gettext("Send"));
    if (this.#off) this.#send.setAttribute("aria-disabled", "true");
    else this.#send.removeAttribute("aria-disabled");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.#text.value.trim();
    if (!text || this.#off || this.#busy) return;
    this.#busy = true;
    this.#send.setAttribute("aria-busy", "true");
    emit(this.node, "send-wanted", { text, visibility: this.#visibility });
  }

  /** @param {string} sentence */
  #fail(sentence) {
    write(this.#error, sentence);
    this.#error.hidden = sentence === "";
  }
}
