/**
 * What each frame of the board's stream means: to the store, to the badge, and to
 * whoever owns the socket that it came from.
 */
import { Acknowledgements } from "./acknowledgements.js";

/**
 * @import { AlertFrame, ChangeFrame, Frame, HelloFrame, PulseFrame, SnapshotFrame,
 *   Timers } from "./types.js"
 */
/** @import { FreshnessWatch } from "./freshness-watch.js" */
/** @import { RowStore } from "./store.js" */

/**
 * @typedef {object} Reader
 * @property {(frame: object) => boolean} send
 * @property {(period: number) => void} onhello
 * @property {() => void} onsnapshot
 * @property {(pulse: PulseFrame) => void} onpulse
 * @property {() => void} onstale what came cannot be what the server has: ask again
 * @property {() => void} onresync a snapshot is announced
 * @property {(window: readonly number[]) => void} onbye
 * @property {(alert: AlertFrame) => void} onalert
 */

const ALERTS_REMEMBERED = 500;

export class FrameReader {
  #store;
  #watch;
  #owner;
  #acks;
  #newestTick = -1;
  #greeted = false;
  #moving = false;
  #whole = false;
  /** @type {Set<string | number>} */
  #alertsSeen = new Set();

  /**
   * @param {{store: RowStore, watch: FreshnessWatch, timers: Timers}} world
   * @param {Reader} owner
   */
  constructor({ store, watch, timers }, owner) {
    this.#store = store;
    this.#watch = watch;
    this.#owner = owner;
    this.#acks = new Acknowledgements(timers, owner.send);
  }

  /** A snapshot has come on this socket, so that what follows it can be applied. */
  get whole() {
    return this.#whole;
  }

  /** Another socket, or none: nothing of the last one counts. */
  reset() {
    this.#acks.reset();
    this.#newestTick = -1;
    this.#greeted = false;
    this.#whole = false;
  }

  /**
   * Another socket has taken over with all that it has said so far. What the last one
   * proved stands for as long as it would have: there was no moment without a witness.
   * @param {Frame[]} frames
   */
  succeed(frames) {
    this.reset();
    this.#moving = true;
    this.#watch.asOne(() => {
      for (const frame of frames) this.read(frame);
    });
    this.#moving = false;
  }

  /** @param {Frame} frame */
  read(frame) {
    this.#dispatch(frame);
    if ("tick" in frame) this.#seen(frame.tick);
  }

  /** @param {Frame} frame */
  #dispatch(frame) {
    switch (frame.type) {
      case "hello":
        return this.#hello(frame);
      case "snapshot":
        return this.#snapshot(frame);
      case "rows":
      case "gone":
      case "settings":
      case "metrics":
        return this.#change(frame);
      case "pulse":
        return this.#pulse(frame);
      case "alert":
        return this.#alert(frame);
      case "resync":
        return this.#resync();
      case "bye":
        return this.#owner.onbye(frame.retry_ms);
    }
  }

  /** @param {HelloFrame} frame */
  #hello({ pulse_seconds }) {
    const period = pulse_seconds * 1000;
    this.#greeted = true;
    this.#watch.event({ type: this.#moving ? "moved" : "opened", period });
    this.#owner.onhello(period);
  }

  /** @param {SnapshotFrame} frame */
  #snapshot(frame) {
    const sound = this.#store.replace(frame);
    this.#whole = true;
    this.#watch.event({ type: "snapshot", comparedAt: frame.compared_at });
    this.#owner.onsnapshot();
    // Never on an ordered stream; if it happens all the same, only a pulse can tell.
    if (frame.tick < this.#newestTick) this.#watch.event({ type: "doubt" });
    if (!sound) this.#stale();
  }

  /** @param {ChangeFrame} frame */
  #change(frame) {
    if (this.#whole) this.#store.apply(frame);
  }

  /** @param {PulseFrame} pulse */
  #pulse(pulse) {
    // Without a hello nobody knows how often pulses come, thus not what "late" is.
    const ready = this.#whole && this.#greeted;
    const verdict = ready ? this.#store.verify(pulse) : "stale";
    const { server_time: serverTime, compared_at: comparedAt } = pulse;
    const { steady_now: now, steady_compared: compared } = pulse;
    const steady =
      now === undefined || compared === undefined ? null : { now, compared };
    this.#watch.event({ type: "pulse", serverTime, comparedAt, verdict, steady });
    this.#owner.onpulse(pulse);
    if (verdict === "stale") this.#owner.onstale();
  }

  #stale() {
    this.#watch.event({ type: "doubt" });
    this.#owner.onstale();
  }

  /** @param {AlertFrame} alert */
  #alert(alert) {
    if (this.#alertsSeen.has(alert.id)) return;
    this.#alertsSeen.add(alert.id);
    const [oldest] = this.#alertsSeen;
    if (this.#alertsSeen.size > ALERTS_REMEMBERED) this.#alertsSeen.delete(oldest);
    this.#owner.onalert(alert);
  }

  #resync() {
    this.#watch.event({ type: "doubt" });
    this.#owner.onresync();
  }

  /** @param {number} tick */
  #seen(tick) {
    this.#newestTick = Math.max(this.#newestTick, tick);
    this.#acks.seen(tick);
  }
}
