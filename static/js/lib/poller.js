/**
 * The snapshot by plain HTTP: by hand, or again and again while no socket works.
 */

/** @import { Snapshot, TimerHandle, Timers } from "./types.js" */

/**
 * @typedef {object} PollWorld
 * @property {string} snapshotUrl
 * @property {typeof globalThis.fetch} fetch
 * @property {() => boolean} hidden whether nobody looks at this tab
 */
/**
 * @typedef {object} PollOwner
 * @property {(snapshot: Snapshot) => boolean} onsnapshot whether it was sound
 * @property {(comparedAt: string | null) => void} onsame nothing changed since
 * @property {() => void} onfailure
 * @property {(why: "signedout" | "forbidden") => void} onend
 * @property {() => boolean} unchanged the store still holds the last polled snapshot
 */

/** @typedef {{status: number, snapshot: Snapshot | null, headers: Headers}} Answer */

const VISIBLE_EVERY = 3000;
const HIDDEN_EVERY = 30_000;
const TOO_LONG = 10_000;
/** @type {Record<number, "signedout" | "forbidden">} */
const REFUSED = { 401: "signedout", 403: "forbidden" };

/** @type {Answer} */
const NO_ANSWER = { status: 0, snapshot: null, headers: new Headers() };

export class Poller {
  #world;
  #owner;
  #running = false;
  #turn = 0;
  /** @type {string | null} */
  #etag = null;
  /** @type {Promise<void> | null} */
  #asking = null;
  /** @type {TimerHandle} */
  #next = undefined;

  /**
   * @param {PollWorld & Timers} world
   * @param {PollOwner} owner
   */
  constructor(world, owner) {
    this.#world = world;
    this.#owner = owner;
  }

  get running() {
    return this.#running;
  }

  /** How long one answer may stand for the present. */
  get within() {
    return 2.5 * this.#every;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    void this.ask();
  }

  /** No more polls, and an answer on its way comes too late. */
  stop() {
    this.#running = false;
    this.#turn += 1;
    this.#asking = null;
    this.#etag = null;
    this.#world.clearTimeout(this.#next);
  }

  /** Ask once, now; while one question is out, that one counts. */
  ask() {
    this.#asking ??= this.#askOnce(this.#turn);
    return this.#asking;
  }

  get #every() {
    return this.#world.hidden() ? HIDDEN_EVERY : VISIBLE_EVERY;
  }

  /** @param {number} turn */
  async #askOnce(turn) {
    const answer = await this.#fetch();
    if (turn !== this.#turn) return;
    this.#asking = null;
    this.#take(answer);
    this.#again();
  }

  /** @returns {Promise<Answer>} */
  async #fetch() {
    const limit = new AbortController();
    const timer = this.#world.setTimeout(() => limit.abort(), TOO_LONG);
    try {
      return await this.#read(limit.signal);
    } catch {
      return NO_ANSWER;
    } finally {
      this.#world.clearTimeout(timer);
    }
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<Answer>}
   */
  async #read(signal) {
    const { fetch, snapshotUrl } = this.#world;
    const headers = this.#headers();
    const response = await fetch(snapshotUrl, { headers, cache: "no-store", signal });
    const { status } = response;
    const snapshot = status === 200 ? snapshotIn(await response.json()) : null;
    return { status, snapshot, headers: response.headers };
  }

  #headers() {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (this.#etag && this.#owner.unchanged()) headers["If-None-Match"] = this.#etag;
    return headers;
  }

  /** @param {Answer} answer */
  #take({ status, snapshot, headers }) {
    const refused = REFUSED[status];
    if (refused) return this.#owner.onend(refused);
    if (status === 304) return this.#owner.onsame(headers.get("X-Compared-At"));
    const sound = snapshot !== null && this.#owner.onsnapshot(snapshot);
    this.#etag = sound ? headers.get("ETag") : null;
    if (!sound) this.#owner.onfailure();
  }

  #again() {
    if (!this.#running) return;
    this.#world.clearTimeout(this.#next);
    this.#next = this.#world.setTimeout(() => void this.ask(), this.#every);
  }
}

/**
 * @param {any} body
 * @returns {Snapshot | null}
 */
function snapshotIn(body) {
  return Array.isArray(body?.conversations) ? body : null;
}
