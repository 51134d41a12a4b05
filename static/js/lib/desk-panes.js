/**
 * Which conversations are open side by side, from left to right, and which one has the
 * word. A narrower window shows fewer of them: the ones used last.
 */

/** @import { Id } from "./types.js" */

const MOST = 3;

export class OpenPanes {
  #storage;
  #key;
  #room = 1;
  /** @type {Id[]} from left to right */
  #open = [];
  /** @type {Id[]} used last comes first */
  #recent = [];

  /**
   * @param {Pick<Storage, "getItem" | "setItem">} storage of this tab
   * @param {string} key
   */
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.#restore();
  }

  /** The one that keys and the side column are about. */
  get focused() {
    return this.#recent[0] ?? null;
  }

  /** What has room, from left to right. */
  get shown() {
    const kept = new Set(this.#recent.slice(0, this.#room));
    return this.#open.filter((id) => kept.has(id));
  }

  get room() {
    return this.#room;
  }

  /** @param {number} panes that fit */
  setRoom(panes) {
    const room = Math.max(1, Math.min(MOST, Math.floor(panes)));
    const changed = room !== this.#room;
    this.#room = room;
    return changed;
  }

  /**
   * In place of the focused one; one that is shown already only gets the word.
   * @param {Id} id
   */
  open(id) {
    const { focused, shown } = this;
    if (!shown.includes(id)) {
      this.#open = this.#open.filter((one) => one !== id);
      this.#replace(focused, id);
    }
    this.focus(id);
  }

  /**
   * At the right of what is open; without room the one used longest ago makes way.
   * @param {Id} id
   */
  openBeside(id) {
    if (!this.#open.includes(id)) this.#open.push(id);
    this.focus(id);
    this.#trim();
  }

  /** @param {Id} id */
  focus(id) {
    if (!this.#open.includes(id)) return;
    this.#recent = [id, ...this.#recent.filter((one) => one !== id)];
    this.#keep();
  }

  /** @param {Id} id */
  close(id) {
    this.#open = this.#open.filter((one) => one !== id);
    this.#recent = this.#recent.filter((one) => one !== id);
    this.#keep();
  }

  /**
   * @param {Id | null} old
   * @param {Id} id
   */
  #replace(old, id) {
    const at = old === null ? -1 : this.#open.indexOf(old);
    if (at < 0) this.#open.push(id);
    else this.#open[at] = id;
    this.#recent = this.#recent.filter((one) => one !== old);
  }

  #trim() {
    const kept = new Set(this.#recent.slice(0, MOST));
    this.#open = this.#open.filter((id) => kept.has(id));
    this.#recent = this.#recent.filter((id) => kept.has(id));
    this.#keep();
  }

  #keep() {
    const state = { open: this.#open, recent: this.#recent };
    try {
      this.#storage.setItem(this.#key, JSON.stringify(state));
    } catch {
      // Then the panes are forgotten by a reload.
    }
  }

  #restore() {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key) ?? "{}");
      const ids = (/** @type {unknown} */ list) =>
        Array.isArray(list) ? list.filter(Number.isInteger).slice(0, MOST) : [];
      this.#open = ids(kept.open);
      this.#recent = ids(kept.recent).filter((id) => this.#open.includes(id));
    } catch {
      this.#open = this.#recent = [];
    }
  }
}
