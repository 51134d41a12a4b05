/**
 * One conversation that is watched: its socket, and what has come over it so far. Nothing
 * but news comes over it, so silence proves nothing: the floor's own stream tells when
 * the line was dead, and this one is opened anew then.
 */
import { retryDelay } from "../lib/backoff.js";
import { browser } from "../lib/browser.js";
import { Connection } from "../lib/connection.js";

/** @typedef {Record<string, any>} Any */

/** @import { TimerHandle, Timers } from "../lib/types.js" */
/** @import { Wire } from "../lib/connection.js" */

const REFUSED = 4403;
const SIGNED_OUT = 4401;

export class LiveConversation {
  /** @type {Map<number, Any>} */
  messages = new Map();
  /** @type {Any[]} */
  participants = [];
  /** @type {Any[]} */
  timeline = [];
  /** @type {Any | null} */
  sentiment = null;
  /** "connecting", "live" or why it ended */
  status = "connecting";
  ended = "";
  #tell;
  #world;
  #connection;
  #attempts = 0;
  /** @type {TimerHandle} */
  #retry = undefined;

  /**
   * @param {string} url
   * @param {(what: string, live: LiveConversation, frame?: Any) => void} tell what has
   *   changed
   * @param {Partial<Timers & Wire>} [world]
   */
  constructor(url, tell, world = {}) {
    this.#tell = tell;
    this.#world = { ...browser(), url: () => url, ...world };
    this.#connection = new Connection(this.#world, {
      onframe: (frame) => this.#take(frame),
      onclose: (code) => this.#closed(code),
    });
    this.#connection.connect();
  }

  stop() {
    this.#world.clearTimeout(this.#retry);
    this.#connection.drop();
  }

  /** The network was away, or slept: an open socket may be a dead one. */
  wake() {
    if (this.status === "ended") return;
    this.#attempts = 0;
    this.#world.clearTimeout(this.#retry);
    this.#set("connecting");
    this.#connection.connect();
  }

  /** @param {number} code */
  #closed(code) {
    const final = this.ended || code === REFUSED || code === SIGNED_OUT;
    this.#set(final ? "ended" : "connecting");
    if (final) return;
    this.#attempts += 1;
    const delay = retryDelay(this.#attempts, this.#world.random);
    this.#retry = this.#world.setTimeout(() => this.#connection.connect(), delay);
  }

  /** @param {Any} frame */
  #take(frame) {
    this.#attempts = 0;
    if (frame.type !== "ended") this.#set("live");
    if (frame.type === "message") this.messages.set(frame.message.id, frame.message);
    else if (frame.type === "participants") this.participants = frame.participants;
    else if (frame.type === "timeline") this.timeline = frame.events;
    else if (frame.type === "sentiment") this.sentiment = frame.sentiment;
    else if (frame.type === "ended") this.ended = frame.reason || "ended";
    this.#tell(frame.type, this, frame);
  }

  /** @param {string} status */
  #set(status) {
    if (this.status === status) return;
    this.status = status;
    this.#tell("status", this);
  }
}
