/** Base of Assign and Transfer: candidates, override, reason, and a stale row said so. */
import { clock } from "../lib/format.js";
import { CandidateList, excess, groupOf } from "./candidate-list.js";
import { DialogFrame } from "./dialog-frame.js";
import { emit, h } from "./dom.js";
import { elapsed, promiseOf } from "./marks.js";
import { refusalText } from "./refusal-words.js";
import { channelWord, stateText } from "./words.js";

/** @typedef {Record<string, any>} Any */

export class OfferDialog extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {any} */ ticker;
  /** @type {() => string} */ untrusted = () => "";
  locale = "en";
  /** @type {DialogFrame} */ frame = /** @type {any} */ (null);
  /** @type {CandidateList} */ list = /** @type {any} */ (null);
  /** @type {Any} */ row = {};
  /** @type {"assignable" | "transferable"} */ kind = "assignable";

  start() {
    this.frame = new DialogFrame({ submit: () => this.submit() });
    this.list = new CandidateList(this.store, this.locale);
    this.frame.body = this.list.node;
    this.frame.head.after(this.list.node);
    this.list.node.addEventListener("change", () => this.paint());
    this.append(this.frame.dialog);
  }

  /** @param {Any} row as it is on the screen */
  async open(row) {
    this.row = row;
    this.frame.title.textContent = this.heading();
    this.frame.subtitle.replaceChildren(...this.#facts());
    this.list.wait();
    this.reset();
    this.frame.show();
    this.paint();
    await this.load();
  }

  /** What stands in the dialog's title. */
  heading() {
    return "";
  }

  reset() {}
  paint() {}
  async submit() {}

  /** @param {Any} _answer of the candidates */
  loaded(_answer) {}

  async load() {
    const { id } = this.row;
    const answer = await this.commands.candidates(id, this.kind);
    if (id !== this.row.id || !this.frame.open) return;
    if (!answer.ok) return this.frame.fail(refusalText(answer));
    this.list.show(answer.agents, this.row.units);
    this.loaded(answer);
    this.paint();
    this.list.focus();
  }

  /**
   * @param {(body: Any) => Promise<Any>} send
   * @param {Any} body
   */
  async give(send, body) {
    this.frame.busy(true);
    const answer = await send({ ...body, state_version: this.row.state_version });
    this.frame.busy(false);
    if (answer.ok) return this.#done(answer);
    this.#refused(answer);
  }

  /** @param {Any} answer */
  #done(answer) {
    this.frame.dialog.close();
    emit(this, "command-done", { row: this.row, answer });
  }

  /** @param {Any} answer */
  async #refused(answer) {
    const before = this.row;
    const now = answer.conversation ?? this.store.conversations.get(before.id);
    const changed =
      answer.code === "stale_version" && now ? ` ${this.#difference(before, now)}` : "";
    if (now) this.row = now;
    this.frame.subtitle.replaceChildren(...this.#facts());
    await this.load();
    this.frame.fail(refusalText(/** @type {any} */ (answer)) + changed);
  }

  /**
   * @param {Any} before
   * @param {Any} now
   */
  #difference(before, now) {
    const name = (/** @type {any} */ id) =>
      this.store.agents.get(id)?.name ?? gettext("nobody");
    const words = [];
    const [was, is] = [stateText(before, name), stateText(now, name)];
    if (was !== is)
      words.push(
        interpolate(gettext("It was %(was)s and is now %(is)s."), { was, is }, true),
      );
    if (before.agent !== now.agent)
      words.push(interpolate(gettext("Its agent is now %s."), [name(now.agent)]));
    if (before.queue !== now.queue)
      words.push(
        interpolate(gettext("It is now in %s."), [
          this.store.queues.get(now.queue)?.name ?? "",
        ]),
      );
    return words.join(" ");
  }

  #facts() {
    const { customer, queue, channel, units, wait_since: since } = this.row;
    const takes = interpolate(ngettext("takes %s unit", "takes %s units", units), [
      units,
    ]);
    const parts = [
      customer?.name,
      this.store.queues.get(queue)?.name,
      `${channelWord(channel)}, ${takes}`,
    ].filter(Boolean);
    return [parts.join(" · "), ...(since ? this.#wait(since) : [])];
  }

  /** @param {string} since */
  #wait(since) {
    const seconds = elapsed(since, this.ticker.serverNow());
    const promised = this.store.queues.get(this.row.queue)?.service_level_seconds;
    const verdict = promiseOf(seconds, promised);
    const figure = h(
      "span",
      { class: verdict ? `${verdict} strong` : "" },
      clock(seconds),
    );
    const target = promised
      ? interpolate(gettext(", promised %s"), [clock(promised)])
      : "";
    return [` · ${gettext("waiting")} `, figure, target];
  }
}

/**
 * The button's words for a candidate: it says what it does.
 * @param {Any | null} candidate
 * @param {{plain: string, over: string, presence: string}} words
 */
export function verdictOf(candidate, words) {
  if (!candidate) return { text: words.plain, danger: false, override: false };
  if (groupOf(candidate) === "eligible")
    return { text: words.plain, danger: false, override: false };
  const over = candidate.units_over > 0;
  return { text: over ? words.over : words.presence, danger: over, override: true };
}

/** @param {Any} candidate */
export function capacityWords(candidate) {
  const over = candidate.units_over > 0;
  return over ? ` ${excess(candidate.units_over)}.` : "";
}
