/** What is said in the open conversation, who is typing, and where the viewer writes. */
import { OthersTyping } from "../lib/desk-typing.js";
import { button, emit, h, icon, write } from "./dom.js";
import { TranscriptView } from "./transcript-view.js";
import { WhisperBox } from "./whisper-box.js";
import { stateOf } from "./words.js";

/** @typedef {Record<string, any>} Any */

// A little more than they are shown for: at that moment they are no longer there.
const AGAIN_MS = 5100;

export class PanelTalk {
  #transcript = new TranscriptView();
  #whisper = new WhisperBox();
  #explain = h("div", { class: "panel-explain" });
  #typingLine = h("p", { class: "panel-typing", hidden: true });
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #typing = new OthersTyping(() => performance.now());
  /** @type {Set<string>} who was read out as typing: once is enough */
  #announced = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #again = undefined;
  #id = 0;

  /** The upper parts, and the box that stands at the end of the panel. */
  nodes = [this.#transcript.node, this.#typingLine, this.#explain, this.#spoken];
  box = this.#whisper.node;

  /** @param {string} locale */
  set locale(locale) {
    this.#transcript.locale = locale;
  }

  stop() {
    clearTimeout(this.#again);
  }

  /** @param {number} id another conversation: nothing of the last one may stay */
  open(id) {
    this.#id = id;
    this.#announced.clear();
    this.#whisper.clear();
    write(this.#spoken, "");
    this.clear();
  }

  clear() {
    this.#transcript.clear();
    this.#paintTyping();
  }

  /** @param {{ok: boolean, detail?: string}} answer */
  answered(answer) {
    this.#whisper.answered(answer);
  }

  /** @param {Any} live messages came, or which of them moved the mood */
  grow(live) {
    const messages = [...live.messages.values()];
    this.#transcript.show(messages, live.sentiment?.moved_by ?? null);
  }

  /** @param {Any} message somebody has said what was typed */
  said({ sender }) {
    this.#typing.said(this.#id, sender);
    this.#paintTyping();
  }

  /** @param {Any} frame */
  typed({ sender, visibility }) {
    this.#typing.typed(this.#id, sender, visibility);
    this.#paintTyping();
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#paintTyping(), AGAIN_MS);
    this.#announce(sender, visibility);
  }

  /**
   * @param {Any | undefined} live
   * @param {{agent: string, part: string | null, why: HTMLElement[] | Node[]}} about
   */
  show(live, { agent, part, why }) {
    for (const node of [this.#transcript.node, this.box]) {
      node.toggleAttribute("hidden", !live);
    }
    this.#explain.toggleAttribute("hidden", Boolean(live));
    if (!live) {
      this.#explain.replaceChildren(...why);
      return;
    }
    this.grow(live);
    const off =
      live.status === "live" ? "" : gettext("Whispers wait for the connection");
    const joined = part === "consult" || part === "primary";
    this.#whisper.show({ agent, joined, off });
  }

  #paintTyping() {
    const all = this.#typing.in(this.#id);
    write(this.#typingLine, all.map(typingText).join(" "));
    this.#typingLine.hidden = all.length === 0;
  }

  /**
   * @param {Any} sender
   * @param {string} visibility
   */
  #announce(sender, visibility) {
    const who = `${sender.kind} ${sender.name}`;
    if (this.#announced.has(who)) return;
    this.#announced.add(who);
    write(this.#spoken, typingText({ sender, visibility }));
  }
}

/**
 * Why there is no transcript, and the way to it.
 * @param {Any} row
 * @param {{sentence: string} | null} refusal of monitoring
 * @param {HTMLElement} owner
 */
export function whyNoTranscript(row, refusal, owner) {
  if (stateOf(row) === "closed")
    return [h("p", {}, gettext("The conversation is closed."))];
  if (refusal) return [icon("lock"), h("p", {}, refusal.sentence)];
  const why = gettext(
    "The transcript is shown while you monitor. Neither the customer nor the agent sees that you do; the audit trail does.",
  );
  const press = button(
    {
      class: "button is-primary",
      onclick: () => emit(owner, "command", { action: "monitor", id: row.id }),
    },
    gettext("Monitor"),
    h("kbd", { "aria-hidden": "true" }, "M"),
  );
  return [icon("eye"), h("p", {}, why), press];
}

/** @param {Any} typing */
function typingText({ sender, visibility }) {
  const words =
    visibility === "internal"
      ? gettext("%s writes internally…")
      : gettext("%s is writing…");
  return interpolate(words, [sender.name || gettext("The customer")]);
}
