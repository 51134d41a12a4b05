/** Quick replies: "/" in the box opens a list, arrows choose, Enter or Tab puts it in. */
import { h, write } from "../elements/dom.js";
import { fitting, insert, slashAt } from "../lib/desk-quick-replies.js";
import { fill } from "../lib/format.js";

/** @typedef {Record<string, any>} Any */
/** @typedef {Pick<import("./reply-box.js").Owner, "replies" | "names" | "about">} Source */

let serial = 0;

export class QuickReplyList {
  #field;
  #source;
  #inserted;
  #id = `quick-${++serial}`;
  #list = h("ul", {
    class: "quick",
    id: this.#id,
    role: "listbox",
    "aria-label": gettext("Quick replies"),
    tabindex: 0, // it scrolls; Tab never gets there, for in the field it takes a reply
    hidden: true,
  });
  #spoken = h("span", { class: "visually-hidden", role: "status" });
  node = h("div", {}, this.#list, this.#spoken);
  /** @type {Any[]} */ #shown = [];
  #at = 0;

  /**
   * @param {HTMLTextAreaElement} field becomes a combobox
   * @param {Source} source
   * @param {() => void} inserted
   */
  constructor(field, source, inserted) {
    this.#field = field;
    this.#source = source;
    this.#inserted = inserted;
    // No role of its own: a text area may not be a combobox, yet it may have a list.
    const all = {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": this.#id,
    };
    for (const [name, value] of Object.entries(all)) field.setAttribute(name, value);
    field.addEventListener("input", () => this.#look());
    field.addEventListener("click", () => this.#look());
    field.addEventListener("blur", () => this.close());
    this.#list.addEventListener("pointerdown", (event) => this.#pressed(event));
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it was for the list
   */
  key(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (this.#list.hidden || ctrlKey || metaKey || altKey) return false;
    const act = this.#keys[key];
    if (!act) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  }

  close() {
    this.#list.hidden = true;
    write(this.#spoken, "");
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** @type {Record<string, () => void>} */
  #keys = {
    ArrowDown: () => this.#mark(this.#at + 1),
    ArrowUp: () => this.#mark(this.#at - 1),
    Enter: () => this.#take(),
    Tab: () => this.#take(),
    Escape: () => this.close(),
  };

  #look() {
    const slash = this.#slash();
    if (!slash) return this.close();
    this.#shown = fitting(/** @type {any} */ (this.#source.replies()), {
      ...this.#source.about(),
      query: slash.query,
    });
    if (this.#shown.length === 0) return this.close();
    this.#list.replaceChildren(
      ...this.#shown.map((reply, index) => this.#option(reply, index)),
    );
    this.#list.hidden = false;
    const count = this.#shown.length;
    const words = ngettext("%s quick reply", "%s quick replies", count);
    write(this.#spoken, interpolate(words, [count]));
    this.#mark(0);
  }

  #slash() {
    return slashAt(this.#field.value, this.#field.selectionStart);
  }

  /**
   * @param {Any} reply
   * @param {number} index
   */
  #option({ shortcut, title, text }, index) {
    const words = h("span", { class: "quick-text clip" });
    write(words, fill(text, this.#source.names()));
    return h(
      "li",
      { role: "option", id: `${this.#id}-${index}`, "data-index": index },
      h("b", {}, `/${shortcut}`),
      h("span", { class: "quick-title clip" }, title),
      words,
    );
  }

  /** @param {number} index */
  #mark(index) {
    const count = this.#shown.length;
    this.#at = (index + count) % count;
    for (const [place, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(place === this.#at));
    }
    const option = this.#list.children[this.#at];
    option.scrollIntoView({ block: "nearest" });
    this.#field.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    event.preventDefault();
    const option = /** @type {Element} */ (event.target).closest("[data-index]");
    if (!option) return;
    this.#at = Number(option.getAttribute("data-index"));
    this.#take();
  }

  #take() {
    const slash = this.#slash();
    const reply = this.#shown[this.#at];
    this.close();
    if (!slash || !reply) return;
    const field = this.#field;
    const place = { from: slash.from, caret: field.selectionStart };
    const { text, caret } = insert(
      field.value,
      place,
      reply.text,
      this.#source.names(),
    );
    field.value = text.slice(0, field.maxLength);
    field.setSelectionRange(caret, caret);
    this.#inserted();
  }
}
