/**
 * The supervisor's commands over HTTP. Nothing is painted before the server has said
 * yes; what it answers may run ahead of the stream, and is watched until that follows.
 */
import { command, exchange, overTheNet } from "./exchange.js";
import { Listeners } from "./listeners.js";

/** @import { Id, Row } from "./types.js" */
/** @import { RowStore } from "./store.js" */

/** @import { Outcome, Success } from "./exchange.js" */

/**
 * @typedef {object} World
 * @property {typeof globalThis.fetch} [fetch]
 * @property {() => string} csrf
 * @property {RowStore} store
 * @property {() => number} [now]
 * @property {() => AbortSignal} [limit] how long an answer may take
 * @property {() => string} [newKey] of a command
 * @property {(ms: number) => Promise<void>} [pause]
 * @property {() => number} [random]
 * @property {string} [root]
 * @property {string} [offers] root of the offers
 */

const DELAYED_AFTER = 3000;

export class Commands {
  #world;
  /** @type {Listeners<void>} */
  #listeners = new Listeners();
  /** @type {Map<Id, number>} since when a change of hers is not on the stream yet */
  delayed = new Map();

  /** @param {World} world */
  constructor(world) {
    this.#world = { ...defaults(), ...world };
    world.store.subscribe(() => this.#followed());
  }

  /** @param {() => void} listener when a change begins or ceases to be awaited */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /** @param {number} now */
  delayedIds(now) {
    const late = [...this.delayed].filter(([, since]) => now - since > DELAYED_AFTER);
    return late.map(([id]) => id);
  }

  /**
   * @param {Id} id
   * @param {{agent?: Id, queue?: Id, override?: boolean, reason?: string,
   *   state_version?: number}} body
   */
  assign(id, body) {
    return this.#command(id, "assign", body);
  }

  /**
   * @param {Id} id
   * @param {{agent: Id, override?: boolean, reason?: string, state_version?: number}} body
   */
  transfer(id, body) {
    return this.#command(id, "transfer", body);
  }

  /**
   * @param {Id} id
   * @param {{reason?: string, state_version?: number}} [body]
   */
  forceClose(id, body = {}) {
    return this.#command(id, "force-close", body);
  }

  /** @param {Id} id */
  monitor(id) {
    return this.#command(id, "monitor", {});
  }

  /** @param {Id} id */
  unmonitor(id) {
    return this.#command(id, "monitor", {}, "DELETE");
  }

  /** @param {Id} id */
  join(id) {
    return this.#command(id, "join", {});
  }

  /** @param {Id} id */
  leave(id) {
    return this.#command(id, "join", {}, "DELETE");
  }

  /**
   * The agent's call for help has been seen to.
   * @param {Id} id
   */
  async lowerHand(id) {
    const outcome = await this.#ask("DELETE", `${id}/hand/`, {});
    if (outcome.ok) this.#await(id);
    return outcome;
  }

  /**
   * A consult that an agent asked of the supervisor.
   * @param {Id} offer
   * @param {"accept" | "decline"} answer
   */
  answerOffer(offer, answer) {
    const { offers = "" } = this.#world;
    return this.#ask("POST", `${offer}/${answer}/`, {}, offers);
  }

  /**
   * Why it is not assigned, and how it was before.
   * @param {Id} id
   */
  routing(id) {
    return this.#ask("GET", `${id}/routing/`);
  }

  /**
   * @param {Id} id
   * @param {{text: string, visibility: "public" | "internal", client_id: string}} message
   */
  send(id, message) {
    return this.#ask("POST", `${id}/messages/`, message);
  }

  /**
   * @param {Id} id
   * @param {"assignable" | "transferable"} kind
   */
  candidates(id, kind) {
    return this.#ask("GET", `${id}/${kind}/`);
  }

  /** @param {Id} id */
  async detail(id) {
    const outcome = await this.#ask("GET", `${id}/`);
    if (outcome.ok) this.#merge(plainRow(outcome));
    return outcome;
  }

  /**
   * @param {Id} id
   * @param {string} action
   * @param {object} body
   * @param {"POST" | "DELETE"} [method]
   */
  async #command(id, action, body, method = "POST") {
    const { store } = this.#world;
    const state_version = store.conversations.get(id)?.state_version;
    const outcome = await this.#ask(method, `${id}/${action}/`, {
      state_version,
      ...body,
    });
    if (outcome.ok) this.#await(id);
    return outcome;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {string} [root]
   * @returns {Promise<Outcome>}
   */
  async #ask(method, path, body, root = this.#world.root) {
    const net = { ...this.#world, root };
    const asked = body ? command(net, method, path, body) : exchange(net, method, path);
    const answer = await asked;
    this.#merge(answer.conversation);
    if (answer.gone) this.#world.store.mergeAnswer({ gone: answer.gone });
    return answer;
  }

  /** @param {Row | null | undefined} row */
  #merge(row) {
    if (typeof row?.version === "number") this.#world.store.mergeAnswer(row);
  }

  /** @param {Id} id */
  #await(id) {
    if (!this.#world.store.isAhead(id)) return;
    this.delayed.set(id, this.#world.now());
    this.#listeners.tell();
  }

  #followed() {
    const ids = [...this.delayed.keys()];
    const arrived = ids.filter((id) => !this.#world.store.isAhead(id));
    for (const id of arrived) this.delayed.delete(id);
    if (arrived.length > 0) this.#listeners.tell();
  }
}

function defaults() {
  const roots = { root: "/api/v1/conversations/", offers: "/api/v1/offers/" };
  return { ...overTheNet(), now: () => Date.now(), ...roots };
}

/**
 * The row alone, without what the detail shows besides it.
 * @param {Success} detail
 * @returns {Row}
 */
function plainRow(detail) {
  const { ok, status, actions, participants, sessions, timeline, ...row } = detail;
  return /** @type {Row} */ (/** @type {unknown} */ (row));
}
