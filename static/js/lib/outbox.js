/**
 * What somebody has written and the server has not confirmed yet. Nothing is lost by a
 * cut, a reload or a sleep, and nothing is stored twice: each message has a client id,
 * which the server stores once however often it is sent. Order is kept per conversation.
 *
 *   const outbox = new Outbox({
 *     name: `desk:${user.id}`,      one box for each person or token who may send
 *     storage: localStorage,        left out or broken: the memory of the page
 *     send: async (item, signal) => answer,   throws `undelivered(status, body)` if refused
 *     onchange: (key) => {},        items(key) is different now: show it again
 *     onsent: (item, answer) => {}, the server has it: put its message into the transcript
 *   });
 *   outbox.start();                 sends what was left by the last page; `stop()` at the end
 *   outbox.add(key, text, extra)    key = conversation id; extra = {visibility} or the like
 *   outbox.items(key)               in order: {clientId, key, text, extra, at, state, problem}
 *   outbox.confirm(clientId)        the transcript holds it now (a frame or a list brought it)
 *   outbox.wake()                   the network is back (event `online`, socket says hello)
 *   outbox.retry(clientId)          somebody pressed Try again
 *   outbox.discard(clientId)        somebody takes an unsent one back
 *   outbox.clear(key)               the conversation is over for this page; no key: all of them
 *   outbox.sync()                   another tab changed the storage (event `storage`)
 *
 * State of an item: "sending", "unsent" (tried and failed, or behind one that failed: it is
 * kept and retried; with `problem.final` the server refused it, then only `retry` sends it
 * again and those behind it go on), "sent" (stored; shown until `confirm` puts the real
 * message in its place; calling it in `onsent` avoids a flicker).
 */
import { retryDelay } from "./backoff.js";
import { browser } from "./browser.js";
import { OutboxShelf } from "./outbox-shelf.js";
import { randomKey } from "./random-key.js";

/** @import { TimerHandle, Timers } from "./types.js" */

/** @typedef {{code: string, detail: string, final: boolean}} Problem */
/**
 * @typedef {object} Item
 * @property {string} clientId
 * @property {string} key
 * @property {string} text
 * @property {Record<string, unknown>} extra
 * @property {number} at ms; the order
 * @property {"sending" | "unsent" | "sent"} state
 * @property {Problem | null} problem
 */
/**
 * @typedef {object} Options
 * @property {string} name
 * @property {(item: Item, signal: AbortSignal) => Promise<any>} send
 * @property {Storage | null} [storage]
 * @property {(key: string) => void} [onchange]
 * @property {(item: Item, answer: any) => void} [onsent]
 * @property {() => string} [newId]
 */
/**
 * One conversation's sending.
 * @typedef {object} Lane
 * @property {{item: Item, abort: AbortController} | null} attempt
 * @property {TimerHandle} timer of the attempt's patience, or until the next
 * @property {boolean} resting until the timer
 * @property {boolean} failing
 * @property {number} tries
 * @property {number} notBefore ms; the server asked for patience
 */

const PATIENCE = 15_000;
// Another tab sends its own; only if it is gone must this one.
const COURTESY = 5000;
const PASSING = new Set([408, 425, 429]);

export class Undelivered extends Error {
  /**
   * @param {string} code
   * @param {string} [detail] a sentence for people
   * @param {boolean} [final] trying again by itself is of no use
   * @param {number} [retryAfter] seconds
   */
  constructor(code, detail = "", final = false, retryAfter = 0) {
    super(code);
    this.problem = { code, detail, final };
    this.retryAfter = retryAfter;
  }
}

/**
 * What an answer that is no success means for the message.
 * @param {number} status
 * @param {any} [body]
 */
export function undelivered(status, body = {}) {
  const final = status >= 400 && status < 500 && !PASSING.has(status);
  const code = body?.code ?? `http_${status}`;
  return new Undelivered(code, body?.detail ?? "", final, body?.retry_after ?? 0);
}

export class Outbox {
  #options;
  #timers;
  #shelf;
  /** @type {Map<string, Item>} */
  #items = new Map();
  /** @type {Map<string, Lane>} */
  #lanes = new Map();
  #running = false;

