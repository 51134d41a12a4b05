/**
 * Which messages the agent has not seen yet, for each conversation; kept for this tab.
 */

/** @import { Message } from "./desk-types.js" */
/** @import { Id } from "./types.js" */

export class ReadMarks {
  #storage;
  #key;
  /** @type {Record<string, number>} */
  #marks;

  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage
   * @param {string} key
   */
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.#marks = read(storage, key);
  }

  /**
   * Everything up to the last of these has been seen.
   * @param {Id} id
   * @param {Message[]} messages
   * @returns {boolean} whether that is news
   */
  seen(id, messages) {
    const last = messages[messages.length - 1]?.id ?? 0;
    if (last <= (this.#marks[id] ?? -1)) return false;
    this.#marks[id] = last;
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.#marks));
    } catch {
      // Counting anew after a reload is no loss.
    }
    return true;
  }

  /**
   * Messages of others since the mark; without one, since the own last message.
   * @param {Id} id
   * @param {Message[]} messages oldest first
   */
  unread(id, messages) {
    const mark = this.#marks[id] ?? lastOwn(messages);
    return messages.filter(
      (one) => one.id > mark && !one.mine && one.sender.kind !== "system",
    ).length;
  }

  /** @param {Id} id */
  forget(id) {
    delete this.#marks[id];
  }
}

/** @param {Message[]} messages */
function lastOwn(messages) {
  return Math.max(0, ...messages.filter(({ mine }) => mine).map(({ id }) => id));
}

/**
 * @param {Pick<Storage, "getItem">} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
