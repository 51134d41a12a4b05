/** Keys of the desk, with and without modifiers, and the dialog that lists them. */
import { button, h, icon } from "../elements/dom.js";
import { listenForKeys } from "../elements/keys.js";

const KEYS = () =>
  /** @type {[string[], string][]} */ ([
    [["F8"], gettext("Accept the offer")],
    [["F9"], gettext("Decline the offer")],
    [["Alt ↑", "Alt ↓"], gettext("Next conversation up or down")],
    [["Alt 1", "…", "Alt 9"], gettext("Open a conversation by its place")],
    [["Ctrl ↵"], gettext("Send; in the list: open beside")],
    [["/"], gettext("Quick replies, in the reply box")],
    [["Alt I"], gettext("To the customer, or internal")],
    [["Alt H"], gettext("Raise or lower the hand")],
    [["Alt C"], gettext("Consult")],
    [["Alt T"], gettext("Transfer")],
    [["Alt E"], gettext("End, or close after wrap-up")],
    [["Alt W"], gettext("Close the pane")],
    [["m"], gettext("Sound on or off")],
    [["r"], gettext("Refresh")],
    [["Esc"], gettext("Back to the list")],
    [["?"], gettext("These keys")],
  ]);

/**
 * @typedef {object} Owner
 * @property {(answer: "accept" | "decline") => void} answer the most urgent offer
 * @property {(actions: string[]) => void} press the first of these that is there
 * @property {(by: 1 | -1) => void} step
 * @property {(index: number) => void} showNumber
 * @property {() => void} switchAudience
 * @property {() => void} closePane
 * @property {() => void} refresh
 * @property {() => void} help
 * @property {() => void} back
 * @property {() => void} toggleMute
 */

/** @param {Owner} owner */
export function startKeys(owner) {
  const digits = Array.from({ length: 9 }, (_, index) => [
    `Alt+Digit${index + 1}`,
    () => owner.showNumber(index),
  ]);
  listenForDeskKeys({
    F8: () => owner.answer("accept"),
    F9: () => owner.answer("decline"),
    "Alt+ArrowUp": () => owner.step(-1),
    "Alt+ArrowDown": () => owner.step(1),
    "Alt+KeyI": owner.switchAudience,
    "Alt+KeyH": () => owner.press(["hand", "lower"]),
    "Alt+KeyC": () => owner.press(["consult"]),
    "Alt+KeyT": () => owner.press(["hand_over"]),
    "Alt+KeyE": () => owner.press(["finish", "close"]),
    "Alt+KeyW": owner.closePane,
    ...Object.fromEntries(digits),
  });
  listenForKeys({
    "?": owner.help,
    r: owner.refresh,
    m: owner.toggleMute,
    Escape: owner.back,
  });
}

/**
 * Keys that work while somebody types, too. Those with Alt go by the place on the
 * keyboard: Alt changes the letter on some of them.
 * @param {Record<string, () => void>} actions "F8", "Alt+ArrowUp", "Alt+KeyI", "Alt+Digit1"
 */
function listenForDeskKeys(actions) {
  document.addEventListener("keydown", (event) => {
    const { altKey, ctrlKey, metaKey, shiftKey, code } = event;
    if (ctrlKey || metaKey || shiftKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const act = actions[altKey ? `Alt+${code}` : code];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

export class DeskKeyHelp extends HTMLElement {
  #dialog = /** @type {HTMLDialogElement} */ (
    h("dialog", { class: "is-narrow", "aria-labelledby": "desk-keys-title" })
  );

  start() {
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
    const title = h("h2", { id: "desk-keys-title" }, gettext("Keys"));
    const lines = KEYS().flatMap(([keys, word]) => [
      h("dt", {}, ...keys.map((key) => (key === "…" ? key : h("kbd", {}, key)))),
      h("dd", {}, word),
    ]);
    const list = h("dl", { class: "keys" }, ...lines);
    this.#dialog.append(
      h(
        "form",
        { method: "dialog" },
        h(
          "header",
          { class: "dialog-head" },
          h("div", { class: "dialog-title" }, title, close),
        ),
        h("div", { class: "dialog-body", tabindex: 0 }, list),
      ),
    );
    this.append(this.#dialog);
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

customElements.define("desk-key-help", DeskKeyHelp);
