/**
 * Holds the badge's state, lets time pass over it once a second, and tells who asked.
 */
import { freshnessOf, reduce, unproven } from "./freshness.js";
import { Listeners } from "./listeners.js";

/** @import { Freshness, TimerHandle, Timers } from "./types.js" */
/** @import { Event } from "./freshness.js" */

/**
 * @template T
 * @typedef {T extends unknown ? Omit<T, "at"> : never} Timeless
 */

export class FreshnessWatch {
  #timers;
  #state;
  /** @type {Listeners<Freshness>} */
  #listeners = new Listeners();
  #asOne = false;
  /** @type {TimerHandle} */
  #timer = undefined;

  /** @param {Timers} timers */
  constructor(timers) {
    this.#timers = timers;
    this.#state = unproven(timers.now());
  }

  /** Worked out anew each time: a machine that slept must not show what was. */
  get current() {
    this.#reduce({ type: "clock" });
    return freshnessOf(this.#state);
  }

  get asOf() {
    return this.#state.asOf;
  }

  get period() {
    return this.#state.period;
  }

  /** @param {(freshness: Freshness) => void} listener */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /** @param {Timeless<Event>} event */
  event(event) {
    this.#reduce(event);
    if (this.#asOne) return;
    this.#listeners.tell(freshnessOf(this.#state));
  }

  /** @param {() => void} step all that happens in it is one event to whoever listens */
  asOne(step) {
    this.#asOne = true;
    try {
      step();
    } finally {
      this.#asOne = false;
      this.event({ type: "clock" });
    }
  }

  start() {
    this.stop();
    this.event({ type: "clock" });
    this.#timer = this.#timers.setTimeout(() => this.start(), 1000);
  }

  stop() {
    this.#timers.clearTimeout(this.#timer);
  }

  /** @param {Timeless<Event>} event */
  #reduce(event) {
    const dated = /** @type {Event} */ ({ ...event, at: this.#timers.now() });
    this.#state = reduce(this.#state, dated);
  }
}