  /** @param {Options & Partial<Timers>} options */
  constructor(options) {
    this.#options = { newId: randomKey, ...options };
    this.#timers = { ...browser(), ...given(options) };
    this.#shelf = new OutboxShelf(options.name, options.storage, this.#timers.now);
    this.#items = this.#shelf.read() ?? this.#items;
  }

  start() {
    this.#running = true;
    this.wake();
  }

  stop() {
    this.#running = false;
    for (const lane of this.#lanes.values()) this.#halt(lane);
  }

  /**
   * @param {string | number} key
   * @param {string} text
   * @param {Record<string, unknown>} [extra]
   * @returns {Item}
   */
  add(key, text, extra = {}) {
    this.#adopt();
    const clientId = this.#options.newId();
    const item = { clientId, key: String(key), text, extra, at: this.#next() };
    const made = /** @type {Item} */ ({ ...item, state: "sending", problem: null });
    this.#items.set(clientId, made);
    this.#shelf.put(made);
    this.#mark(made.key);
    const lane = this.#lane(made.key);
    if (!lane.failing) this.#halt(lane, lane.attempt);
    this.#pump(made.key);
    this.#tell(made.key);
    return made;
  }

  /**
   * @param {string | number} key
   * @returns {Item[]}
   */
  items(key) {
    const name = String(key);
    const own = [...this.#items.values()].filter((item) => item.key === name);
    return own.sort((a, b) => a.at - b.at || (a.clientId < b.clientId ? -1 : 1));
  }

  /** @param {string} clientId */
  confirm(clientId) {
    const item = this.#items.get(clientId);
    this.#shelf.drop(clientId);
    if (!item) return;
    this.#items.delete(clientId);
    this.#settle(item);
    this.#tell(item.key);
  }

  wake() {
    for (const key of this.#keys()) this.#now(key);
  }

  /** @param {string} clientId */
  retry(clientId) {
    const item = this.#items.get(clientId);
    if (item?.state !== "unsent") return;
    item.problem = null;
    this.#now(item.key);
  }

  /** @param {string} clientId */
  discard(clientId) {
    if (this.#items.get(clientId)?.state === "unsent") this.confirm(clientId);
  }

  /** @param {string | number} [key] */
  clear(key) {
    for (const item of [...this.#items.values()]) {
      if (key === undefined || item.key === String(key)) this.confirm(item.clientId);
    }
  }

  sync() {
    const kept = this.#shelf.read();
    if (!kept) return;
    const before = new Map(this.#items);
    this.#adopt(kept);
    for (const item of before.values()) {
      const gone = this.#shelf.holds(item.clientId) && !kept.has(item.clientId);
      if (gone && item.state !== "sent") this.confirm(item.clientId);
    }
  }

  /** What other tabs have put there: shown here too, and sent if they do not. */
  #adopt(kept = this.#shelf.read()) {
    for (const item of kept?.values() ?? []) {
      if (this.#items.has(item.clientId)) continue;
      this.#items.set(item.clientId, item);
      this.#mark(item.key);
      const lane = this.#lane(item.key);
      if (!lane.attempt && !lane.resting) this.#rest(item.key, COURTESY);
      this.#tell(item.key);
    }
  }

  /** @param {string} key try at once, however long the rest was meant to be */
  #now(key) {
    const lane = this.#lane(key);
    if (lane.resting && lane.notBefore > this.#timers.now()) return;
    lane.failing = false;
    lane.tries = 0;
    this.#halt(lane, lane.attempt);
    this.#mark(key);
    this.#pump(key);
    this.#tell(key);
  }

  /** @param {string} key */
  #pump(key) {
    const lane = this.#lane(key);
    if (!this.#running || lane.attempt || lane.resting) return;
    const item = this.items(key).find(isDue);
    if (item) this.#attempt(lane, item);
  }

  /**
   * @param {Lane} lane
   * @param {Item} item
   */
  #attempt(lane, item) {
    const attempt = { item, abort: new AbortController() };
    lane.attempt = attempt;
    const late = () => this.#failed(lane, attempt, new Undelivered("timeout"));
    lane.timer = this.#timers.setTimeout(late, PATIENCE);
    const { signal } = attempt.abort;
    const sending = Promise.resolve().then(() => {
      signal.throwIfAborted();
      return this.#options.send({ ...item }, signal);
    });
    sending.then(
      (answer) => this.#delivered(item, answer),
      (error) => this.#failed(lane, attempt, error),
    );
  }

  /**
   * Even the answer to an attempt that was given up tells that the server has it.
   * @param {Item} item
   * @param {any} answer
   */
  #delivered(item, answer) {
    const current = this.#items.get(item.clientId);
    if (!current || current.state === "sent") return;
    current.state = "sent";
    current.problem = null;
    this.#shelf.drop(item.clientId);
    this.#options.onsent?.({ ...current }, answer);
    this.#settle(current);
    this.#tell(item.key);
  }

  /**
   * @param {Lane} lane
   * @param {NonNullable<Lane["attempt"]>} attempt
   * @param {any} error
   */
  #failed(lane, attempt, error) {
    if (lane.attempt !== attempt) return;
    this.#halt(lane);
    const { item } = attempt;
    item.problem = error?.problem ?? { code: "network", detail: "", final: false };
    if (item.problem?.final) this.#passOver(item);
    else this.#putOff(lane, item.key, error?.retryAfter ?? 0);
    this.#tell(item.key);
  }

  /** @param {Item} item that is refused: the ones behind it may go */
  #passOver(item) {
    item.state = "unsent";
    this.#pump(item.key);
  }

  /**
   * @param {Lane} lane
   * @param {string} key
   * @param {number} seconds that the server asked for
   */
  #putOff(lane, key, seconds) {
    lane.failing = true;
    lane.tries += 1;
    lane.notBefore = this.#timers.now() + seconds * 1000;
    this.#mark(key);
    const rest = retryDelay(lane.tries, this.#timers.random);
    this.#rest(key, Math.max(seconds * 1000, rest));
  }

  /**
   * @param {string} key
   * @param {number} ms
   */
  #rest(key, ms) {
    const lane = this.#lane(key);
    lane.resting = true;
    lane.timer = this.#timers.setTimeout(() => {
      lane.resting = false;
      this.#pump(key);
    }, ms);
  }

