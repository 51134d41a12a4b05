/**
 * One customer's visit: the door, the conversation, its end. Knows no page; whoever shows
 * it is told when `view` has changed.
 */
import { ChatApi } from "./chat-api.js";
import { ChatDoor } from "./chat-door.js";
import { ChatLine } from "./chat-line.js";
import { ChatMemory } from "./chat-memory.js";
import { ChatThread } from "./chat-thread.js";
import { Outbox } from "./outbox.js";

/** @import { Refused, Trouble } from "./chat-api.js" */
/** @import { Letter, Question } from "./chat-door.js" */
/** @import { Status } from "./chat-line.js" */
/** @import { Message } from "./chat-thread.js" */
/** @import { Wire } from "./connection.js" */
/** @import { Item } from "./outbox.js" */
/** @import { TimerHandle, Timers } from "./types.js" */

/** @typedef {{site: string, api: string, locale: string}} Config */
/** @typedef {{storage: Storage | null, fetch: typeof globalThis.fetch}} Surroundings */
/** @typedef {{state?: any, messages?: Message[], token?: string}} News */
/**
 * @typedef {object} View
 * @property {"loading" | "door" | "chat"} phase
 * @property {any} door
 * @property {any} state
 * @property {Message[]} messages
 * @property {Item[]} unsent
 * @property {string} typing
 * @property {Status} line
 * @property {Question | null} opening on its way
 * @property {Trouble | null} trouble with what was last tried
 * @property {boolean} left an offline message has arrived
 * @property {boolean} lost the earlier conversation cannot be reached any more
 * @property {number} unread
 */

const TYPING_SHOWN = 5000;
const ASK_AGAIN = 3000;

export class ChatSession {
  #world;
  #config;
  #onchange;
  #memory;
  #api;
  #door;
  #line;
  #outbox;
  #thread = new ChatThread();
  /** @type {string | undefined} the conversation on the screen */
  #shown = undefined;
  /** @type {TimerHandle} */
  #retry = undefined;
  /** @type {TimerHandle} */
  #hush = undefined;
  /** @type {View} */
  view = nothing();
  /** Whoever shows the conversation forgets it. */
  onbegin = () => {};

