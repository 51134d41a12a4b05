/**
 * The desk's socket: its frames go to the store, its pings are the agent's heartbeat,
 * and at every moment it knows how far the desk may be trusted.
 */
import { browser } from "./browser.js";
import { FreshnessWatch } from "./freshness-watch.js";
import { Listeners } from "./listeners.js";
import { SocketLife } from "./socket-life.js";

/** @import { DeskStore } from "./desk-store.js" */
/** @import { Freshness, TimerHandle, Timers } from "./types.js" */
/** @import { Wire } from "./connection.js" */

/** @typedef {Record<string, any>} Frame */
/** @typedef {"pulse" | "alert" | "typing" | "hello" | "signedout" | "forbidden"} Told */
/**
 * @typedef {Partial<Timers> & Partial<Pick<Wire, "WebSocketClass">>
 *   & {url: string, store: DeskStore}} Options
 */

const STALE_BEFORE_LEAVING = 5;
const WAKES_APART = 1000;
const ALERTS_REMEMBERED = 500;
// What means something before the desk itself has come.
const EARLY = new Set(["hello", "desk", "bye"]);

export class DeskStream {
  #world;
  #store;
  #life;
  #watch;
  /** @type {Record<Told, Listeners<any>>} */
  #told = {
    pulse: new Listeners(),
    alert: new Listeners(),
    typing: new Listeners(),
    hello: new Listeners(),
    signedout: new Listeners(),
    forbidden: new Listeners(),
  };
  #whole = false;
  #staleInARow = 0;
  #heartbeat = 5000;
  #beatAt = Number.NEGATIVE_INFINITY;
  #wokenAt = Number.NEGATIVE_INFINITY;
  /** @type {TimerHandle} */
  #beat = undefined;
  /** @type {TimerHandle} */
  #deadline = undefined;
  /** @type {Set<string | number>} */
  #alertsSeen = new Set();

  /** @param {Options} options */
  constructor(options) {
    const world = { ...browser(), ...options };
    this.#world = world;
    this.#store = options.store;
    this.#watch = new FreshnessWatch(world);
    this.#life = new SocketLife({ ...world, url: () => options.url }, this.#owner());
  }

  get freshness() {
    return this.#watch.current;
  }

  /** @param {(freshness: Freshness) => void} listener at every event and each second */
  subscribe(listener) {
    return this.#watch.subscribe(listener);
  }

  /**
   * @param {Told} what
   * @param {(frame: any) => void} listener
   */
  on(what, listener) {
    return this.#told[what].add(listener);
  }

  start() {
    this.#watch.start();
    this.#life.connect();
  }

  stop() {
    this.#quiet();
    this.#life.stop();
    this.#watch.stop();
    this.#watch.event({ type: "closed" });
  }

  /** @param {object} frame */
  send(frame) {
    return this.#whole && this.#life.send(frame);
  }

  /** Everything again; without a living socket that means another one. */
  refresh() {
    if (this.freshness.kind === "live" && this.send({ type: "refresh" })) return;
    this.#life.connect();
  }

  /** Online again, visible again, woken up: trust nothing, ask at once. */
  wake() {
    const now = this.#world.now();
    if (Math.abs(now - this.#wokenAt) < WAKES_APART) return;
    this.#wokenAt = now;
    const asked = this.freshness.kind === "live" && this.send({ type: "refresh" });
    if (!asked) return this.#life.connect();
    // A socket that slept through its own death looks open: do not wait for long.
    const patience = 2 * this.#watch.period;
    this.#world.clearTimeout(this.#deadline);
    this.#deadline = this.#world.setTimeout(() => this.#life.connect(), patience);
  }

  #owner() {
    return {
      onconnect: () => this.#begin("doubt"),
      onframe: (/** @type {Frame} */ frame) => this.#read(frame),
      ondown: () => this.#begin("closed"),
      onend: (/** @type {"signedout" | "forbidden"} */ why) => this.#end(why),
      blocked: () => false,
    };
  }

  /** @param {"doubt" | "closed"} type */
  #begin(type) {
    this.#quiet();
    this.#whole = false;
    this.#watch.event({ type });
  }

  #quiet() {
    this.#world.clearTimeout(this.#beat);
    this.#world.clearTimeout(this.#deadline);
  }

  /** @param {Frame} frame */
  #read(frame) {
    const reader = this.#readers[frame.type];
    if (!reader) return;
    if (this.#whole || EARLY.has(frame.type)) reader(frame);
  }

  /** @type {Record<string, (frame: Frame) => void>} */
  #readers = {
    hello: (frame) => this.#hello(frame),
    desk: (frame) => this.#desk(frame),
    rows: ({ conversations }) => this.#store.rows(conversations),
    gone: ({ conversations }) => this.#store.gone(conversations),
    offer: ({ offer }) => this.#store.offer(offer),
    offer_ended: ({ id, state }) => this.#store.offerEnded(id, state),
    message: ({ conversation, message }) => this.#store.message(conversation, message),
    presence: ({ agent }) => this.#store.presence(agent),
    notice: ({ notice }) => this.#store.noticed(notice),
    pickable: ({ rows }) => this.#store.picks(rows),
    typing: (frame) => this.#told.typing.tell(frame),
    alert: (frame) => this.#alert(frame),
    pulse: (frame) => this.#pulse(frame),
    bye: ({ retry_ms }) => this.#life.comeBackWithin(retry_ms),
  };

  /** @param {Frame} frame */
  #hello(frame) {
    const period = frame.pulse_seconds * 1000;
    this.#heartbeat = frame.heartbeat_seconds * 1000 || this.#heartbeat;
    this.#watch.event({ type: "opened", period });
    this.#life.setPeriod(period);
    this.#told.hello.tell(frame);
    this.#beatNow();
  }

  /** @param {Frame} frame */
  #desk(frame) {
    this.#world.clearTimeout(this.#deadline);
    this.#whole = true;
    this.#store.replace(/** @type {any} */ (frame));
    this.#watch.event({ type: "snapshot", comparedAt: frame.compared_at });
  }

  /** @param {Frame} frame */
  #pulse(frame) {
    const verdict = this.#store.verify(/** @type {any} */ (frame));
    const { server_time: serverTime, compared_at: comparedAt } = frame;
    this.#watch.event({ type: "pulse", serverTime, comparedAt, verdict });
    this.#life.prove();
    if (verdict === "ok") this.#staleInARow = 0;
    if (this.#store.doubtful) this.#ask(verdict);
    // Timers of a hidden tab are slowed down to once a minute, frames are not.
    this.#beatIfDue();
    this.#told.pulse.tell(frame);
  }

  /** @param {string} verdict */
  #ask(verdict) {
    if (verdict === "stale") this.#staleInARow += 1;
    if (this.#staleInARow < STALE_BEFORE_LEAVING) {
      this.#life.send({ type: "refresh" });
      return;
    }
    this.#staleInARow = 0;
    this.#life.abandon();
  }

  /** @param {Frame} frame */
  #alert(frame) {
    if (this.#alertsSeen.has(frame.id)) return;
    this.#alertsSeen.add(frame.id);
    const [oldest] = this.#alertsSeen;
    if (this.#alertsSeen.size > ALERTS_REMEMBERED) this.#alertsSeen.delete(oldest);
    this.#told.alert.tell(frame);
  }

  #beatNow() {
    this.#beatAt = this.#world.now();
    this.#life.send({ type: "ping" });
    this.#world.clearTimeout(this.#beat);
    this.#beat = this.#world.setTimeout(() => this.#beatNow(), this.#heartbeat);
  }

  #beatIfDue() {
    const since = this.#world.now() - this.#beatAt;
    if (since >= this.#heartbeat || since < 0) this.#beatNow();
  }

  /** @param {"signedout" | "forbidden"} why */
  #end(why) {
    this.stop();
    this.#told[why].tell(undefined);
  }
}
