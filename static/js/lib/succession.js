/**
 * Make before break: a server that is about to go still serves the old socket, so a
 * second one is opened beside it, and listened to until it can take the first one's place.
 */
import { retryDelay, uniform, windowIn } from "./backoff.js";
import { Connection } from "./connection.js";

/** @import { TimerHandle, Timers } from "./types.js" */
/** @import { Wire } from "./connection.js" */

/** @typedef {{connection: Connection, frames: any[], whole: boolean}} Heir */

const TOO_LONG = 10_000;

export class Succession {
  #world;
  #onready;
  /** @type {Heir | null} */
  #heir = null;
  #attempts = 0;
  /** @type {number | null} */
  #dueAt = null;
  #wait = 0;
  /** @type {TimerHandle} */
  #timer = undefined;

  /**
   * @param {Wire & Timers} world
   * @param {() => void} onready the second socket has shown everything, and proved it
   */
  constructor(world, onready) {
    this.#world = world;
    this.#onready = onready;
  }

  /** Milliseconds until the second socket is to be opened; null: it is, or never. */
  get left() {
    if (this.#dueAt === null) return null;
    // A clock set back would put it off for as long.
    return Math.min(this.#wait, Math.max(0, this.#dueAt - this.#world.now()));
  }

  /**
   * A farewell said twice is one.
   * @param {readonly number[]} window ms from, to
   */
  plan(window) {
    if (this.#heir || this.#dueAt !== null) return;
    this.#openIn(uniform(window, this.#world.random));
  }

  /** @returns {Heir | null} the second socket as far as it has come; it is let go here */
  take() {
    const heir = this.#heir;
    if (!heir) return null;
    this.#heir = null;
    this.stop();
    return heir;
  }

  stop() {
    this.#world.clearTimeout(this.#timer);
    this.#dueAt = null;
    this.#attempts = 0;
    this.#heir?.connection.drop();
    this.#heir = null;
  }

  /** @param {number} ms */
  #openIn(ms) {
    this.#wait = ms;
    this.#dueAt = this.#world.now() + ms;
    this.#world.clearTimeout(this.#timer);
    this.#timer = this.#world.setTimeout(() => this.#open(), ms);
  }

  #open() {
    this.#dueAt = null;
    const connection = new Connection(this.#world, {
      onframe: (frame) => this.#heard(frame),
      onclose: (_, reason) => this.#failed(windowIn(reason)),
    });
    this.#heir = { connection, frames: [], whole: false };
    this.#timer = this.#world.setTimeout(() => this.#failed(null), TOO_LONG);
    connection.connect();
  }

  /** @param {any} frame kept: the old socket has the word until this one can prove */
  #heard(frame) {
    const heir = /** @type {Heir} */ (this.#heir);
    heir.frames.push(frame);
    heir.whole ||= frame.type === "snapshot";
    if (heir.whole && frame.type === "pulse") this.#onready();
  }

  /** @param {readonly number[] | null} window in which the server wants to be asked */
  #failed(window) {
    const { random } = this.#world;
    this.#heir?.connection.drop();
    this.#heir = null;
    this.#attempts += 1;
    const wait = window ? uniform(window, random) : retryDelay(this.#attempts, random);
    this.#openIn(wait);
  }
}
