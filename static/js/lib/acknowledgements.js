/**
 * Tells the server the newest tick that arrived, at most once a second, so that it sees
 * a slow reader even through a proxy that swallows everything.
 */

/** @import { TimerHandle, Timers } from "./types.js" */

const EVERY = 1000;

export class Acknowledgements {
  #timers;
  #send;
  #newest = -1;
  #told = -1;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** @type {TimerHandle} */
  #timer = undefined;

  /**
   * @param {Timers} timers
   * @param {(frame: {type: "ack", tick: number}) => void} send
   */
  constructor(timers, send) {
    this.#timers = timers;
    this.#send = send;
  }

  /** A new socket has a numbering of its own. */
  reset() {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = this.#told = -1;
  }

  /** @param {unknown} tick */
  seen(tick) {
    if (typeof tick !== "number" || tick <= this.#newest) return;
    this.#newest = tick;
    if (this.#timer !== undefined) return;
    this.#timer = this.#timers.setTimeout(() => this.#tell(), this.#wait());
  }

  /** Between nothing and a second, whatever somebody does to the clock. */
  #wait() {
    const left = this.#toldAt + EVERY - this.#timers.now();
    return Math.min(EVERY, Math.max(0, left));
  }

  #tell() {
    this.#timer = undefined;
    if (this.#newest === this.#told) return;
    this.#told = this.#newest;
    this.#toldAt = this.#timers.now();
    this.#send({ type: "ack", tick: this.#newest });
  }
}
