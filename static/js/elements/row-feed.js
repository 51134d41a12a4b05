/**
 * Turns the store's changes into differences for the grid: paused it holds them back,
 * and a row that leaves stays for four seconds with its reason.
 */

/** @typedef {Record<string, any>} Row */
/** @typedef {{add: Row[], update: Row[], remove: Row[], old: Row[]}} Difference */

const FAREWELL_MS = 4000;

export class RowFeed {
  /** @type {Map<number, Row>} what the grid shows */
  rows = new Map();
  #paused = false;
  #store;
  #give;
  /** @type {Set<number>} */
  #withheld = new Set();
  /** @type {Map<number, number>} leaving row -> when it may go */
  #leaving = new Map();

  /**
   * @param {any} store
   * @param {(difference: Difference) => void} give
   */
  constructor(store, give) {
    this.#store = store;
    this.#give = give;
  }

  get leaving() {
    return this.#leaving.size;
  }

  /** How many rows have changed behind the pause. */
  get waiting() {
    return this.#withheld.size;
  }

  get paused() {
    return this.#paused;
  }

  set paused(/** @type {boolean} */ paused) {
    this.#paused = paused;
    if (!paused) this.#catchUp();
  }

  /** @param {any} change of the store */
  take(change) {
    if (this.#paused) {
      for (const id of change.conversations) this.#withheld.add(id);
      for (const { id } of change.gone) this.#withheld.add(id);
      return;
    }
    this.#pass(change.conversations, change.gone);
  }

  /** Let go of rows whose farewell is over. */
  sweep(now = performance.now()) {
    const over = [...this.#leaving].filter(([, due]) => due <= now).map(([id]) => id);
    this.#remove(over);
  }

  /** Let go of all leaving rows, because the viewer asked for another view. */
  dropLeft() {
    this.#remove([...this.#leaving.keys()]);
  }

  #catchUp() {
    const ids = new Set(this.#withheld);
    this.#withheld.clear();
    const left = [...ids].filter((id) => !this.#store.conversations.has(id));
    this.#remove(left.filter((id) => this.rows.has(id)));
    this.#pass(ids, []);
  }

  /**
   * @param {Iterable<number>} ids
   * @param {{id: number, reason: string, by: string, row: Row}[]} gone
   */
  #pass(ids, gone) {
    /** @type {Difference} */
    const difference = { add: [], update: [], remove: [], old: [] };
    for (const id of ids) this.#put(id, difference);
    for (const one of gone) this.#farewell(one, difference);
    if (difference.add.length || difference.update.length) this.#give(difference);
  }

  /**
   * @param {number} id
   * @param {Difference} difference
   */
  #put(id, difference) {
    const row = this.#store.conversations.get(id);
    const old = this.rows.get(id);
    if (!row || row === old) return;
    this.rows.set(id, row);
    this.#leaving.delete(id);
    if (!old) difference.add.push(row);
    else {
      difference.update.push(row);
      difference.old.push(old);
    }
  }

  /**
   * @param {{id: number, reason: string, by: string}} gone
   * @param {Difference} difference
   */
  #farewell({ id, reason, by }, difference) {
    const row = this.rows.get(id);
    if (!row || this.#store.conversations.has(id) || row.leaving) return;
    const leaving = {
      ...row,
      leaving: { reason, by: by || this.#closer(reason), row },
    };
    this.rows.set(id, leaving);
    this.#leaving.set(id, performance.now() + FAREWELL_MS);
    difference.update.push(leaving);
    difference.old.push(row);
  }

  /**
   * The stream names who force closed; only the answer of an own command does not.
   * @param {string} reason
   */
  #closer(reason) {
    return reason === "force_closed" ? (this.#store.me?.name ?? "") : "";
  }

  /** @param {number[]} ids */
  #remove(ids) {
    const remove = ids
      .map((id) => this.rows.get(id))
      .filter((row) => row !== undefined);
    for (const id of ids) {
      this.rows.delete(id);
      this.#leaving.delete(id);
    }
    if (remove.length) this.#give({ add: [], update: [], remove, old: [] });
  }
}
