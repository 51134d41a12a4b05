/** What the desk's buttons and keys do: asks the server, then shows what it answered. */
import { refusalText } from "../elements/refusal-words.js";
import { difference, whyNot } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */

/**
 * @typedef {object} Parts what the acts are done with
 * @property {any} store
 * @property {any} commands
 * @property {any} outbox
 * @property {any} drafts
 * @property {any} notes
 * @property {any} panes the element
 * @property {any} open which panes are open
 * @property {any} cards
 * @property {any} dialogs consult, handOver, hand, finish
 * @property {(text: string, level?: string, conversation?: number | null) => void} note
 * @property {(id: number, beside?: boolean) => void} show a conversation
 * @property {(id: number) => void} closePane
 * @property {(id: number) => void} showNotes
 * @property {() => boolean} untrusted
 * @property {() => void} repaint
 */

export class DeskActs {
  #parts;
  /** @type {Set<string>} what is on its way: pressing twice does it once */
  #busy = new Set();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @type {Record<string, (id: number) => unknown>} */
  #table = {
    hand: (id) => this.#parts.dialogs.hand.open(this.#entry(id)),
    consult: (id) => this.#parts.dialogs.consult.open(this.#entry(id)),
    hand_over: (id) => this.#parts.dialogs.handOver.open(this.#entry(id)),
    lower: (id) => this.#run(id, () => this.#parts.commands.lowerHand(id)),
    take_back: (id) => this.withdraw(id, this.#entry(id).offer?.id),
    wait: (id) => this.#step(id, "wait"),
    revive: (id) => this.#step(id, "revive"),
    release: (id) => this.#leaving(id, () => this.#parts.commands.step(id, "release")),
    leave: (id) => this.#leaving(id, () => this.#parts.commands.leave(id)),
    finish: (id) => this.#finishOrAsk(id),
    close: (id) => this.#close(id),
  };

  /**
   * @param {number} id
   * @param {string} action
   */
  async act(id, action) {
    if (this.#parts.untrusted()) return this.#parts.note(whyNot("stale"), "info", id);
    if (!this.#parts.store.entries.has(id)) return;
    await this.#table[action]?.(id);
  }

  /**
   * @param {Any | null} offer
   * @param {"accept" | "decline"} answer
   */
  async answer(offer, answer) {
    const key = `offer ${offer?.id}`;
    if (!offer || this.#busy.has(key)) return;
    const { commands, cards, note, show } = this.#parts;
    this.#busy.add(key);
    cards.busy(offer.id, true);
    const outcome = await commands.answerOffer(offer, answer);
    this.#busy.delete(key);
    cards.busy(offer.id, false);
    if (outcome.ok) {
      if (answer === "accept") show(offer.conversation.id, true);
    } else if (outcome.code === "offer_ended") note(refusalText(outcome));
    else cards.fail(offer.id, refusalText(outcome));
  }

  /**
   * @param {Any} row
   * @param {string} queue its name
   */
  async pick(row, queue) {
    const { commands, note, show, untrusted } = this.#parts;
    if (untrusted()) return note(whyNot("stale"));
    const outcome = await this.#once(`pick ${row.id}`, () => commands.pick(row, queue));
    if (outcome?.ok) show(row.id, true);
    else if (outcome) note(refusalText(outcome));
  }

  /**
   * @param {number} id of the conversation
   * @param {number} offer
   */
  withdraw(id, offer) {
    return this.#run(id, () => this.#parts.commands.withdraw(offer));
  }

  /**
   * @param {number} id
   * @param {"add" | "end"} what
   * @param {number} user
   */
  consultant(id, what, user) {
    return this.#run(id, () => this.#parts.commands.consultant(id, what, user));
  }

  /** @param {number} id whatever is unsent is dropped */
  async finish(id) {
    const { panes, drafts, outbox } = this.#parts;
    const pane = panes.pane(id);
    if (pane) pane.clearDraft();
    drafts.drop(id);
    outbox.clear(id);
    const done = await this.#step(id, "finish");
    if (done) this.#parts.showNotes(id);
  }

  /** @param {string} presence */
  async bePresent(presence) {
    const outcome = await this.#parts.commands.setPresence(presence, "");
    if (!outcome.ok) this.#parts.note(refusalText(outcome));
  }

  /** @param {number} id */
  #entry(id) {
    return this.#parts.store.entries.get(id);
  }

  /** @param {number} id */
  #finishOrAsk(id) {
    const { panes, drafts, outbox, dialogs } = this.#parts;
    const drafted = panes.pane(id)?.hasDraft ?? drafts.get(id).text.trim() !== "";
    const unsent = outbox.items(id).length;
    if (!drafted && !unsent) return this.finish(id);
    dialogs.finish.open(id, { drafted, unsent });
  }

  /** @param {number} id */
  async #close(id) {
    const { commands, notes, store } = this.#parts;
    const text = notes.text(id) || store.entries.get(id)?.notes || "";
    await this.#leaving(id, () => commands.step(id, "close", { notes: text }));
  }

  /**
   * @param {number} id
   * @param {"wait" | "revive" | "finish"} step
   */
  #step(id, step) {
    return this.#run(id, () => this.#parts.commands.step(id, step));
  }

  /**
   * @param {number} id
   * @param {() => Promise<Any>} ask
   */
  async #leaving(id, ask) {
    if (await this.#run(id, ask)) this.#parts.closePane(id);
  }

  /**
   * @param {number} id
   * @param {() => Promise<Any>} ask
   * @returns {Promise<boolean>} whether it was done
   */
  async #run(id, ask) {
    const before = this.#entry(id);
    const outcome = await this.#once(`conversation ${id}`, ask);
    if (!outcome) return false;
    if (outcome.ok) this.#parts.panes.pane(id)?.tell("");
    else this.#refused(id, before, outcome);
    return outcome.ok;
  }

  /**
   * @param {number} id
   * @param {Any} before
   * @param {Any} outcome
   */
  #refused(id, before, outcome) {
    const { panes, note, repaint } = this.#parts;
    const changed = before ? difference(before, outcome.conversation) : "";
    const sentence = [refusalText(/** @type {any} */ (outcome)), changed]
      .filter(Boolean)
      .join(" ");
    repaint();
    const pane = panes.pane(id);
    if (pane) pane.tell(sentence);
    else note(sentence, "info", id);
  }

  /**
   * @param {string} key
   * @param {() => Promise<any>} ask
   * @returns {Promise<any>}
   */
  async #once(key, ask) {
    if (this.#busy.has(key)) return null;
    this.#busy.add(key);
    try {
      return await ask();
    } finally {
      this.#busy.delete(key);
    }
  }
}
