/**
 * Wrap-up notes: saved by themselves a moment after the last key, never overwritten by
 * an older text from the server while somebody writes.
 */

/** @import { Id, TimerHandle, Timers } from "./types.js" */

/** @typedef {"saved" | "changed" | "saving" | "failed"} NoteState */
/**
 * @typedef {object} Options
 * @property {(id: Id, text: string) => Promise<{ok: boolean, detail?: string}>} save
 * @property {(id: Id, state: NoteState, detail: string) => void} tell
 * @property {Pick<Timers, "setTimeout" | "clearTimeout">} timers
 */
/**
 * @typedef {object} Note
 * @property {string} text as it is in the box
 * @property {string} saved as the server has it
 * @property {string | null} heard what was last told, so that only news counts
 * @property {boolean} saving
 * @property {TimerHandle} timer
 */

const AFTER = 800;
const AGAIN = 5000;

export class NotesKeeper {
  #options;
  /** @type {Map<Id, Note>} */
  #notes = new Map();

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * What the box shows when the server says `text`: own unsaved words stay.
   * @param {Id} id
   * @param {string} text
   */
  told(id, text) {
    const note = this.#note(id, text);
    if (note.heard === text) return note.text;
    note.heard = text;
    const changed = note.text !== note.saved;
    note.saved = text;
    if (!changed) note.text = text;
    return note.text;
  }

  /**
   * @param {Id} id
   * @param {string} text
   */
  typed(id, text) {
    const note = this.#note(id, "");
    note.text = text;
    this.#options.tell(id, "changed", "");
    this.#saveIn(id, AFTER);
  }

  /** @param {Id} id its text now, saved or not */
  text(id) {
    return this.#notes.get(id)?.text ?? "";
  }

  /** @param {Id} id save at once what is not saved: the box is left, or the page */
  async flush(id) {
    const note = this.#notes.get(id);
    if (!note || note.saving || note.text === note.saved) return;
    this.#options.timers.clearTimeout(note.timer);
    await this.#save(id, note);
  }

  flushAll() {
    for (const id of this.#notes.keys()) void this.flush(id);
  }

  /** @param {Id} id */
  forget(id) {
    this.#options.timers.clearTimeout(this.#notes.get(id)?.timer);
    this.#notes.delete(id);
  }

  /**
   * @param {Id} id
   * @param {Note} note
   */
  async #save(id, note) {
    const { text } = note;
    note.saving = true;
    this.#options.tell(id, "saving", "");
    const answer = await this.#options.save(id, text);
    note.saving = false;
    if (this.#notes.get(id) !== note) return;
    if (answer.ok) note.saved = text;
    else this.#options.tell(id, "failed", answer.detail ?? "");
    if (note.text !== note.saved) this.#saveIn(id, answer.ok ? AFTER : AGAIN);
    else this.#options.tell(id, "saved", "");
  }

  /**
   * @param {Id} id
   * @param {number} ms
   */
  #saveIn(id, ms) {
    const { setTimeout, clearTimeout } = this.#options.timers;
    const note = this.#note(id, "");
    clearTimeout(note.timer);
    note.timer = setTimeout(() => void this.flush(id), ms);
  }

  /**
   * @param {Id} id
   * @param {string} text
   */
  #note(id, text) {
    const fresh = { text, saved: text, heard: null, saving: false, timer: undefined };
    const note = this.#notes.get(id) ?? fresh;
    this.#notes.set(id, note);
    return note;
  }
}
