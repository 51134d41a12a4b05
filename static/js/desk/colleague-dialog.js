/** Base of Consult and Transfer: colleagues, what to say to them, and a refusal in place. */
import { DialogFrame } from "../elements/dialog-frame.js";
import { emit, write } from "../elements/dom.js";
import { refusalText } from "../elements/refusal-words.js";
import { ColleagueList } from "./colleague-list.js";
import { customerOf, subjectOf, whyNot } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */

const LONGEST = 200;

export class ColleagueDialog extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {() => boolean} */ untrusted = () => false;
  locale = "en";
  ask = "";
  /** @type {DialogFrame} */ frame = /** @type {any} */ (null);
  /** @type {ColleagueList} */ list = /** @type {any} */ (null);
  /** @type {Any} */ entry = {};

  start() {
    this.frame = new DialogFrame({
      ask: this.question(),
      submit: () => void this.#submit(),
    });
    this.frame.reason.maxLength = LONGEST;
    this.list = new ColleagueList(this.locale);
    this.frame.head.after(this.list.node);
    this.list.node.addEventListener("change", () => this.paint());
    this.append(this.frame.dialog);
  }

  /** @param {Any} entry */
  async open(entry) {
    this.entry = entry;
    write(this.frame.title, this.heading());
    write(this.frame.subtitle, `${subjectOf(entry)} · ${customerOf(entry)}`);
    this.list.wait();
    this.frame.askReason("optional");
    this.frame.show();
    this.paint();
    this.list.focus();
    await this.load();
  }

  heading() {
    return "";
  }

  /** What the field for words is called. */
  question() {
    return "";
  }

  /** @param {Any} _answer @returns {any[]} */
  groups(_answer) {
    return [];
  }

  /** @param {{kind: string, id: number, name: string} | null} _chosen */
  consequence(_chosen) {
    return "";
  }

  /** @returns {Promise<Any>} */
  async give() {
    return {};
  }

  paint() {
    const { chosen } = this.list;
    const off = this.untrusted()
      ? whyNot("stale")
      : chosen
        ? ""
        : gettext("Choose somebody");
    this.frame.say(this.heading(), { off });
    write(this.frame.consequence, this.consequence(chosen));
  }

  async load() {
    const { id } = this.entry;
    const answer = await this.commands.colleagues(id);
    if (id !== this.entry.id || !this.frame.open) return;
    if (!answer.ok) return this.frame.fail(refusalText(answer));
    this.list.show(this.groups(answer));
    this.paint();
  }

  async #submit() {
    this.frame.busy(true);
    const answer = await this.give();
    this.frame.busy(false);
    if (answer.ok) {
      this.frame.dialog.close();
      return emit(this, "command-done", { id: this.entry.id });
    }
    if (answer.conversation) this.entry = { ...this.entry, ...answer.conversation };
    await this.load();
    this.frame.fail(refusalText(/** @type {any} */ (answer)));
  }
}

export class ConsultDialog extends ColleagueDialog {
  /** @override */
  heading() {
    return gettext("Consult");
  }

  /** @override */
  question() {
    return gettext("Question");
  }

  /** @override @param {Any} answer */
  groups({ agents, supervisors }) {
    const rows = (/** @type {boolean} */ eligible) =>
      agents
        .filter((/** @type {Any} */ one) => one.eligible === eligible)
        .map((/** @type {Any} */ one) => this.list.agent(one, 0));
    return [
      {
        title: gettext("Agents"),
        remark: gettext("a consult takes no units"),
        rows: rows(true),
      },
      {
        title: gettext("Supervisors"),
        rows: supervisors.map((/** @type {Any} */ one) => this.list.supervisor(one)),
      },
      { title: gettext("Not possible"), rows: rows(false) },
    ];
  }

  /** @override @param {{name: string} | null} chosen */
  consequence(chosen) {
    if (!chosen) return "";
    const words = gettext(
      "%s reads along and writes internally. The customer sees nothing.",
    );
    return interpolate(words, [chosen.name]);
  }

  /** @override */
  async give() {
    const { kind, id } = /** @type {any} */ (this.list.chosen);
    const text = this.frame.reason.value.trim();
    return this.commands.consult(this.entry.id, { [kind]: id, text });
  }
}

export class HandOverDialog extends ColleagueDialog {
  /** @override */
  heading() {
    return gettext("Transfer");
  }

  /** @override */
  question() {
    return gettext("What they should know");
  }

  /** @override @param {Any} answer */
  groups({ agents, queues }) {
    const members = agents.filter((/** @type {Any} */ one) => one.in_queue !== false);
    const rows = (/** @type {boolean} */ eligible) =>
      members
        .filter((/** @type {Any} */ one) => one.eligible === eligible)
        .map((/** @type {Any} */ one) => this.list.agent(one, this.entry.units));
    const { units } = this.entry;
    const room = interpolate(ngettext("room for %s unit", "room for %s units", units), [
      units,
    ]);
    return [
      { title: gettext("Agents of this queue"), remark: room, rows: rows(true) },
      {
        title: gettext("Queues"),
        remark: gettext("it leaves you at once"),
        rows: queues.map((/** @type {Any} */ one) => this.list.queue(one)),
      },
      { title: gettext("Not possible"), rows: rows(false) },
    ];
  }

  /** @override @param {{kind: string, name: string} | null} chosen */
  consequence(chosen) {
    if (!chosen) return "";
    const words =
      chosen.kind === "queue"
        ? gettext("It goes to %s at once and leaves your desk.")
        : gettext("%s gets an offer. You keep the conversation until it is accepted.");
    return interpolate(words, [chosen.name]);
  }

  /** @override */
  async give() {
    const { kind, id } = /** @type {any} */ (this.list.chosen);
    const text = this.frame.reason.value.trim();
    return this.commands.handOver(this.entry.id, { [kind]: id, text });
  }
}

customElements.define("consult-dialog", ConsultDialog);
customElements.define("hand-over-dialog", HandOverDialog);
