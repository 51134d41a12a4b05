/**
 * What agents ask of this supervisor and nobody has answered yet. The floor's rows say
 * nothing of it, so while one is open the conversation's timeline is asked how it ended:
 * answered on another screen, taken back, or timed out.
 */

/** @import { Outcome } from "./exchange.js" */
/** @import { Id } from "./types.js" */

/** @typedef {"accepted" | "declined" | "timed_out" | "withdrawn" | "gone"} Ending */
/** @typedef {{offer: Id, conversation: Id, expires_at: string}} Ask */
/**
 * @typedef {object} World
 * @property {(offer: Id, answer: "accept" | "decline") => Promise<Outcome>} answer
 * @property {(conversation: Id) => Promise<Outcome>} detail
 * @property {(ask: Ask, ending: Ending) => void} ended once for each
 * @property {(ask: Ask, refusal: Outcome) => void} refused it is still open
 */

const LOOK_EVERY = 5000;
const ENDINGS = /** @type {Record<string, Ending>} */ ({
  "consult.accepted": "accepted",
  "consult.declined": "declined",
  "consult.timed_out": "timed_out",
  "consult.withdrawn": "withdrawn",
});
const ANSWERED = /** @type {const} */ ({ accept: "accepted", decline: "declined" });

export class ConsultAsks {
  #world;
  /** @type {Map<Id, Ask & {lookedAt: number, busy: boolean}>} */
  #open = new Map();
  /** @type {Set<Id>} */
  #known = new Set();

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /**
   * @param {Ask} ask
   * @param {number} now ms in the server's time
   * @returns {boolean} whether it is a new one
   */
  add({ offer, conversation, expires_at }, now) {
    if (this.#known.has(offer)) return false;
    this.#known.add(offer);
    const ask = { offer, conversation, expires_at, lookedAt: now, busy: false };
    this.#open.set(offer, ask);
    return true;
  }

  /**
   * @param {Id} offer
   * @param {"accept" | "decline"} answer
   * @returns {Promise<boolean>} whether the server has taken it
   */
  async answer(offer, answer) {
    const ask = this.#open.get(offer);
    if (!ask || ask.busy) return false;
    ask.busy = true;
    const outcome = await this.#world.answer(offer, answer);
    ask.busy = false;
    if (outcome.ok) this.#end(ask, ANSWERED[answer]);
    else this.#refused(ask, outcome);
    return outcome.ok;
  }

  /** @param {number} now ms in the server's time */
  tick(now) {
    for (const ask of [...this.#open.values()]) {
      if (ask.busy) continue;
      if (now >= Date.parse(ask.expires_at)) this.#end(ask, "timed_out");
      else if (now - ask.lookedAt >= LOOK_EVERY) void this.#look(ask, now);
    }
  }

  /**
   * @param {Ask & {lookedAt: number}} ask
   * @param {number} now
   */
  async #look(ask, now) {
    ask.lookedAt = now;
    const outcome = await this.#world.detail(ask.conversation);
    if (outcome.status === 404) return this.#end(ask, "gone");
    if (!outcome.ok) return;
    for (const { kind, data } of outcome.timeline ?? []) {
      if (data?.offer === ask.offer && ENDINGS[kind]) this.#end(ask, ENDINGS[kind]);
    }
    if (outcome.state === "closed") this.#end(ask, "gone");
  }

  /**
   * @param {Ask} ask
   * @param {Outcome} outcome
   */
  #refused(ask, outcome) {
    if (!outcome.ok && outcome.code === "offer_ended") this.#end(ask, "gone");
    else this.#world.refused(ask, outcome);
  }

  /**
   * @param {Ask} ask
   * @param {Ending} ending
   */
  #end(ask, ending) {
    if (this.#open.delete(ask.offer)) this.#world.ended(ask, ending);
  }
}
