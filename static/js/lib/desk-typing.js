/**
 * Typing, both ways: own typing is told at most every 3 s, that of others shows for 5 s.
 */

/** @import { Visibility } from "./desk-types.js" */
/** @import { Id } from "./types.js" */

/** @typedef {{kind: string, name: string}} Sender */

const TOLD_EVERY = 3000;
const SHOWN_FOR = 5000;

export class OwnTyping {
  #now;
  #send;
  /** @type {Map<string, number>} */
  #toldAt = new Map();

  /**
   * @param {() => number} now
   * @param {(frame: object) => void} send
   */
  constructor(now, send) {
    this.#now = now;
    this.#send = send;
  }

  /**
   * @param {Id} conversation
   * @param {Visibility} visibility
   */
  typed(conversation, visibility) {
    const key = `${conversation} ${visibility}`;
    const now = this.#now();
    const told = this.#toldAt.get(key) ?? Number.NEGATIVE_INFINITY;
    if (now - told < TOLD_EVERY && now >= told) return;
    this.#toldAt.set(key, now);
    this.#send({ type: "typing", conversation, visibility });
  }

  /** @param {Id} conversation what was typed is sent: the next key is news again */
  sent(conversation) {
    for (const visibility of ["public", "internal"]) {
      this.#toldAt.delete(`${conversation} ${visibility}`);
    }
  }
}

export class OthersTyping {
  #now;
  /** @type {Map<Id, Map<string, {sender: Sender, visibility: Visibility, until: number}>>} */
  #typing = new Map();

  /** @param {() => number} now */
  constructor(now) {
    this.#now = now;
  }

  /**
   * @param {Id} conversation
   * @param {Sender} sender
   * @param {Visibility} visibility
   */
  typed(conversation, sender, visibility) {
    const here = this.#typing.get(conversation) ?? new Map();
    const until = this.#now() + SHOWN_FOR;
    here.set(`${sender.kind} ${sender.name}`, { sender, visibility, until });
    this.#typing.set(conversation, here);
  }

  /**
   * They have said it: nobody goes on typing that.
   * @param {Id} conversation
   * @param {Sender} sender
   */
  said(conversation, sender) {
    this.#typing.get(conversation)?.delete(`${sender.kind} ${sender.name}`);
  }

  /**
   * Who types there just now.
   * @param {Id} conversation
   */
  in(conversation) {
    const now = this.#now();
    const here = this.#typing.get(conversation);
    for (const [key, { until }] of here ?? []) if (until <= now) here?.delete(key);
    return [...(here?.values() ?? [])];
  }
}
