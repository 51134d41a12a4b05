/** Holds the order of the rows while somebody points at them or works in them. */

export class RowOrder {
  /** how many rows would stand elsewhere if the order were not held */
  moved = 0;
  #held = false;
  /** @type {Map<number, number> | null} */
  #ranks = null;

  get held() {
    return this.#held;
  }

  /** @param {number} id */
  keeps(id) {
    return this.#held && (this.#ranks?.has(id) ?? false);
  }

  /** @param {number[]} ids in the order of the screen */
  hold(ids) {
    this.#held = true;
    this.#ranks = ranked(ids);
  }

  release() {
    this.#held = false;
    this.forget();
  }

  /** The viewer asked for another order or filter: take what comes next. */
  forget() {
    this.#ranks = null;
    this.moved = 0;
  }

  /**
   * Which of two rows stands first while the order is held; newcomers go to the end.
   * @param {number} a an id
   * @param {number} b
   * @returns {number | null} null: nothing is held, their content decides
   */
  compareHeld(a, b) {
    const ranks = this.#ranks;
    return ranks && placeIn(ranks, a) - placeIn(ranks, b);
  }

  /**
   * How far the held order is from the one that the rows would have.
   * @param {number[]} ids in that order
   */
  compare(ids) {
    const ranks = this.#ranks;
    if (!this.#held || !ranks) return;
    const places = ids.map((id) => ranks.get(id) ?? ranks.size);
    this.moved = places.length - longestRise(places);
  }
}

/** @param {number[]} ids */
function ranked(ids) {
  return new Map(ids.map((id, index) => [id, index]));
}

/**
 * @param {Map<number, number>} ranks
 * @param {number} id
 */
function placeIn(ranks, id) {
  const known = ranks.get(id);
  if (known !== undefined) return known;
  ranks.set(id, ranks.size);
  return ranks.size - 1;
}

/**
 * Length of the longest rising subsequence: the rows that need not move.
 * @param {number[]} values
 */
export function longestRise(values) {
  /** @type {number[]} */
  const ends = [];
  for (const value of values) {
    const at = firstNotBelow(ends, value);
    ends[at] = value;
  }
  return ends.length;
}

/**
 * @param {number[]} sorted
 * @param {number} value
 */
function firstNotBelow(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
