/**
 * One kind of live thing at its newest known version. Answers of own commands may run
 * ahead of the stream; what the stream itself said is remembered beside them, so that
 * a pulse can be checked against either.
 */
import { Tombstones } from "./tombstones.js";

/** @import { Versioned } from "./types.js" */
/** @import { Digest, Kind } from "./digest.js" */

/**
 * @typedef {object} Ahead
 * @property {number} version of the answer
 * @property {number | null} base what the stream shows: a version, or nothing
 * @property {boolean} waited one pulse has already passed without the stream following
 * @property {boolean} kept it has outlived one older snapshot; the next one wins
 */

/** @template {Versioned} T */
export class Shelf {
  /** @type {Map<number, T>} */
  rows = new Map();
  /** @type {Map<number, Ahead>} */
  #ahead = new Map();
  #tombstones = new Tombstones();
  #kind;
  #digest;

  /**
   * @param {Kind} kind
   * @param {Digest} digest shared by all shelves of a store
   */
  constructor(kind, digest) {
    this.#kind = kind;
    this.#digest = digest;
  }

  get someAhead() {
    return this.#ahead.size > 0;
  }

  /** @param {number} id */
  isAhead(id) {
    return this.#ahead.has(id);
  }

  /**
   * A row of the stream.
   * @param {T} row
   * @returns {boolean} whether there is something to paint
   */
  put(row) {
    const ahead = this.#ahead.get(row.id);
    if (ahead && row.version < ahead.version) return follow(ahead, row.version);
    const confirmed = this.#ahead.delete(row.id);
    // Strictly below: a thing may come back into scope at the version it left with.
    if (row.version < this.#tombstones.at(row.id)) return false;
    return this.#showNewer(row) || confirmed;
  }

  /**
   * A departure told by the stream.
   * @param {Versioned} gone
   * @returns {T | null} what was on the screen, if it leaves now
   */
  remove({ id, version }) {
    const ahead = this.#ahead.get(id);
    if (ahead && version < ahead.version) {
      ahead.base = null;
      return null;
    }
    this.#ahead.delete(id);
    const shown = this.rows.get(id);
    if (shown && shown.version > version) return null;
    return this.#bury(id, version);
  }

  /**
   * A row in the answer of an own command.
   * @param {T} row
   */
  answer(row) {
    if (!this.#isNews(row)) return false;
    this.#runAhead(row);
    return this.#showNewer(row);
  }

  /**
   * A departure in the answer of an own command: only if newer than what is there.
   * @param {Versioned} gone
   * @returns {T | null}
   */
  answerGone(gone) {
    if (!this.#isNews(gone)) return null;
    this.#runAhead(gone);
    return this.#bury(gone.id, gone.version);
  }

  /**
   * Take a snapshot's rows in place of all that is there; `overlay` must follow.
   * @param {T[]} rows
   * @returns {Map<number, T>} what was there before
   */
  load(rows) {
    const before = this.rows;
    this.rows = new Map();
    for (const row of rows) this.#show(row);
    return before;
  }

  /**
   * Lay answers that are newer than the snapshot over it, once each.
   * @param {Map<number, T>} before
   */
  overlay(before) {
    for (const [id, ahead] of this.#ahead) {
      if (this.#outlives(id, ahead)) this.#keep(id, ahead, before.get(id));
      else this.#ahead.delete(id);
    }
    for (const [id, row] of before) {
      if (!this.rows.has(id)) this.#tombstones.set(id, row.version);
    }
    for (const id of this.rows.keys()) this.#tombstones.delete(id);
  }

  /** Turn the shared digest into that of the stream alone, or back again. */
  toggleAnswers() {
    for (const [id, { base }] of this.#ahead) {
      const shown = this.rows.get(id);
      if (shown) this.#digest.toggle(this.#kind, id, shown.version);
      if (base !== null) this.#digest.toggle(this.#kind, id, base);
    }
  }

  /**
   * Give every answer that is ahead one pulse.
   * @returns {boolean} false if one of them has had its pulse already
   */
  wait() {
    const patient = [...this.#ahead.values()].every((ahead) => !ahead.waited);
    for (const ahead of this.#ahead.values()) ahead.waited = true;
    return patient;
  }

  /** The stream shows what the screen shows: nothing is ahead any more. */
  settle() {
    const settled = [...this.#ahead.keys()];
    this.#ahead.clear();
    return settled;
  }

  /** @param {T} row */
  #showNewer(row) {
    const shown = this.rows.get(row.id);
    if (shown && shown.version >= row.version) return false;
    this.#hide(row.id);
    this.#show(row);
    this.#tombstones.delete(row.id);
    return true;
  }

  /** @param {T} row */
  #show(row) {
    if (this.rows.has(row.id)) this.#hide(row.id);
    this.rows.set(row.id, row);
    this.#digest.toggle(this.#kind, row.id, row.version);
  }

  /**
   * @param {number} id
   * @returns {T | null}
   */
  #hide(id) {
    const shown = this.rows.get(id);
    if (!shown) return null;
    this.rows.delete(id);
    this.#digest.toggle(this.#kind, id, shown.version);
    return shown;
  }

  /**
   * @param {number} id
   * @param {number} version
   */
  #bury(id, version) {
    this.#tombstones.set(id, version);
    return this.#hide(id);
  }

  /** @param {Versioned} thing */
  #isNews({ id, version }) {
    const shown = this.rows.get(id)?.version ?? Number.NEGATIVE_INFINITY;
    return version > shown && version > this.#tombstones.at(id);
  }

  /** @param {Versioned} thing */
  #runAhead({ id, version }) {
    const before = this.#ahead.get(id);
    const base = before ? before.base : (this.rows.get(id)?.version ?? null);
    const waited = before?.waited ?? false;
    this.#ahead.set(id, { version, base, waited, kept: false });
  }

  /**
   * @param {number} id
   * @param {Ahead} ahead
   */
  #outlives(id, ahead) {
    const loaded = this.rows.get(id);
    return loaded !== undefined && loaded.version < ahead.version && !ahead.kept;
  }

  /**
   * @param {number} id
   * @param {Ahead} ahead
   * @param {T | undefined} answer undefined: the answer was that it is gone
   */
  #keep(id, ahead, answer) {
    ahead.base = this.rows.get(id)?.version ?? null;
    ahead.kept = true;
    ahead.waited = false;
    if (answer) this.#show(answer);
    else this.#bury(id, ahead.version);
  }
}

/**
 * @param {Ahead} ahead
 * @param {number} version
 */
function follow(ahead, version) {
  ahead.base = Math.max(version, ahead.base ?? version);
  ahead.waited = false;
  return false;
}
