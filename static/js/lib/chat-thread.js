/** The messages of one conversation as its customer has them: 1, 2, 3, none twice. */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {string} at
 * @property {{kind: string, name: string}} sender
 * @property {string} text
 * @property {string} [code]
 * @property {Record<string, unknown>} [params]
 * @property {string} [client_id]
 */

const SILENT = new Set(["customer", "system"]);

export class ChatThread {
  /** @type {Map<number, Message>} */
  #messages = new Map();
  /** All up to here are there: what to ask for begins behind it. */
  last = 0;

  /**
   * @param {Message} message
   * @returns {boolean} whether it is new
   */
  put(message) {
    if (this.#messages.has(message.id)) return false;
    this.#messages.set(message.id, message);
    while (this.#messages.has(this.last + 1)) this.last += 1;
    return true;
  }

  /** @returns {Message[]} */
  list() {
    return [...this.#messages.values()].sort((a, b) => a.id - b.id);
  }

  /**
   * From people of the other side.
   * @param {number} seen the last one that was looked at
   */
  unread(seen) {
    const others = this.list().filter(({ sender }) => !SILENT.has(sender.kind));
    return others.filter(({ id }) => id > seen).length;
  }
}
