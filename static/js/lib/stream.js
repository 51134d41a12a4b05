/**
 * The board's one stream: snapshot, frames and pulses over a socket, the same snapshot
 * by HTTP where no socket works, and at every moment how far the store may be trusted.
 */
import { browser } from "./browser.js";
import { FrameReader } from "./frame-reader.js";
import { FreshnessWatch } from "./freshness-watch.js";
import { Listeners } from "./listeners.js";
import { Poller } from "./poller.js";
import { SocketLife } from "./socket-life.js";

/**
 * @import { AlertFrame, Frame, Freshness, PulseFrame, Snapshot,
 *   TimerHandle } from "./types.js"
 */
/** @import { Options } from "./browser.js" */

/** @typedef {"signedout" | "forbidden"} Ending */
const FAILURES_BEFORE_POLLING = 2;
const STALE_BEFORE_LEAVING = 5;
const WAKES_APART = 1000;

export class BoardStream {
  #world;
  #store;
  #life;
  #poller;
  #watch;
  #reader;
  #staleInARow = 0;
  #pollWorks = false;
  #wokenAt = Number.NEGATIVE_INFINITY;
  /** @type {TimerHandle} */
  #deadline = undefined;
  /** @type {Listeners<AlertFrame>} */
  #onalert = new Listeners();
  /** @type {Listeners<PulseFrame>} */
  #onpulse = new Listeners();
  /** @type {Record<Ending, Listeners<void>>} */
  #onend = { signedout: new Listeners(), forbidden: new Listeners() };

