/**
 * What the chat remembers over a reload, for all tabs: the token of the conversation, a
 * question on its way, how far it was read. Without a usable storage the page's own
 * memory serves.
 */

export class ChatMemory {
  #prefix;
  #storage;
  /** @type {Map<string, unknown>} */
  #own = new Map();

  /**
   * @param {string} site
   * @param {Storage | null} storage
   */
  constructor(site, storage) {
    this.#prefix = `chat:${site}:`;
    this.#storage = storage;
  }

  /** @param {string} name @returns {any} */
  get(name) {
    try {
      if (this.#storage)
        return JSON.parse(this.#storage.getItem(this.#prefix + name) ?? "null");
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      this.#storage = null;
    }
    return this.#own.get(name) ?? null;
  }

  /** @param {string} name @param {unknown} value null: forget it */
  set(name, value) {
    this.#own.set(name, value);
    try {
      if (value === null) this.#storage?.removeItem(this.#prefix + name);
      else this.#storage?.setItem(this.#prefix + name, JSON.stringify(value));
    } catch {
      // An old value that cannot be replaced must not be read again.
      this.#storage = null;
    }
  }

  /** @param {string | null} key of a storage event; null: all was cleared */
  concerns(key) {
    return key === null || key === `${this.#prefix}pass`;
  }
}

/**
 * The storage that a browser may refuse even to name.
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {Storage | null}
 */
export function storageOf(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}
