/**
 * Unsent messages in the browser's storage, each under a name of its own: two tabs never
 * overwrite what the other has put there. A storage that fails costs only the reload.
 */

/** @import { Item } from "./outbox.js" */

const WEEK = 7 * 86_400_000;

export class OutboxShelf {
  #prefix;
  #storage;
  #now;
  /** @type {Set<string>} what this page has seen to be there */
  #held = new Set();

  /**
   * @param {string} name
   * @param {Storage | null | undefined} storage
   * @param {() => number} now
   */
  constructor(name, storage, now) {
    this.#prefix = `outbox:${name}:`;
    this.#storage = storage ?? null;
    this.#now = now;
  }

  /** @returns {Map<string, Item> | null} by client id; null: it cannot be told */
  read() {
    const names = this.#names();
    if (!names) return null;
    const found = names.map((name) => this.#open(name));
    const items = /** @type {Item[]} */ (found.filter(Boolean));
    for (const { clientId } of items) this.#held.add(clientId);
    return new Map(items.map((item) => [item.clientId, item]));
  }

  /** @param {Item} item */
  put({ clientId, key, text, extra, at }) {
    try {
      const kept = JSON.stringify({ clientId, key, text, extra, at });
      if (!this.#storage) return;
      this.#storage.setItem(this.#prefix + clientId, kept);
      this.#held.add(clientId);
    } catch {
      // Full or forbidden: the page's memory still has it.
    }
  }

  /** @param {string} clientId */
  drop(clientId) {
    this.#held.delete(clientId);
    this.#remove(this.#prefix + clientId);
  }

  /** @param {string} clientId */
  holds(clientId) {
    return this.#held.has(clientId);
  }

  #names() {
    const mine = (/** @type {string} */ name) => name.startsWith(this.#prefix);
    try {
      return this.#storage && Object.keys(this.#storage).filter(mine);
    } catch {
      return null;
    }
  }

  /**
   * What is broken or too old is forgotten.
   * @param {string} name
   * @returns {Item | null}
   */
  #open(name) {
    try {
      const kept = JSON.parse(this.#storage?.getItem(name) ?? "");
      const right = typeof kept.text === "string" && typeof kept.key === "string";
      if (
        right &&
        name === this.#prefix + kept.clientId &&
        kept.at > this.#now() - WEEK
      )
        return { extra: {}, ...kept, state: "sending", problem: null };
    } catch {
      // Not ours, or half written.
    }
    this.#remove(name);
    return null;
  }

  /** @param {string} name */
  #remove(name) {
    try {
      this.#storage?.removeItem(name);
    } catch {
      // Then it stays; the server stores it once all the same.
    }
  }
}
