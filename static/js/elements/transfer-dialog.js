/** Transfer: to another agent of the queue; the first one keeps it until that one accepts. */
import { write } from "./dom.js";
import { OfferDialog, verdictOf } from "./offer-dialog.js";

export class TransferDialog extends OfferDialog {
  /** @override @type {"assignable" | "transferable"} */ kind = "transferable";

  /** @override */
  heading() {
    return interpolate(gettext("Transfer “%s”"), [
      this.row.subject || gettext("No subject"),
    ]);
  }

  /** @override */
  paint() {
    const { text, danger } = this.#verdict();
    const off =
      this.untrusted() || (this.list.chosen ? "" : gettext("Choose an agent"));
    this.frame.askReason(this.store.settings?.reason_mandatory ? "needed" : "optional");
    this.frame.say(text, { danger, off });
    write(this.frame.consequence, this.#consequence());
  }

  /** @override */
  async submit() {
    if (this.frame.lacksReason()) return;
    const { override } = this.#verdict();
    const body = {
      agent: this.list.chosen?.id,
      override,
      reason: this.frame.reason.value.trim(),
    };
    const { id } = this.row;
    await this.give((all) => this.commands.transfer(id, all), body);
  }

  #verdict() {
    return verdictOf(this.list.chosen, {
      plain: gettext("Transfer"),
      over: gettext("Transfer over capacity"),
      presence: gettext("Transfer in spite of presence"),
    });
  }

  #consequence() {
    const { chosen } = this.list;
    if (!chosen) return "";
    const first =
      this.store.agents.get(this.row.agent)?.name ?? gettext("The present agent");
    const words = { target: chosen.name, first };
    return interpolate(
      gettext(
        "%(target)s gets an offer. %(first)s keeps the conversation until it is accepted.",
      ),
      words,
      true,
    );
  }
}

customElements.define("transfer-dialog", TransferDialog);
