/**
 * Which agents ask for help, as the rows say it: news when a hand goes up or its sentence
 * changes, and when it is down again, whoever took it down.
 */

/** @import { Change, Id, Row } from "./types.js" */

/**
 * @typedef {object} Listener
 * @property {(row: Row, news: boolean) => void} raised no news: it was up already when
 *   the page was opened
 * @property {(id: Id) => void} lowered
 */

export class RaisedHands {
  #listener;
  /** @type {Map<Id, string>} conversation -> what was told of its hand */
  #up = new Map();
  #looked = false;

  /**
   * @param {{conversations: Map<Id, Row>,
   *   subscribe: (listener: (change: Change) => void) => unknown}} store
   * @param {Listener} listener
   */
  constructor(store, listener) {
    this.#listener = listener;
    store.subscribe((change) => this.#follow(store.conversations, change));
  }

  get count() {
    return this.#up.size;
  }

  /**
   * @param {Map<Id, Row>} rows
   * @param {Change} change
   */
  #follow(rows, change) {
    for (const id of change.conversations) this.#look(id, rows.get(id));
    for (const { id } of change.gone) this.#look(id, rows.get(id));
    this.#looked ||= change.snapshot;
  }

  /**
   * @param {Id} id
   * @param {Row | undefined} row
   */
  #look(id, row) {
    const told = this.#up.get(id);
    if (!row?.hand) {
      if (this.#up.delete(id)) this.#listener.lowered(id);
      return;
    }
    const print = `${row.hand.since} ${row.hand.text}`;
    if (print === told) return;
    this.#up.set(id, print);
    this.#listener.raised(row, this.#looked);
  }
}
