/**
 * The last version at which a thing left the screen, so that an older frame or answer
 * cannot bring it back. Bounded: the oldest are forgotten first.
 */

const MOST = 5000;

export class Tombstones {
  /** @type {Map<number, number>} */
  #versions = new Map();

  /**
   * @param {number} id
   * @param {number} version
   */
  set(id, version) {
    const known = this.#versions.get(id) ?? version;
    this.#versions.delete(id);
    this.#versions.set(id, Math.max(known, version));
    this.#forgetOldest();
  }

  /** @param {number} id */
  delete(id) {
    this.#versions.delete(id);
  }

  /**
   * @param {number} id
   * @returns {number} below every version when it never left
   */
  at(id) {
    return this.#versions.get(id) ?? Number.NEGATIVE_INFINITY;
  }

  #forgetOldest() {
    if (this.#versions.size <= MOST) return;
    const [oldest] = this.#versions.keys();
    this.#versions.delete(oldest);
  }
}
