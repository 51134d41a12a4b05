/** The place in the queue, and what was said; what is not stored yet stands below. */
import { ChatElement, h, linked, say } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */
/** @import { Message } from "../lib/chat-thread.js" */
/** @import { Item } from "../lib/outbox.js" */

const SOON = 24 * 3_600_000;

export class ChatTalk extends ChatElement {
  /** @type {Map<number, HTMLElement>} */
  #lines = new Map();
  /** @type {Map<string, HTMLElement>} */
  #unsent = new Map();
  /** seconds after which somebody who is away has gone; null: never */
  patience = /** @type {number | null} */ (180);

  /** @param {View} view */
  set view({ state, messages, unsent, typing }) {
    this.#place(state);
    const log = this.at("log");
    // What is read from a reload is not news.
    log.setAttribute("aria-busy", String(this.#lines.size === 0));
    for (const [index, message] of messages.entries()) this.#write(message, index);
    const waiting = unsent.filter(({ clientId }) => !this.#has(messages, clientId));
    this.#writeUnsent(waiting);
    log.setAttribute("aria-busy", "false");
    const { words } = this;
    say(this.at("typing"), typing ? words.t("typing", { name: typing }) : "");
  }

  clear() {
    this.#lines.clear();
    this.#unsent.clear();
    this.at("log").replaceChildren();
  }

  /** @param {Message[]} messages @param {string} clientId */
  #has(messages, clientId) {
    return messages.some((message) => message.client_id === clientId);
  }

  /** @param {any} state */
  #place({ status, position, expected_wait_seconds, closes }) {
    const { words } = this;
    const place = this.at("place");
    place.hidden = status !== "waiting";
    if (place.hidden) return;
    this.#put("queue", words.t(position ? "place" : "place_unknown"));
    say(this.at("number"), position ? String(position) : "");
    this.#put("wait", words.wait(expected_wait_seconds));
    this.#put("away", `${this.#away()} ${this.#closing(closes)}`.trim());
  }

  #away() {
    if (this.patience === null) return this.words.t("away_long");
    return this.words.t("away", { minutes: Math.round(this.patience / 60) });
  }

  /** @param {any} closes */
  #closing(closes) {
    const isNear = closes?.at && Date.parse(closes.at) - Date.now() < SOON;
    if (!isNear || closes.kind !== "open") return "";
    return this.words.t("closes", { moment: this.words.moment(closes.at) });
  }

  /** @param {string} name @param {string} text */
  #put(name, text) {
    const node = this.at(name);
    if (node.textContent !== text) node.textContent = text;
  }

  /** @param {Message} message @param {number} index where it belongs */
  #write(message, index) {
    if (this.#lines.has(message.id)) return;
    const line = message.sender.kind === "system" ? this.#notice : this.#said;
    const node = line.call(this, message);
    this.#lines.set(message.id, node);
    const log = this.at("log");
    log.insertBefore(node, log.children[index] ?? null);
  }

  /** @param {Message} message */
  #notice(message) {
    const text = linked(this.words.text(message));
    const time = h("time", { datetime: message.at }, this.words.time(message.at));
    return h("p", { class: "chat-pill" }, ...text, " ", time);
  }

  /** @param {Message} message */
  #said({ sender, at, text }) {
    const own = sender.kind === "customer";
    const name = own ? this.words.t("you") : sender.name;
    const time = h("time", { datetime: at }, this.words.time(at));
    return h(
      "div",
      { class: own ? "chat-line is-own" : "chat-line" },
      h("p", { class: "chat-who" }, name, ", ", time),
      h("p", { class: "chat-said" }, ...(own ? [text] : linked(text))),
    );
  }

  /** @param {Item[]} items */
  #writeUnsent(items) {
    const log = this.at("log");
    const wanted = new Set(items.map(({ clientId }) => clientId));
    for (const [clientId, node] of this.#unsent) {
      if (wanted.has(clientId)) continue;
      node.remove();
      this.#unsent.delete(clientId);
    }
    for (const item of items) {
      const node = this.#unsent.get(item.clientId) ?? this.#waiting(item);
      this.#unsent.set(item.clientId, node);
      if (!node.isConnected) log.append(node);
      this.#showHow(node, item);
    }
  }

  /** @param {Item} item */
  #waiting({ text, clientId }) {
    const { words } = this;
    const on = (/** @type {string} */ name) => () => this.tell(name, clientId);
    const commands = h(
      "span",
      { "data-part": "commands" },
      h("button", { type: "button", onclick: on("chat-resend") }, words.t("resend")),
      h("button", { type: "button", onclick: on("chat-discard") }, words.t("discard")),
    );
    const how = h("span", { "data-part": "how" });
    return h(
      "div",
      { class: "chat-line is-own is-unsent" },
      h("p", { class: "chat-said" }, text),
      h("p", { class: "chat-how" }, how, commands),
    );
  }

  /** @param {HTMLElement} node @param {Item} item */
  #showHow(node, { state, problem }) {
    const how = /** @type {HTMLElement} */ (node.querySelector('[data-part="how"]'));
    const commands = /** @type {HTMLElement} */ (how.nextElementSibling);
    commands.hidden = state !== "unsent";
    say(how, this.#how(state, problem));
  }

  /** @param {Item["state"]} state @param {Item["problem"]} problem */
  #how(state, problem) {
    if (state !== "unsent") return this.words.t("sending");
    if (!problem?.final) return this.words.t("unsent");
    const why = this.words.trouble({ ...problem, seconds: 0, body: null });
    return `${this.words.t("refused")}. ${why}`;
  }
}
