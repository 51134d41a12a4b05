/**
 * The conversation on the screen. Above, who is there and the way out; then the place in
 * the queue and what was said; below, where the customer writes.
 */
import { ChatElement, h, linked, say } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */
/** @import { Message } from "../lib/chat-thread.js" */
/** @import { Item } from "../lib/outbox.js" */

const GROWS = globalThis.CSS?.supports("field-sizing", "content");
const SOON = 24 * 3_600_000;

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

/** What is not stored yet stands below all that is. */
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
