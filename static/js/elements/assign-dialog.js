/** Assign: to an agent of the queue, with override if need be, or to another queue. */
import { queueChoices } from "./candidate-list.js";
import { button, h, write } from "./dom.js";
import { OfferDialog, verdictOf } from "./offer-dialog.js";

export class AssignDialog extends OfferDialog {
  #tab = "agents";
  #agentsCount = h("span", { class: "quiet" });
  #queuesCount = h("span", { class: "quiet" });
  #queues = h("div", { class: "candidates", hidden: true, role: "tabpanel" });
  #tabs = h("div", { class: "tabs", role: "tablist" });

  /** @override */
  start() {
    super.start();
    this.#tabs.append(
      this.#button("agents", gettext("Agents"), this.#agentsCount),
      this.#button("queues", gettext("Queues"), this.#queuesCount),
    );
    this.frame.head.classList.add("has-tabs");
    this.frame.head.append(this.#tabs);
    this.list.node.setAttribute("role", "tabpanel");
    this.list.node.after(this.#queues);
    this.#queues.addEventListener("change", () => this.paint());
    this.#tabs.addEventListener("keydown", (event) => this.#arrows(event));
  }

  /** @override */
  heading() {
    return interpolate(gettext("Assign “%s”"), [
      this.row.subject || gettext("No subject"),
    ]);
  }

  /** @override */
  reset() {
    this.#queues.replaceChildren();
    this.#choose("agents");
  }

  /** @override @param {Record<string, any>} answer */
  loaded({ agents, queues }) {
    write(this.#agentsCount, ` ${agents.length}`);
    write(this.#queuesCount, ` ${queues.length}`);
    this.#queues.replaceChildren(...queueChoices(queues));
  }

  /** @override */
  paint() {
    if (this.#tab === "queues") this.#paintQueue();
    else this.#paintAgent();
    const off = this.untrusted() || this.#nothingChosen();
    if (off) this.frame.say(this.#text(), { off });
  }

  /** @override */
  async submit() {
    const body =
      this.#tab === "queues" ? { queue: this.#queue?.id } : this.#agentBody();
    if (this.frame.lacksReason()) return;
    const reason = this.frame.reason.value.trim();
    const { id } = this.row;
    await this.give((all) => this.commands.assign(id, all), { ...body, reason });
  }

  #agentBody() {
    const { override } = this.#verdict();
    return { agent: this.list.chosen?.id, override };
  }

  #verdict() {
    return verdictOf(this.list.chosen, {
      plain: gettext("Assign"),
      over: gettext("Assign over capacity"),
      presence: gettext("Assign in spite of presence"),
    });
  }

  #text() {
    return this.#tab === "queues" ? gettext("Assign to queue") : this.#verdict().text;
  }

  #nothingChosen() {
    if (this.#tab === "queues") return this.#queue ? "" : gettext("Choose a queue");
    return this.list.chosen ? "" : gettext("Choose an agent");
  }

  get #queue() {
    const radio = /** @type {HTMLInputElement | null} */ (
      this.#queues.querySelector("input:checked")
    );
    return radio
      ? { id: Number(radio.value), name: radio.closest("label")?.textContent ?? "" }
      : null;
  }

  #paintAgent() {
    const { text, danger, override } = this.#verdict();
    const mandatory = override && this.store.settings?.reason_mandatory;
    this.frame.askReason(mandatory ? "override" : "optional");
    this.frame.say(text, { danger });
    write(this.frame.consequence, this.#consequence());
  }

  #consequence() {
    const { chosen } = this.list;
    if (!chosen) return "";
    const offer = interpolate(gettext("%s gets an offer and must accept it."), [
      chosen.name,
    ]);
    const full = chosen.used_units + this.row.units > chosen.total_units;
    return full ? `${offer} ${gettext("Presence turns to do not disturb.")}` : offer;
  }

  #paintQueue() {
    this.frame.askReason("optional");
    this.frame.say(gettext("Assign to queue"));
    const moved = gettext("It moves to %s; the customer's waiting time goes on.");
    write(
      this.frame.consequence,
      this.#queue ? interpolate(moved, [this.#queue.name]) : "",
    );
  }

  /**
   * @param {string} tab
   * @param {string} word
   * @param {HTMLElement} count
   */
  #button(tab, word, count) {
    return button(
      { role: "tab", "data-tab": tab, onclick: () => this.#choose(tab) },
      word,
      count,
    );
  }

  /** @param {string} tab */
  #choose(tab) {
    this.#tab = tab;
    for (const one of this.#tabs.querySelectorAll("button")) {
      const on = one.dataset.tab === tab;
      one.setAttribute("aria-selected", String(on));
      one.tabIndex = on ? 0 : -1;
    }
    this.list.node.hidden = tab !== "agents";
    this.#queues.hidden = tab !== "queues";
    this.paint();
  }

  /** @param {KeyboardEvent} event */
  #arrows(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.#choose(this.#tab === "agents" ? "queues" : "agents");
    /** @type {HTMLElement | null} */ (
      this.#tabs.querySelector("[aria-selected=true]")
    )?.focus();
  }
}

customElements.define("assign-dialog", AssignDialog);
