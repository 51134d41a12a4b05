/**
 * The grid's columns as somebody left them, remembered in this browser. Whatever is
 * found there that is not of this version, or not readable, is as good as nothing.
 */

const VERSION = 1;

/** @typedef {{id: string, [field: string]: unknown}} Column */

export class ColumnMemory {
  #storage;
  #key;

  /**
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage
   * @param {string} [key]
   */
  constructor(storage, key = "floor.columns") {
    this.#storage = storage;
    this.#key = key;
  }

  /** @returns {Column[] | null} null: nothing remembered */
  load() {
    try {
      const { version, columns } = JSON.parse(this.#storage.getItem(this.#key) ?? "{}");
      return version === VERSION && areColumns(columns) ? columns : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {Column[]} columns
   * @returns {boolean} false when the browser keeps nothing
   */
  save(columns) {
    return this.#attempt(JSON.stringify({ version: VERSION, columns }));
  }

  forget() {
    this.#storage.removeItem(this.#key);
  }

  /** @param {string} text */
  #attempt(text) {
    try {
      this.#storage.setItem(this.#key, text);
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {unknown} columns */
function areColumns(columns) {
  return Array.isArray(columns) && columns.every(({ id }) => typeof id === "string");
}