  /**
   * @param {Config} config
   * @param {Surroundings & Wire & Timers} world
   * @param {() => void} onchange
   */
  constructor(config, world, onchange) {
    this.#world = world;
    this.#config = config;
    this.#onchange = onchange;
    this.#memory = new ChatMemory(config.site, world.storage);
    this.#api = new ChatApi({
      ...config,
      fetch: world.fetch,
      token: () => this.#token,
    });
    this.#door = new ChatDoor(this.#api, this.#memory, world, {
      onadmitted: (answer, id) => this.#admitted(answer, id),
      show: (change) => this.#show(change),
    });
    this.#line = this.#newLine();
    this.#outbox = this.#newOutbox();
  }

  start() {
    this.#outbox.start();
    this.#enter();
  }

  stop() {
    this.#outbox.stop();
    this.#line.stop();
    this.#door.leave();
    this.#world.clearTimeout(this.#retry);
  }

  /** @param {Question} question */
  open(question) {
    this.#door.open(question, this.#config.locale);
  }

  /** @param {Letter} letter out of hours */
  leave(letter) {
    return this.#try(() => this.#door.post(letter));
  }

  /** @param {string} text */
  write(text) {
    this.#outbox.add(this.#key, text);
  }

  /** @param {string} clientId */
  resend(clientId) {
    this.#outbox.retry(clientId);
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#outbox.discard(clientId);
  }

  typing() {
    this.#line.typing();
  }

  end() {
    return this.#try(() => this.#news(this.#api.end()));
  }

  /** @param {number} score @param {string} comment */
  rate(score, comment) {
    return this.#try(() => this.#news(this.#api.rate(score, comment)));
  }

  /** Leave an ended conversation for a new one. */
  again() {
    this.#forget();
    this.#enter();
  }

  /** The network is back, or the page is looked at again. */
  wake() {
    this.#outbox.wake();
    this.#line.wake();
    if (!this.#pass) this.#door.enter();
  }

  cut() {
    this.#line.cut();
  }

  /** @param {string | null} key that another tab has changed in the storage */
  changedElsewhere(key) {
    this.#outbox.sync();
    if (!this.#memory.concerns(key) || this.#pass?.id === this.#shown) return;
    this.#begin();
    this.#enter();
  }

  /** What is there has been looked at. */
  look() {
    if (this.view.unread === 0) return;
    this.#memory.set("seen", this.#thread.last);
    this.#show({});
  }

  /** @returns {{token: string, id: string} | null} */
  get #pass() {
    return this.#memory.get("pass");
  }

  get #token() {
    return this.#pass?.token ?? "";
  }

  get #key() {
    return this.#pass?.id ?? "";
  }

  #newLine() {
    return new ChatLine(this.#world, {
      whence: () => ({ token: this.#token, after: this.#thread.last }),
      poll: () => this.#poll(),
      onframe: (frame) => this.#heard(frame),
      onstatus: (line) => this.#told(line),
      ondead: (token) => this.#dead(token),
    });
  }

  #newOutbox() {
    const { storage, setTimeout, clearTimeout, now, random } = this.#world;
    return new Outbox({
      name: `chat:${this.#config.site}`,
      storage,
      ...{ setTimeout, clearTimeout, now, random },
      send: (item, signal) =>
        this.#api.send(item, signal, (refused) => this.#refused(refused)),
      onsent: (item, answer) => this.#stored(item, answer),
      onchange: () => this.#show({}),
    });
  }

  #enter() {
    if (!this.#pass) return void this.#door.enter();
    this.#door.leave();
    this.#shown = this.#key;
    this.#line.start();
  }

  /** @param {any} answer @param {string} id */
  #admitted(answer, id) {
    this.#begin();
    this.#memory.set("seen", 0);
    this.#memory.set("pass", { id, token: answer.token });
    this.#take(answer);
    this.#enter();
  }

  /** @param {Status} line */
  #told(line) {
    if (line === "live" || line === "polling") this.#outbox.wake();
    this.#show({ line });
  }

  /** @param {any} frame */
  #heard(frame) {
    if (frame.type === "state") this.#take(frame);
    if (frame.type === "message") this.#take({ messages: [frame.message] });
    if (frame.type === "typing") this.#typed(frame.name);
  }

  async #poll() {
    try {
      await this.#news(this.#api.read(this.#thread.last));
    } catch (error) {
      this.#refused(/** @type {Refused} */ (error));
      throw error;
    }
  }

  /** @param {Promise<News>} answer that may come when another conversation has begun */
  async #news(answer) {
    const thread = this.#thread;
    const news = await answer;
    if (thread === this.#thread) this.#take(news);
  }

  /** @param {News} news by whatever way */
  #take({ state, messages = [], token }) {
    const pass = this.#pass;
    if (token && pass) this.#memory.set("pass", { ...pass, token });
    const fresh = messages.filter((message) => this.#thread.put(message));
    for (const { client_id } of fresh) if (client_id) this.#outbox.confirm(client_id);
    const ending = state?.status === "ended" && this.view.state?.status !== "ended";
    this.#show(state ? { state, phase: "chat", opening: null } : {});
    if (fresh.some(({ sender }) => sender.kind !== "customer")) this.#typed("");
    if (ending) this.#over();
  }

  /** What was written up to the end is still to be read; then nothing more comes. */
  async #over() {
    const thread = this.#thread;
    this.#line.stop();
    this.#typed("");
    this.#show({ line: "live" });
    const again = () => {
      if (thread !== this.#thread) return;
      this.#retry = this.#world.setTimeout(() => this.#over(), ASK_AGAIN);
    };
    await this.#poll().catch(again);
  }

  /** @param {Item} item @param {any} answer */
  #stored(item, answer) {
    if (item.key === this.#key) this.#take({ messages: [answer.message] });
    this.#outbox.confirm(item.clientId);
  }

  /** @param {Refused} refused what it says of the whole conversation */
  #refused({ status, body, token }) {
    if (status === 401) this.#dead(token);
    else if (body?.state && token === this.#token) this.#take(body);
  }

  /** @param {string} token that is worth nothing; another tab may have a newer one */
  #dead(token) {
    if (token === this.#token) {
      this.#forget();
      this.#show({ lost: true });
    }
    this.#enter();
  }

  #forget() {
    this.#outbox.clear();
    this.#memory.set("pass", null);
    this.#memory.set("seen", null);
    this.#begin();
  }

  /** Nothing of an earlier conversation counts. */
  #begin() {
    this.#line.stop();
    this.#door.leave();
    this.#world.clearTimeout(this.#retry);
    this.#world.clearTimeout(this.#hush);
    this.#thread = new ChatThread();
    this.#shown = undefined;
    this.view = nothing();
    this.onbegin();
  }

  /** @param {string} name who writes; shown for a while */
  #typed(name) {
    this.#world.clearTimeout(this.#hush);
    if (name) {
      this.#hush = this.#world.setTimeout(() => this.#typed(""), TYPING_SHOWN);
    }
    if (name !== this.view.typing) this.#show({ typing: name });
  }

  /** @param {() => Promise<void>} step whose refusal is shown */
  async #try(step) {
    this.#show({ trouble: null });
    try {
      await step();
    } catch (error) {
      const refused = /** @type {Refused} */ (error);
      if (!refused.trouble) throw error;
      this.#show({ trouble: refused.trouble });
      this.#refused(refused);
    }
  }

  /** @param {Partial<View>} change */
  #show(change) {
    this.view = {
      ...this.view,
      ...change,
      messages: this.#thread.list(),
      unsent: this.#outbox.items(this.#key),
      unread: this.#thread.unread(this.#memory.get("seen") ?? 0),
    };
    this.#onchange();
  }
}

/** @returns {View} */
function nothing() {
  return {
    phase: "loading",
    ...{ door: null, state: null, messages: [], unsent: [], typing: "" },
    ...{ line: "connecting", opening: null, trouble: null },
    ...{ left: false, lost: false, unread: 0 },
  };
}
