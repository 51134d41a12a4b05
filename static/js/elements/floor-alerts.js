/**
 * What the bell of the floor says: alerts as they come, hands as long as they are up, and
 * what agents ask of this supervisor until it is answered.
 */
import { ConsultAsks } from "../lib/consult-asks.js";
import { RaisedHands } from "../lib/raised-hands.js";
import { alertText } from "./alert-words.js";
import { refusalText } from "./refusal-words.js";

/** @typedef {Record<string, any>} Any */

const ENDINGS = () =>
  /** @type {Record<string, string>} */ ({
    accepted: gettext("You read along."),
    declined: gettext("Declined."),
    timed_out: gettext("Not answered in time."),
    withdrawn: gettext("Taken back."),
    gone: gettext("It has ended; it can't be answered now."),
  });

export class FloorAlerts {
  #store;
  #commands;
  #bell;
  #ticker;
  #hands;
  #asks;

  /** @param {{store: any, commands: any, bell: any, ticker: any}} world */
  constructor({ store, commands, bell, ticker }) {
    this.#store = store;
    this.#commands = commands;
    this.#bell = bell;
    this.#ticker = ticker;
    this.#hands = new RaisedHands(store, {
      raised: (row, news) => this.#raised(row, news),
      lowered: (id) => bell.takeBack(`hand-${id}`),
    });
    this.#asks = this.#listenToAsks();
    ticker.subscribe((/** @type {number} */ now) => {
      bell.tick(now);
      this.#asks.tick(now);
    });
  }

  /** How many agents ask for help just now. */
  get hands() {
    return this.#hands.count;
  }

  /** @param {Any} alert as the stream brought it */
  take(alert) {
    const { kind, params } = alert;
    // The rows tell of hands, so that none is shown which is down already.
    if (kind === "hand_raised") return;
    if (kind === "consult_asked") this.#asked(alert, params);
    else this.#bell.add({ ...alert, text: alertText(alert, this.#store) });
  }

  /** @param {Any[]} asks what was open already when the page was opened */
  takeAsks(asks) {
    for (const { conversation, ...params } of asks)
      this.take({ kind: "consult_asked", level: "warning", conversation, params });
  }

  /** @param {number} id of the conversation whose agent has been helped */
  async seen(id) {
    const answer = await this.#commands.lowerHand(id);
    const problem = answer.ok ? "" : refusalText(answer);
    if (problem) this.#bell.amend(`hand-${id}`, { problem });
    return problem;
  }

  /**
   * @param {{offer: number, answer: "accept" | "decline"}} wanted
   * @returns {Promise<boolean>} whether it worked
   */
  answer({ offer, answer }) {
    return this.#asks.answer(offer, answer);
  }

  /**
   * @param {Any} row
   * @param {string} sentence
   */
  note({ customer }, sentence) {
    const text = `${customer?.name ?? ""}: ${sentence}`;
    const id = `note-${performance.now()}`;
    this.#bell.add({ id, level: "info", text, conversation: null });
  }

  #listenToAsks() {
    return new ConsultAsks({
      answer: (offer, answer) => this.#commands.answerOffer(offer, answer),
      detail: (id) => this.#commands.detail(id),
      ended: ({ offer }, ending) =>
        this.#bell.amend(`consult-${offer}`, { outcome: ENDINGS()[ending] }),
      refused: ({ offer }, outcome) => {
        const problem = refusalText(/** @type {any} */ (outcome));
        this.#bell.amend(`consult-${offer}`, { problem });
      },
    });
  }

  /**
   * @param {Any} row
   * @param {boolean} news
   */
  #raised(row, news) {
    const { id, hand, agent, subject, customer } = row;
    const params = { agent, subject, customer: customer?.name, text: hand.text };
    const about = { kind: "hand_raised", conversation: id, params, text: hand.text };
    const seen = { word: gettext("Seen to"), event: "hand-seen", detail: id };
    this.#bell.takeBack(`hand-${id}`);
    this.#bell.add({
      ...about,
      id: `hand-${id}`,
      level: "warning",
      quiet: !news,
      text: alertText(about, this.#store),
      acts: [seen],
    });
  }

  /**
   * @param {Any} alert
   * @param {Any} params
   */
  #asked(alert, { offer, expires_at: until }) {
    const { conversation } = alert;
    const now = this.#ticker.serverNow();
    const ask = { offer, conversation, expires_at: until };
    if (Date.parse(until) <= now || !this.#asks.add(ask, now)) return;
    const act = (/** @type {string} */ word, /** @type {string} */ answer) => ({
      ...{ word, event: "consult-answered", primary: answer === "accept" },
      detail: { offer, conversation, answer },
    });
    this.#bell.tick(now);
    this.#bell.add({
      ...alert,
      id: `consult-${offer}`,
      text: alertText(alert, this.#store),
      until,
      acts: [act(gettext("Accept"), "accept"), act(gettext("Decline"), "decline")],
    });
  }
}
