/** Force close: the customer's name, a caution, a reason; nothing brings it back. */
import { DialogFrame } from "./dialog-frame.js";
import { emit, h, icon, write } from "./dom.js";
import { refusalText } from "./refusal-words.js";

/** @typedef {Record<string, any>} Any */

export class CloseDialog extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {() => string} */ untrusted = () => "";
  /** @type {DialogFrame} */ #frame = /** @type {any} */ (null);
  #caution = h("p");
  /** @type {Any} */ #row = {};

  start() {
    this.#frame = new DialogFrame({ narrow: true, submit: () => this.#submit() });
    const caution = h("div", { class: "dialog-caution" }, icon("warn"), this.#caution);
    const body = h("div", { class: "dialog-body" }, caution);
    this.#frame.head.after(body);
    this.append(this.#frame.dialog);
  }

  /** @param {Any} row as it is on the screen */
  open(row) {
    this.#row = row;
    const name = row.customer?.name || gettext("Unknown customer");
    write(
      this.#frame.title,
      interpolate(gettext("Force close the conversation with %s?"), [name]),
    );
    write(this.#frame.subtitle, row.subject || gettext("No subject"));
    write(this.#caution, this.#warning());
    this.#frame.askReason(
      this.store.settings?.reason_mandatory ? "needed" : "optional",
    );
    this.#frame.show();
    this.#frame.say(gettext("Force close"), { danger: true, off: this.untrusted() });
    this.#frame.reason.focus();
  }

  #warning() {
    const all = gettext(
      "It ends at once for everybody in it, who are told that a supervisor ended it. A closed conversation cannot be opened again.",
    );
    if (this.#row.channel_kind === "record")
      return gettext(
        "It closes this work item at once, never the case behind it. A closed conversation cannot be opened again.",
      );
    return this.#row.channel_kind === "voice" || this.#row.elevated
      ? `${all} ${gettext("The call is hung up.")}`
      : all;
  }

  async #submit() {
    if (this.#frame.lacksReason()) return;
    const { id, state_version } = this.#row;
    this.#frame.busy(true);
    const answer = await this.commands.forceClose(id, {
      reason: this.#frame.reason.value.trim(),
      state_version,
    });
    this.#frame.busy(false);
    if (answer.ok) {
      this.#frame.dialog.close();
      return emit(this, "command-done", { row: this.#row, answer });
    }
    if (answer.conversation) this.#row = answer.conversation;
    this.#frame.fail(refusalText(answer));
  }
}

customElements.define("close-dialog", CloseDialog);
