/** Wrap-up notes: one box for each conversation, saved by themselves. */
import { h, write } from "../elements/dom.js";

/** @import { NotesKeeper, NoteState } from "../lib/desk-notes.js" */

const LONGEST = 4000;
const STATES = () =>
  /** @type {Record<NoteState, string>} */ ({
    saved: gettext("Saved"),
    changed: gettext("Not saved yet"),
    saving: gettext("Saving…"),
    failed: gettext("Not saved. Tried again by itself."),
  });

export class NotesBox {
  #id;
  #keeper;
  #text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", {
      class: "notes-text",
      rows: 4,
      maxlength: LONGEST,
      placeholder: gettext("What was it, what was done…"),
    })
  );
  #state = h("span", { class: "notes-state", role: "status" });
  node = h(
    "label",
    { class: "notes-box" },
    h("span", { class: "side-title" }, gettext("Wrap-up notes"), this.#state),
    this.#text,
  );

  /**
   * @param {number} id
   * @param {NotesKeeper} keeper
   */
  constructor(id, keeper) {
    this.#id = id;
    this.#keeper = keeper;
    this.#text.addEventListener("input", () => keeper.typed(id, this.#text.value));
    this.#text.addEventListener("blur", () => void keeper.flush(id));
  }

  focus() {
    this.#text.focus();
  }

  /** @param {string} text as the server has it */
  show(text) {
    const own = this.#keeper.told(this.#id, text);
    if (this.#text.value !== own) this.#text.value = own;
  }

  /**
   * @param {NoteState} state
   * @param {string} detail
   */
  tell(state, detail) {
    write(this.#state, detail || STATES()[state]);
    this.#state.classList.toggle("breach", state === "failed");
  }
}
