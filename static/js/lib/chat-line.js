/**
 * How news reaches the customer: by the socket, and by asking every three seconds while
 * the socket does not work. Either way from the last message that is already here.
 */
import { uniform } from "./backoff.js";
import { SocketLife } from "./socket-life.js";

/** @import { TimerHandle, Timers } from "./types.js" */
/** @import { Wire } from "./connection.js" */

/** @typedef {"connecting" | "live" | "polling" | "down"} Status */
/**
 * @typedef {object} Owner
 * @property {() => {token: string, after: number}} whence
 * @property {() => Promise<unknown>} poll asks by HTTP, and throws if there is no answer
 * @property {(frame: any) => void} onframe
 * @property {(status: Status) => void} onstatus
 * @property {(token: string) => void} ondead it is worth nothing
 */

const POLL = 3000;
const LONGEST = 30_000;
const TYPING = 3000;

export class ChatLine {
  #timers;
  #owner;
  #life;
  /** @type {Status} */
  status = "connecting";
  #running = false;
  #polls = false;
  #works = false;
  #misses = 0;
  #failures = 0;
  #gaps = 0;
  #token = "";
  #typedAt = Number.NEGATIVE_INFINITY;
  /** @type {TimerHandle} */
  #next = undefined;
  /** @type {TimerHandle} */
  #beat = undefined;

  /**
   * @param {Wire & Timers} world
   * @param {Owner} owner
   */
  constructor(world, owner) {
    this.#timers = world;
    this.#owner = owner;
    const WebSocketClass = greeting(world.WebSocketClass, () => this.#whence());
    this.#life = new SocketLife(
      { ...world, WebSocketClass },
      {
        onconnect: () => {},
        onframe: (frame) => this.#heard(frame),
        ondown: (failures) => this.#lost(failures),
        onend: (why) => this.#refused(why),
        blocked: () => this.#works && this.#failures > 1,
      },
    );
  }

  /** Both ways at once: the first answer counts. */
  start() {
    this.stop();
    this.#running = true;
    this.#say("connecting");
    this.#life.connect();
    this.#ask();
  }

  stop() {
    this.#running = this.#polls = this.#works = false;
    this.#life.stop();
    this.#timers.clearTimeout(this.#next);
    this.#timers.clearTimeout(this.#beat);
  }

  /** The network is back, or somebody looks again. */
  wake() {
    if (!this.#running || this.status === "live") return;
    this.#life.hurry();
    this.#misses = 0;
    this.#ask();
  }

  /** The browser says that there is no network. */
  cut() {
    if (this.#running) this.#say("down");
  }

  typing() {
    const now = this.#timers.now();
    if (Math.abs(now - this.#typedAt) < TYPING) return;
    if (this.#life.send({ type: "typing" })) this.#typedAt = now;
  }

  #whence() {
    const whence = this.#owner.whence();
    this.#token = whence.token;
    return whence;
  }

  /** @param {any} frame */
  #heard(frame) {
    if (frame.type === "hello") this.#greeted(frame);
    if (frame.type === "pulse") this.#life.prove();
    if (frame.type === "bye") this.#life.comeBackWithin(frame.retry_ms);
    this.#owner.onframe(frame);
    if (frame.type === "pulse" && this.#running) this.#compare(frame.last);
  }

  /** @param {any} hello */
  #greeted({ pulse_seconds, heartbeat_seconds }) {
    this.#life.setPeriod((pulse_seconds || 2) * 1000);
    this.#life.prove();
    this.#polls = this.#works = false;
    this.#misses = this.#failures = 0;
    this.#timers.clearTimeout(this.#next);
    this.#say("live");
    this.#beatEvery((heartbeat_seconds || 5) * 1000);
  }

  /**
   * A pulse stands behind its messages, so one that is missing never came.
   * @param {number} last
   */
  #compare(last) {
    if (last <= this.#owner.whence().after) this.#gaps = 0;
    else if (this.#gaps++ === 0) this.#life.connect();
    else this.#life.abandon();
  }

  /** @param {number} ms */
  #beatEvery(ms) {
    this.#timers.clearTimeout(this.#beat);
    this.#beat = this.#timers.setTimeout(() => {
      this.#life.send({ type: "ping" });
      this.#beatEvery(ms);
    }, ms);
  }

  /** @param {number} failures lives of the socket that proved nothing */
  #lost(failures) {
    this.#failures = failures;
    this.#timers.clearTimeout(this.#beat);
    if (this.status === "live") this.#say("connecting");
    if (!this.#polls) this.#askIn(uniform([0, POLL], this.#timers.random));
  }

  /** @param {"signedout" | "forbidden"} why */
  #refused(why) {
    if (why === "signedout") this.#owner.ondead(this.#token);
    else this.#lost(2);
  }

  /** @param {number} ms */
  #askIn(ms) {
    this.#timers.clearTimeout(this.#next);
    this.#polls = true;
    this.#next = this.#timers.setTimeout(() => this.#ask(), ms);
  }

  async #ask() {
    this.#timers.clearTimeout(this.#next);
    this.#polls = true;
    try {
      await this.#owner.poll();
      this.#answered(true);
    } catch {
      this.#answered(false);
    }
  }

  /** @param {boolean} well */
  #answered(well) {
    if (!this.#running || !this.#polls) return;
    this.#works = well;
    this.#misses = well ? 0 : this.#misses + 1;
    // The first answer of all says nothing about the socket, which still connects.
    if (!well) this.#say("down");
    else if (this.#failures > 0 || this.status === "down") this.#say("polling");
    const pause = Math.min(LONGEST, POLL * 2 ** Math.max(0, this.#misses - 1));
    this.#askIn(well ? POLL : uniform([pause / 2, pause], this.#timers.random));
  }

  /** @param {Status} status */
  #say(status) {
    if (status === this.status) return;
    this.status = status;
    this.#owner.onstatus(status);
  }
}

/**
 * A socket that names itself as soon as it is open.
 * @param {new (url: string) => WebSocket} WebSocketClass
 * @param {() => object} whence
 * @returns {new (url: string) => WebSocket}
 */
function greeting(WebSocketClass, whence) {
  return class extends WebSocketClass {
    /** @param {string} url */
    constructor(url) {
      super(url);
      this.onopen = () => this.send(JSON.stringify({ type: "hello", ...whence() }));
    }
  };
}