  /** @param {Item} item that needs no more attempts */
  #settle(item) {
    const lane = this.#lane(item.key);
    const wasIts = lane.attempt?.item === item;
    if (wasIts || lane.failing) {
      lane.failing = false;
      lane.tries = 0;
      this.#halt(lane, wasIts ? null : lane.attempt);
      this.#mark(item.key);
    }
    this.#pump(item.key);
  }

  /**
   * @param {Lane} lane
   * @param {Lane["attempt"]} [keep] an attempt that goes on, with its own timer
   */
  #halt(lane, keep = null) {
    if (keep) return;
    this.#timers.clearTimeout(lane.timer);
    lane.attempt?.abort.abort();
    lane.attempt = null;
    lane.resting = false;
  }

  /** @param {string} key whose items all show how it stands */
  #mark(key) {
    const { failing } = this.#lane(key);
    for (const item of this.items(key).filter(isDue)) {
      item.state = failing ? "unsent" : "sending";
      if (!failing) item.problem = null;
    }
  }

  /** @param {string} key */
  #tell(key) {
    this.#options.onchange?.(key);
  }

  /**
   * @param {string} key
   * @returns {Lane}
   */
  #lane(key) {
    const lane = this.#lanes.get(key) ?? freshLane();
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Later than everything that waits, even if the clock was set back. */
  #next() {
    const times = [...this.#items.values()].map(({ at }) => at + 1);
    return Math.max(this.#timers.now(), ...times);
  }

  #keys() {
    return new Set([...this.#items.values()].map(({ key }) => key));
  }
}

/** @returns {Lane} */
function freshLane() {
  const idle = { attempt: null, timer: undefined, resting: false };
  return { ...idle, failing: false, tries: 0, notBefore: 0 };
}

/** @param {Item} item */
function isDue({ state, problem }) {
  return state !== "sent" && !problem?.final;
}

/** @param {Partial<Timers>} timers of a test's world */
function given({ setTimeout, clearTimeout, now, random }) {
  const all = { setTimeout, clearTimeout, now, random };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}
