/** The list of keys, on "?". */
import { button, h, icon } from "./dom.js";

const KEYS = () =>
  /** @type {[string[], string][]} */ ([
    [["/"], gettext("Search")],
    [["↑", "↓", "j", "k"], gettext("Move in the list")],
    [["↵"], gettext("Open the conversation")],
    [["␣"], gettext("Tick the row")],
    [["a"], gettext("Assign")],
    [["t"], gettext("Transfer")],
    [["m"], gettext("Monitor, or stop monitoring")],
    [["x"], gettext("Force close")],
    [["r"], gettext("Refresh")],
    [["p"], gettext("Pause updates, or resume")],
    [["Ctrl ↵"], gettext("Send the whisper")],
    [["Esc"], gettext("Close what is open")],
    [["?"], gettext("These keys")],
  ]);

export class KeyHelp extends HTMLElement {
  #dialog = /** @type {HTMLDialogElement} */ (
    h("dialog", { class: "is-narrow", "aria-labelledby": "keys-title" })
  );

  connectedCallback() {
    const label = gettext("Close");
    const close = button(
      {
        class: "icon-button",
        "aria-label": label,
        title: label,
        onclick: () => this.#dialog.close(),
      },
      icon("x"),
    );
    const head = h(
      "header",
      { class: "dialog-head" },
      h(
        "div",
        { class: "dialog-title" },
        h("h2", { id: "keys-title" }, gettext("Keys")),
        close,
      ),
    );
    const lines = KEYS().flatMap(([keys, word]) => [
      h("dt", {}, ...keys.map((key) => h("kbd", {}, key))),
      h("dd", {}, word),
    ]);
    this.#dialog.replaceChildren(
      h(
        "form",
        { method: "dialog" },
        head,
        h("div", { class: "dialog-body" }, h("dl", { class: "keys" }, ...lines)),
      ),
    );
    this.replaceChildren(this.#dialog);
  }

  disconnectedCallback() {
    this.replaceChildren();
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

customElements.define("key-help", KeyHelp);
