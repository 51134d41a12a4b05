/** One open conversation: head, transcript with what is not sent yet, and the reply box. */
import { button, h, icon, write } from "../elements/dom.js";
import { messageText } from "../elements/message-words.js";
import { bubble, TranscriptView } from "../elements/transcript-view.js";
import { unansweredOf } from "../lib/desk-lists.js";
import { audiences } from "../lib/desk-rules.js";
import { clock } from "../lib/format.js";
import { customerOf, leftText } from "./desk-words.js";
import { PaneHead } from "./pane-head.js";
import { ReplyBox } from "./reply-box.js";

/** @typedef {Record<string, any>} Any */

/**
 * @typedef {object} PaneWorld what all panes share
 * @property {any} store
 * @property {any} outbox
 * @property {any} drafts
 * @property {any} ownTyping
 * @property {any} othersTyping
 * @property {() => Any[]} replies
 * @property {() => boolean} untrusted
 * @property {string} locale
 */

export class Pane {
  id;
  #world;
  #head;
  #reply;
  #transcript = new TranscriptView();
  #typing = h("p", { class: "pane-typing" });
  #empty = h(
    "p",
    { class: "pane-empty", hidden: true },
    gettext("Nothing has been said yet."),
  );
  node = h("article", { class: "pane" });
  /** @type {Any | null} */ #entry = null;
  #reason = "";

  /**
   * @param {number} id
   * @param {PaneWorld} world
   */
  constructor(id, world) {
    this.id = id;
    this.#world = world;
    this.#head = new PaneHead(id, this.node);
    this.#reply = new ReplyBox(this.#owner());
    this.#transcript.locale = world.locale;
    this.#transcript.who = (message) => who(message);
    this.#transcript.tells = (message) => this.#tells(message);
    this.node.dataset.conversation = String(id);
    this.node.append(
      this.#head.node,
      this.#transcript.node,
      this.#empty,
      this.#typing,
      this.#reply.node,
    );
    this.#reply.restore(world.drafts.get(id));
  }

  get hasDraft() {
    return this.#reply.text.trim() !== "";
  }

  focus() {
    const writes = this.#entry && !this.#reason && !this.#reply.node.hidden;
    if (writes && matchMedia("(hover: hover)").matches) this.#reply.focus();
    else this.#head.focus();
  }

  clearDraft() {
    this.#reply.clear();
  }

  switchAudience() {
    this.#reply.switch();
  }

  /** @param {string} action */
  press(action) {
    return this.#head.press(action);
  }

  /** @param {string} sentence */
  tell(sentence) {
    this.#head.tell(sentence);
  }

  /** @param {boolean} focused */
  mark(focused) {
    this.node.classList.toggle("is-focused", focused);
    this.#transcript.speak(focused);
  }

  paint() {
    const { store, outbox, untrusted } = this.#world;
    const left = store.left.get(this.id);
    this.#entry = store.entries.get(this.id) ?? left?.entry ?? null;
    this.node.classList.toggle("is-loading", !this.#entry);
    if (!this.#entry) return this.#waitForIt();
    this.node.setAttribute("aria-label", customerOf(this.#entry));
    const unsent = outbox.items(this.id).length;
    const gone = Boolean(left);
    this.#head.show(this.#entry, { untrusted: untrusted(), unsent, gone });
    this.#paintLeft(left?.reason, gone);
    const whom = gone ? [] : audiences(/** @type {any} */ (this.#entry));
    this.#reply.show(whom, customerOf(this.#entry));
    this.node.classList.toggle("is-consult", this.#entry.role === "consult");
    this.paintTranscript();
  }

  paintTranscript() {
    const { store, outbox } = this.#world;
    const messages = store.messages(this.id);
    this.#transcript.show(messages, null);
    const confirmed = new Set(messages.map((/** @type {Any} */ one) => one.client_id));
    const waiting = outbox
      .items(this.id)
      .filter((/** @type {Any} */ item) => !confirmed.has(item.clientId));
    this.#transcript.showFoot(
      waiting.map((/** @type {Any} */ item) => this.#pending(item)),
    );
    this.#empty.hidden = messages.length + waiting.length > 0 || !this.#entry;
  }

  /** @param {number} now */
  tick(now) {
    if (!this.#entry) return;
    this.#head.tick(this.#entry, now);
    const { seconds, verdict } = unansweredOf(/** @type {any} */ (this.#entry), now);
    const said =
      seconds === null ? "" : interpolate(gettext("unanswered %s"), [clock(seconds)]);
    this.#reply.showUnanswered(said, verdict);
    this.paintTyping();
  }

  paintTyping() {
    const all = this.#world.othersTyping.in(this.id);
    write(this.#typing, all.map(typingText).join(" "));
  }

  #owner() {
    const { drafts, ownTyping, outbox, replies, store } = this.#world;
    return {
      send: (/** @type {string} */ text, /** @type {any} */ visibility) => {
        ownTyping.sent(this.id);
        outbox.add(this.id, text, { visibility });
      },
      typed: (/** @type {any} */ visibility) => ownTyping.typed(this.id, visibility),
      draft: (/** @type {string} */ text, /** @type {any} */ visibility) =>
        drafts.set(this.id, { text, visibility }),
      replies,
      names: () => ({
        customer: customerOf(this.#entry ?? {}),
        agent: store.agent?.name ?? "",
      }),
      about: () => ({
        queue: this.#entry?.queue ?? 0,
        language: this.#entry?.language ?? "",
      }),
    };
  }

  /**
   * @param {string | undefined} reason
   * @param {boolean} gone
   */
  #paintLeft(reason, gone) {
    const sentence = gone ? leftText(reason ?? "") : "";
    if (sentence !== this.#reason) this.#head.tell(sentence);
    this.#reason = sentence;
  }

  #waitForIt() {
    this.#reply.node.hidden = true;
    this.#head.show(
      { subject: gettext("Loading…"), participants: [], customer: {} },
      { untrusted: true, unsent: 0, gone: true },
    );
  }

  /** @param {Any} message of the system, as it concerns the agent */
  #tells(message) {
    const own = message.params?.name === this.#world.store.agent?.name;
    if (message.code !== "agent_joined")
      return messageText(/** @type {any} */ (message));
    if (own) return gettext("You accepted");
    return interpolate(gettext("%s accepted"), [message.params?.name]);
  }

  /** @param {Any} item of the outbox */
  #pending(item) {
    const { visibility } = item.extra;
    const message = {
      sender: { kind: "agent", name: "" },
      visibility,
      text: item.text,
      at: new Date(item.at).toISOString(),
      mine: true,
    };
    const line = bubble(
      /** @type {any} */ (message),
      who(/** @type {any} */ (message)),
      this.#world.locale,
    );
    line.classList.add("is-pending");
    line.append(this.#status(item));
    return line;
  }

  /** @param {Any} item */
  #status(item) {
    if (item.state !== "unsent") {
      return h(
        "div",
        { class: "message-status" },
        item.state === "sent" ? gettext("Sent") : gettext("Sending…"),
      );
    }
    const { outbox } = this.#world;
    const why = item.problem?.detail || gettext("Not sent yet; tried again by itself.");
    const said = item.problem?.final
      ? `${gettext("Not sent.")} ${item.problem.detail}`
      : why;
    const again = button(
      { class: "link-button", onclick: () => outbox.retry(item.clientId) },
      gettext("Try again"),
    );
    const drop = button(
      { class: "link-button", onclick: () => outbox.discard(item.clientId) },
      gettext("Discard"),
    );
    return h(
      "div",
      { class: "message-status is-unsent", role: "status" },
      icon("need-2", "glyph"),
      h("span", {}, said),
      again,
      drop,
    );
  }
}

/** @param {Any} message: by whom, and whether the customer sees it */
function who({ sender, visibility, mine }) {
  const name = mine ? gettext("You") : sender.name;
  if (visibility !== "internal") return name;
  if (sender.kind === "supervisor")
    return interpolate(gettext("Whisper from %s"), [name]);
  return interpolate(gettext("%s, internal"), [name]);
}

/** @param {{sender: Any, visibility: string}} typing */
function typingText({ sender, visibility }) {
  const name = sender.name || gettext("The customer");
  const words =
    visibility === "internal"
      ? gettext("%s writes internally…")
      : gettext("%s is writing…");
  return interpolate(words, [name]);
}