  /** @param {Options} options */
  constructor(options) {
    const world = { ...browser(), ...options };
    this.#world = world;
    this.#store = options.store;
    this.#watch = new FreshnessWatch(world);
    this.#life = new SocketLife(
      { ...world, url: () => options.url },
      this.#socketOwner(),
    );
    this.#poller = new Poller(world, this.#pollOwner());
    this.#reader = new FrameReader(
      { store: options.store, watch: this.#watch, timers: world },
      this.#readerOwner(),
    );
  }

  get freshness() {
    return this.#watch.current;
  }

  /** @param {(freshness: Freshness) => void} listener at every event and each second */
  subscribe(listener) {
    return this.#watch.subscribe(listener);
  }

  /** @param {(alert: AlertFrame) => void} listener once for each alert */
  onalert(listener) {
    return this.#onalert.add(listener);
  }

  /** @param {(pulse: PulseFrame) => void} listener */
  onpulse(listener) {
    return this.#onpulse.add(listener);
  }

  /** @param {() => void} listener the session is over */
  onsignedout(listener) {
    return this.#onend.signedout.add(listener);
  }

  /** @param {() => void} listener the right to see the floor is gone */
  onforbidden(listener) {
    return this.#onend.forbidden.add(listener);
  }

  start() {
    this.#watch.start();
    this.#life.connect();
  }

  stop() {
    this.#world.clearTimeout(this.#deadline);
    this.#life.stop();
    this.#poller.stop();
    this.#reader.reset();
    this.#watch.stop();
    this.#watch.event({ type: "closed" });
  }

  /** The whole truth again: over the live socket, else by HTTP until one works. */
  async refresh() {
    if (this.freshness.kind === "live" && this.#askOnStream()) return;
    this.#life.connect();
    this.#poller.start();
    await this.#poller.ask();
  }

  /** Online again, visible again, woken up: trust nothing, ask at once. */
  wake() {
    const now = this.#world.now();
    if (Math.abs(now - this.#wokenAt) < WAKES_APART) return;
    this.#wokenAt = now;
    if (this.freshness.kind === "live" && this.#askOnStream()) this.#expectSnapshot();
    else this.#startOver();
  }

  #startOver() {
    this.#life.connect();
    if (this.#poller.running) void this.#poller.ask();
  }

  #askOnStream() {
    return this.#reader.whole && this.#life.send({ type: "refresh" });
  }

  /** A socket that slept through its own death looks open: do not wait for long. */
  #expectSnapshot() {
    this.#within(2 * this.#watch.period, () => this.#startOver());
  }

  /**
   * @param {number} ms
   * @param {() => void} otherwise if no snapshot comes
   */
  #within(ms, otherwise) {
    this.#world.clearTimeout(this.#deadline);
    this.#deadline = this.#world.setTimeout(otherwise, ms);
  }

  #socketOwner() {
    return {
      onconnect: () => this.#connecting(),
      onframe: (/** @type {Frame} */ frame) => this.#reader.read(frame),
      ondown: (/** @type {number} */ failures) => this.#down(failures),
      onend: (/** @type {Ending} */ why) => this.#end(why),
      blocked: () => this.#poller.running && this.#pollWorks,
      onmoved: (/** @type {Frame[]} */ frames) => this.#reader.succeed(frames),
    };
  }

  #readerOwner() {
    return {
      send: (/** @type {object} */ frame) => this.#life.send(frame),
      onhello: (/** @type {number} */ period) => this.#life.setPeriod(period),
      onsnapshot: () => this.#snapshot(),
      onpulse: (/** @type {PulseFrame} */ pulse) => this.#pulse(pulse),
      onstale: () => this.#stale(),
      onresync: () => this.#within(this.#watch.period, () => this.#askOnStream()),
      onbye: (/** @type {readonly number[]} */ window) =>
        this.#life.comeBackWithin(window),
      onalert: (/** @type {AlertFrame} */ alert) => this.#onalert.tell(alert),
    };
  }

  #pollOwner() {
    return {
      onsnapshot: (/** @type {Snapshot} */ snapshot) => this.#polled(snapshot),
      onsame: (/** @type {string | null} */ at) => this.#polledSame(at),
      onfailure: () => this.#pollFailed(),
      onend: (/** @type {Ending} */ why) => this.#end(why),
      unchanged: () => !this.#store.someAhead,
    };
  }

  #connecting() {
    this.#world.clearTimeout(this.#deadline);
    this.#reader.reset();
    this.#watch.event({ type: "doubt" });
  }

  /** @param {number} failures */
  #down(failures) {
    this.#world.clearTimeout(this.#deadline);
    this.#reader.reset();
    this.#watch.event({ type: "closed" });
    if (failures >= FAILURES_BEFORE_POLLING) this.#poller.start();
  }

  /** From here on the stream has the word: an HTTP answer would be older or mixed. */
  #snapshot() {
    this.#world.clearTimeout(this.#deadline);
    this.#poller.stop();
  }

  /** @param {PulseFrame} pulse */
  #pulse(pulse) {
    if (this.#reader.whole) this.#life.prove();
    if (this.freshness.kind === "live") this.#staleInARow = 0;
    this.#pollWorks = false;
    this.#onpulse.tell(pulse);
  }

  /** A snapshot that does not help again and again: try another way in. */
  #stale() {
    this.#staleInARow += 1;
    if (this.#staleInARow < STALE_BEFORE_LEAVING) {
      this.#life.send({ type: "refresh" });
      return;
    }
    this.#staleInARow = 0;
    this.#life.abandon();
  }

  /** @param {Snapshot} snapshot */
  #polled(snapshot) {
    const sound = this.#store.replace(snapshot);
    if (sound) this.#pollWorked(snapshot.server_time, snapshot.compared_at);
    return sound;
  }

  /** @param {string | null} comparedAt without it the old time stands */
  #polledSame(comparedAt) {
    const asOf = comparedAt ?? this.#watch.asOf ?? "";
    this.#pollWorked(asOf, asOf);
  }

  /**
   * @param {string} serverTime
   * @param {string} comparedAt
   */
  #pollWorked(serverTime, comparedAt) {
    const { within, running } = this.#poller;
    this.#watch.event({ type: "polled", serverTime, comparedAt, within });
    if (running && !this.#pollWorks) this.#life.hurry();
    this.#pollWorks = running;
  }

  #pollFailed() {
    this.#pollWorks = false;
    this.#watch.event({ type: "poll_failed" });
  }

  /** @param {Ending} why */
  #end(why) {
    this.stop();
    this.#onend[why].tell();
  }
}
