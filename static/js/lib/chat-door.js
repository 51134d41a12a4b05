/**
 * Before the conversation: is anybody there, the first question, a message for later. A
 * question is kept until it is answered; its client id makes one conversation of it,
 * however often it is sent.
 */
import { retryDelay } from "./backoff.js";
import { randomKey } from "./random-key.js";

/** @import { ChatApi, Refused, Trouble } from "./chat-api.js" */
/** @import { ChatMemory } from "./chat-memory.js" */
/** @import { TimerHandle, Timers } from "./types.js" */

/** @typedef {{name: string, question: string, consent: object | null}} Question */
/** @typedef {{name: string, address: string, text: string}} Letter */
/**
 * @typedef {object} Keeper
 * @property {(answer: any, id: string) => void} onadmitted
 * @property {(change: object) => void} show
 */

const LOOK_AGAIN = 60_000;

export class ChatDoor {
  #api;
  #memory;
  #timers;
  #keeper;
  #tries = 0;
  #letter = "";
  /** What is awaited; an answer to anything older is passed over. */
  #visit = 0;
  #asking = false;
  /** @type {TimerHandle} */
  #retry = undefined;

  /**
   * @param {ChatApi} api
   * @param {ChatMemory} memory
   * @param {Timers} timers
   * @param {Keeper} keeper
   */
  constructor(api, memory, timers, keeper) {
    this.#api = api;
    this.#memory = memory;
    this.#timers = timers;
    this.#keeper = keeper;
  }

  /** @param {Question} question @param {string} language */
  open(question, language) {
    this.#memory.set("opening", { ...question, language, client_id: randomKey() });
    this.#keeper.show({ trouble: null, lost: false });
    this.leave();
    this.enter();
  }

  /** Ask for what is to be done here: a question on its way, or the door itself. */
  async enter() {
    if (this.#asking) return;
    this.#timers.clearTimeout(this.#retry);
    this.#asking = true;
    const visit = ++this.#visit;
    const opening = this.#memory.get("opening");
    this.#keeper.show({ opening });
    const step = opening ? this.#ask(opening) : this.#look();
    const outcome = await step.catch((refused) => () => this.#refused(refused));
    if (visit !== this.#visit) return;
    this.#asking = false;
    outcome();
  }

  /** Away from the door. */
  leave() {
    this.#visit += 1;
    this.#asking = false;
    this.#timers.clearTimeout(this.#retry);
  }

  /** @param {Letter} letter for when somebody is there again */
  async post(letter) {
    this.#letter ||= randomKey();
    await this.#api.leave({ ...letter, client_id: this.#letter });
    this.#letter = "";
    this.#keeper.show({ left: true });
  }

  /** @param {{client_id: string}} opening */
  async #ask(opening) {
    const answer = await this.#api.open(opening);
    return () => {
      this.#tries = 0;
      this.#memory.set("opening", null);
      this.#keeper.onadmitted(answer, opening.client_id);
    };
  }

  /** @param {Trouble | null} [trouble] that led here */
  async #look(trouble = null) {
    const door = await this.#api.door();
    return () => {
      this.#tries = 0;
      this.#keeper.show({ phase: "door", door, line: "live", opening: null, trouble });
      if (!door.is_open) this.#enterIn(LOOK_AGAIN);
    };
  }

  /** @param {Refused} refused */
  #refused({ passing, trouble }) {
    const decided = !passing && this.#memory.get("opening");
    if (decided) return this.#turnedAway(trouble);
    const rest = retryDelay(++this.#tries, this.#timers.random);
    this.#enterIn(Math.max(rest, trouble.seconds * 1000));
    this.#keeper.show({ trouble, line: passing ? "down" : "live" });
  }

  /** @param {Trouble} trouble for which the question has to be asked anew */
  async #turnedAway(trouble) {
    this.#memory.set("opening", null);
    this.#keeper.show({ opening: null, trouble });
    const visit = this.#visit;
    const outcome = await this.#look(trouble).catch(() => null);
    if (visit === this.#visit) outcome?.();
  }

  /** @param {number} ms */
  #enterIn(ms) {
    this.#retry = this.#timers.setTimeout(() => this.enter(), ms);
  }
}
