/**
 * Keeps one socket alive: when to connect, when silence means that it is dead, how long
 * to wait before the next try, and when to give up for good.
 */
import { blockedDelay, retryDelay, uniform, windowIn } from "./backoff.js";
import { Connection } from "./connection.js";
import { Succession } from "./succession.js";

/** @import { TimerHandle, Timers } from "./types.js" */
/** @import { Wire } from "./connection.js" */

/**
 * @typedef {object} Owner
 * @property {() => void} onconnect a new socket: nothing of the old one counts
 * @property {(frame: any) => void} onframe
 * @property {(failures: number) => void} ondown lives in a row that proved nothing
 * @property {(why: "signedout" | "forbidden") => void} onend no use to try again
 * @property {() => boolean} blocked HTTP works though the socket does not
 * @property {(frames: any[]) => void} [onmoved] a second socket has taken the place of
 *   the first, and these are what it has said; without this nobody is succeeded
 */

const NOT_SIGNED_IN = 4401;
const NO_RIGHT = 4403;
// The server asks for patience: restarting, or too many at once.
const PATIENCE = new Set([1012, 1013]);
const SILENCE_PERIODS = 5;
const PROOF_PERIODS = 15;

export class SocketLife {
  #timers;
  #owner;
  #connection;
  #succession;
  #period = 2000;
  #attempts = 0;
  #failures = 0;
  #refusals = 0;
  #proven = false;
  #heardAt = 0;
  #provenAt = 0;
  /** @type {readonly number[] | null} */
  #window = null;
  /** @type {TimerHandle} */
  #retry = undefined;
  /** @type {TimerHandle} */
  #watch = undefined;

  /**
   * @param {Wire & Timers} world
   * @param {Owner} owner
   */
  constructor(world, owner) {
    this.#timers = world;
    this.#owner = owner;
    this.#connection = new Connection(world, this.#handlers());
    this.#succession = new Succession(world, () => this.#inherit());
  }

  /** Connect now, in place of whatever there is. */
  connect() {
    this.#succession.stop();
    this.#begin();
    this.#owner.onconnect();
    this.#connection.connect();
  }

  stop() {
    this.#quiet();
    this.#succession.stop();
    this.#connection.drop();
  }

  /** @param {object} frame */
  send(frame) {
    return this.#connection.send(frame);
  }

  /** @param {number} ms between two pulses */
  setPeriod(ms) {
    this.#period = ms;
  }

  /** A pulse has come: this way works. */
  prove() {
    this.#proven = true;
    this.#provenAt = this.#timers.now();
    this.#attempts = this.#failures = this.#refusals = 0;
  }

  /** This way leads to nothing right: let the owner look for another. */
  abandon() {
    this.#giveUp(false);
  }

  /**
   * The server is about to go, and says when to come back.
   * @param {readonly number[]} window ms from, to
   */
  comeBackWithin(window) {
    this.#window = window;
    if (this.#owner.onmoved) this.#succession.plan(window);
  }

  /** HTTP works again: the socket may too, sooner than planned. */
  hurry() {
    if (!this.#connection.idle) return;
    this.#attempts = 0;
    this.#connectIn(retryDelay(1, this.#timers.random));
  }

  #handlers() {
    return {
      onframe: (/** @type {any} */ frame) => this.#heard(frame),
      onclose: (/** @type {number} */ code, /** @type {string} */ reason) =>
        this.#closed(code, reason),
    };
  }

  #begin() {
    this.#quiet();
    this.#proven = false;
    this.#heardAt = this.#provenAt = this.#timers.now();
    this.#watchFor(SILENCE_PERIODS * this.#period);
  }

  /** @param {any} frame */
  #heard(frame) {
    this.#heardAt = this.#timers.now();
    this.#owner.onframe(frame);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #closed(code, reason) {
    this.#quiet();
    if (code === NOT_SIGNED_IN) return this.#owner.onend("signedout");
    if (code === NO_RIGHT && ++this.#refusals > 1)
      return this.#owner.onend("forbidden");
    if (this.#inherit()) return;
    this.#window = windowIn(reason) ?? this.#window;
    const excused = this.#proven || this.#window || PATIENCE.has(code);
    if (!excused) this.#failures += 1;
    this.#down();
  }

  /** @returns {boolean} whether there was a second socket to go on with */
  #inherit() {
    const heir = this.#succession.take();
    if (!heir) return false;
    this.#connection.drop();
    this.#connection = heir.connection;
    this.#connection.handlers = this.#handlers();
    this.#window = null;
    this.#begin();
    this.#goOn(heir);
    return true;
  }

  /** @param {{frames: any[], whole: boolean}} heir */
  #goOn({ frames, whole }) {
    if (whole) return this.#owner.onmoved?.(frames);
    this.#owner.onconnect();
    for (const frame of frames) this.#owner.onframe(frame);
  }

  #down() {
    this.#attempts += 1;
    this.#owner.ondown(this.#failures);
    this.#connectIn(this.#delay());
    this.#succession.stop();
    this.#window = null;
  }

  #delay() {
    const { random } = this.#timers;
    const planned = this.#succession.left;
    if (planned !== null) return planned;
    if (this.#window) return uniform(this.#window, random);
    if (this.#owner.blocked()) return blockedDelay(random);
    return retryDelay(this.#attempts, random);
  }

  /** @param {number} ms */
  #connectIn(ms) {
    this.#timers.clearTimeout(this.#retry);
    this.#retry = this.#timers.setTimeout(() => this.connect(), ms);
  }

  /** @param {number} ms */
  #watchFor(ms) {
    this.#watch = this.#timers.setTimeout(() => this.#listen(), ms);
  }

  /** A half-open socket, or a proxy that holds everything back, never closes itself. */
  #listen() {
    const now = this.#timers.now();
    // A clock set back would put off the end of patience for as long.
    this.#heardAt = Math.min(this.#heardAt, now);
    this.#provenAt = Math.min(this.#provenAt, now);
    const heard = this.#heardAt + SILENCE_PERIODS * this.#period - now;
    const proven = this.#provenAt + PROOF_PERIODS * this.#period - now;
    const left = Math.min(heard, proven);
    if (left > 0) this.#watchFor(left);
    else this.#giveUp(this.#proven);
  }

  /** @param {boolean} excused */
  #giveUp(excused) {
    this.#quiet();
    this.#connection.drop();
    if (!excused) this.#failures = Math.max(2, this.#failures + 1);
    this.#down();
  }

  #quiet() {
    this.#timers.clearTimeout(this.#retry);
    this.#timers.clearTimeout(this.#watch);
  }
}
