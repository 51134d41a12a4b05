/** What all dialogs share: head, reason, error, foot, Enter and Escape, focus given back. */
import { button, h, icon, write } from "./dom.js";

/** @typedef {{ask?: string, narrow?: boolean, submit: () => void}} Frame */

let serial = 0;

export class DialogFrame {
  title = h("h2");
  subtitle = h("p", { class: "small quiet" });
  head = h("header", { class: "dialog-head" });
  body = h("div");
  reason = /** @type {HTMLInputElement} */ (
    h("input", { class: "field", maxlength: 500, autocomplete: "off" })
  );
  #reasonWord = h("span", { class: "quiet" });
  error = h("p", { class: "dialog-error", role: "alert", hidden: true });
  consequence = h("p");
  #word = h("span");
  confirm = button(
    { class: "button is-primary", type: "submit" },
    this.#word,
    h("kbd", { "aria-hidden": "true" }, "↵"),
  );
  dialog;
  #busy = false;

  /** @param {Frame} frame */
  constructor({ narrow = false, ask = gettext("Reason"), submit }) {
    const close = () => this.dialog.close();
    const label = gettext("Close");
    const cross = button(
      { class: "icon-button", "aria-label": label, title: label, onclick: close },
      icon("x"),
    );
    this.head.append(
      h("div", { class: "dialog-title" }, this.title, cross),
      this.subtitle,
    );
    const reasonLabel = h("label", {}, ask, " ", this.#reasonWord);
    reasonLabel.append(this.reason);
    const reasonPart = h("div", { class: "dialog-reason" }, reasonLabel, this.error);
    const cancel = button(
      { class: "button", onclick: close },
      gettext("Cancel"),
      h("kbd", { "aria-hidden": "true" }, "Esc"),
    );
    const foot = h(
      "footer",
      { class: "dialog-foot" },
      this.consequence,
      cancel,
      this.confirm,
    );
    const form = h(
      "form",
      { novalidate: true },
      this.head,
      this.body,
      reasonPart,
      foot,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) return;
      if (this.confirm.getAttribute("aria-disabled") !== "true") submit();
      else this.fail(this.confirm.title);
    });
    this.dialog = /** @type {HTMLDialogElement} */ (
      h("dialog", { class: narrow ? "is-narrow" : "" }, form)
    );
    const number = ++serial;
    this.title.id = `dialog-title-${number}`;
    this.error.id = `dialog-error-${number}`;
    this.reason.setAttribute("aria-describedby", this.error.id);
    this.dialog.setAttribute("aria-labelledby", this.title.id);
  }

  get open() {
    return this.dialog.open;
  }

  show() {
    this.reason.value = "";
    this.fail("");
    this.busy(false);
    this.dialog.showModal();
  }

  /**
   * @param {string} text
   * @param {{danger?: boolean, off?: string}} [look]
   */
  say(text, { danger = false, off = "" } = {}) {
    write(this.#word, text);
    this.confirm.className = `button ${danger ? "is-danger-fill" : "is-primary"}`;
    this.confirm.title = off;
    if (off) this.confirm.setAttribute("aria-disabled", "true");
    else this.confirm.removeAttribute("aria-disabled");
  }

  /** @param {"needed" | "override" | "optional"} need */
  askReason(need) {
    const words = {
      needed: gettext("(needed)"),
      override: gettext("(needed for an override)"),
      optional: gettext("(optional)"),
    };
    write(this.#reasonWord, words[need]);
    this.reason.required = need !== "optional";
  }

  /** @returns {boolean} whether a needed reason is missing; says so */
  lacksReason() {
    const lacks = this.reason.required && this.reason.value.trim() === "";
    this.reason.setAttribute("aria-invalid", String(lacks));
    if (!lacks) return false;
    this.fail(gettext("Give a reason; it goes into the audit trail."));
    this.reason.focus();
    return true;
  }

  /** @param {string} sentence */
  fail(sentence) {
    write(this.error, sentence);
    this.error.hidden = sentence === "";
  }

  /** @param {boolean} busy */
  busy(busy) {
    this.#busy = busy;
    this.confirm.setAttribute("aria-busy", String(busy));
  }
}
