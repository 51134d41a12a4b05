/**
 * What is half-written, one draft for each conversation. Kept for this tab alone, so
 * that a reload loses nothing and another tab is not written over.
 */

/** @import { Visibility } from "./desk-types.js" */
/** @import { Id } from "./types.js" */

/** @typedef {{text: string, visibility: Visibility}} Draft */

/** @type {Draft} */
const EMPTY = { text: "", visibility: "public" };

export class Drafts {
  #storage;
  #prefix;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} prefix names the person, so that nobody finds another's words
   */
  constructor(storage, prefix) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  /**
   * @param {Id} id
   * @returns {Draft}
   */
  get(id) {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key(id)) ?? "null");
      return typeof kept?.text === "string" ? { ...EMPTY, ...kept } : EMPTY;
    } catch {
      return EMPTY;
    }
  }

  /**
   * @param {Id} id
   * @param {Draft} draft
   */
  set(id, draft) {
    if (draft.text.trim() === "" && draft.visibility === EMPTY.visibility) {
      return this.drop(id);
    }
    try {
      this.#storage.setItem(this.#key(id), JSON.stringify(draft));
    } catch {
      // Full or forbidden: the words are in the box all the same.
    }
  }

  /** @param {Id} id */
  drop(id) {
    this.#storage.removeItem(this.#key(id));
  }

  /** @param {Id} id */
  #key(id) {
    return `${this.#prefix}.${id}`;
  }
}
