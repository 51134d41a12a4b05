/** The desk's small dialogs: raise hand, end in spite of unsent words, the notice. */
import { DialogFrame } from "../elements/dialog-frame.js";
import { button, emit, h, icon, write } from "../elements/dom.js";
import { refusalText } from "../elements/refusal-words.js";
import { customerOf, subjectOf } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */

const LONGEST = 200;

export class HandDialog extends HTMLElement {
  /** @type {any} */ commands;
  #frame = /** @type {DialogFrame} */ (/** @type {any} */ (null));
  #id = 0;

  start() {
    this.#frame = new DialogFrame({
      narrow: true,
      ask: gettext("What do you need?"),
      submit: () => void this.#submit(),
    });
    this.#frame.reason.maxLength = LONGEST;
    this.append(this.#frame.dialog);
  }

  /** @param {Any} entry */
  open(entry) {
    this.#id = entry.id;
    write(this.#frame.title, gettext("Raise hand"));
    write(this.#frame.subtitle, `${subjectOf(entry)} · ${customerOf(entry)}`);
    write(
      this.#frame.consequence,
      gettext("The queue's supervisors see it at once; the customer does not."),
    );
    this.#frame.askReason("optional");
    this.#frame.say(gettext("Raise hand"));
    this.#frame.show();
    this.#frame.reason.focus();
  }

  async #submit() {
    this.#frame.busy(true);
    const answer = await this.commands.raiseHand(
      this.#id,
      this.#frame.reason.value.trim(),
    );
    this.#frame.busy(false);
    if (!answer.ok) return this.#frame.fail(refusalText(answer));
    this.#frame.dialog.close();
    emit(this, "command-done", { id: this.#id });
  }
}

export class FinishDialog extends HTMLElement {
  #dialog = /** @type {HTMLDialogElement} */ (
    h("dialog", { class: "is-narrow", "aria-labelledby": "finish-title" })
  );
  #what = h("p");
  #id = 0;

  start() {
    const title = h("h2", { id: "finish-title" }, gettext("End with unsent words?"));
    const stay = button(
      { class: "button", onclick: () => this.#dialog.close() },
      gettext("Cancel"),
      h("kbd", { "aria-hidden": "true" }, "Esc"),
    );
    const end = h(
      "button",
      { class: "button is-danger-fill" },
      gettext("End and drop them"),
    );
    const form = h(
      "form",
      { method: "dialog" },
      h("header", { class: "dialog-head" }, title),
      h(
        "div",
        { class: "dialog-body" },
        h("div", { class: "dialog-caution" }, icon("warn"), this.#what),
      ),
      h("footer", { class: "dialog-foot" }, h("p"), stay, end),
    );
    form.addEventListener("submit", () => emit(this, "finish-confirmed", this.#id));
    this.#dialog.append(form);
    this.append(this.#dialog);
  }

  /**
   * @param {number} id
   * @param {{drafted: boolean, unsent: number}} what would be lost
   */
  open(id, { drafted, unsent }) {
    this.#id = id;
    const words = ngettext(
      "%s message is not sent yet.",
      "%s messages are not sent yet.",
      unsent,
    );
    const sentences = [
      drafted ? gettext("There are words in the reply box that nobody has got.") : "",
      unsent ? interpolate(words, [unsent]) : "",
      gettext("Once the conversation has ended, the customer can get them no more."),
    ];
    write(this.#what, sentences.filter(Boolean).join(" "));
    this.#dialog.showModal();
  }
}

export class NoticeDialog extends HTMLElement {
  /** @type {any} */ commands;
  #text = h("div", { class: "notice-text" });
  #error = h("p", { class: "dialog-error", role: "alert", hidden: true });
  #dialog = /** @type {HTMLDialogElement} */ (
    h("dialog", { class: "is-narrow", "aria-labelledby": "notice-title" })
  );
  #version = "";

  start() {
    const title = h("h2", { id: "notice-title" }, gettext("Before you begin"));
    const agree = h(
      "button",
      { class: "button is-primary" },
      gettext("I have read it"),
    );
    const offers = h("p", {}, gettext("Nothing is offered to you before."));
    const form = h(
      "form",
      {},
      h("header", { class: "dialog-head" }, title),
      h("div", { class: "dialog-body", tabindex: 0 }, this.#text),
      h("div", { class: "notice-error" }, this.#error),
      h("footer", { class: "dialog-foot" }, offers, agree),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#agree();
    });
    // It must be answered: Escape does not lead round it.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.preventDefault();
    });
    this.#dialog.append(form);
    this.append(this.#dialog);
  }

  /** @param {Any | null} notice */
  show(notice) {
    const needed = Boolean(notice?.text) && !notice?.acknowledged;
    if (!needed && this.#dialog.open) this.#dialog.close();
    if (!needed || !notice) return;
    this.#version = notice.text_version;
    const parts = String(notice.text).split(/\n{2,}/);
    this.#text.replaceChildren(...parts.map((part) => h("p", {}, part)));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  async #agree() {
    const answer = await this.commands.acknowledge(this.#version);
    const sentence = answer.ok ? "" : refusalText(answer);
    write(this.#error, sentence);
    this.#error.hidden = answer.ok;
    if (!answer.ok && answer.code === "invalid") emit(this, "refresh-wanted");
  }
}

customElements.define("hand-dialog", HandDialog);
customElements.define("finish-dialog", FinishDialog);
customElements.define("notice-dialog", NoticeDialog);
