/**
 * One timer for everything on the page that counts seconds, in the server's time. The
 * offset to it is an estimate from pulses and serves for showing times, nothing else.
 */
import { Listeners } from "./listeners.js";

/** @import { TimerHandle, Timers } from "./types.js" */

const SAMPLES = 8;
const SECOND = 1000;

export class Ticker {
  #timers;
  /** @type {number[]} */
  #offsets = [];
  /** @type {Listeners<number>} */
  #listeners = new Listeners();
  /** @type {TimerHandle} */
  #timer = undefined;

  /** @param {Partial<Pick<Timers, "setTimeout" | "clearTimeout" | "now">>} [timers] */
  constructor(timers = {}) {
    this.#timers = { ...ownTimers(), ...timers };
  }

  /** @param {(nowMs: number) => void} listener each second, with the server's time */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  start() {
    this.stop();
    const untilNextSecond = SECOND - (this.serverNow() % SECOND);
    this.#timer = this.#timers.setTimeout(() => this.#tick(), untilNextSecond);
  }

  stop() {
    this.#timers.clearTimeout(this.#timer);
  }

  /** @param {string} serverTime as a pulse just told it */
  observe(serverTime) {
    const offset = Date.parse(serverTime) - this.#timers.now();
    if (Number.isNaN(offset)) return;
    this.#offsets = [...this.#offsets, offset].slice(-SAMPLES);
  }

  /** Milliseconds. The largest sample came with the least delay on the way. */
  serverNow() {
    const offset = this.#offsets.length > 0 ? Math.max(...this.#offsets) : 0;
    return this.#timers.now() + offset;
  }

  #tick() {
    this.#listeners.tell(this.serverNow());
    this.start();
  }
}

/** @returns {Pick<Timers, "setTimeout" | "clearTimeout" | "now">} */
function ownTimers() {
  return {
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: (handle) => globalThis.clearTimeout(/** @type {number} */ (handle)),
    now: () => Date.now(),
  };
}
