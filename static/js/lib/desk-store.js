/**
 * What lies on the agent's desk: takes the frames of `/ws/desk/` and the answers of own
 * commands, and tells what each of them changed.
 */
import { digestOf } from "./desk-digest.js";
import { Listeners } from "./listeners.js";

/**
 * @import { Desk, DeskChange, DeskOffer, Entry, Message, Notice } from "./desk-types.js"
 */
/** @import { Agent, Id, Row, Verdict } from "./types.js" */

const GONE_REMEMBERED = 20;
const NO_PROMISE = { soon: Infinity, breach: Infinity };

/** @returns {DeskChange} */
function nothing() {
  return {
    whole: false,
    entries: new Set(),
    gone: [],
    offered: [],
    ended: [],
    messages: new Map(),
    agent: false,
    notice: false,
    pickable: false,
  };
}

export class DeskStore {
  loaded = false;
  /** @type {Agent | null} */
  agent = null;
  /** @type {Notice | null} */
  notice = null;
  /** @type {Map<Id, DeskOffer>} */
  offers = new Map();
  /** @type {Map<Id, Entry>} */
  entries = new Map();
  /** @type {Map<Id, {entry: Entry, reason: string}>} what has left lately */
  left = new Map();
  /** @type {{name: string, base: string}[]} */
  labels = [];
  /** @type {{id: Id, name: string}[]} */
  queues = [];
  /** @type {{queue: Id, waiting: number}[]} */
  waiting = [];
  /** @type {Row[]} */
  pickable = [];
  /** @type {Map<Id, Map<number, Message>>} */
  #messages = new Map();
  /** @type {Listeners<DeskChange>} */
  #listeners = new Listeners();
  #ahead = false;
  #mismatches = 0;

  /** @param {(change: DeskChange) => void} listener */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /**
   * Everything that was said in a conversation, oldest first.
   * @param {Id} id
   */
  messages(id) {
    const known = [...(this.#messages.get(id)?.values() ?? [])];
    return known.sort((one, other) => one.id - other.id);
  }

  /**
   * The whole desk takes the place of all that is there.
   * @param {Desk} desk
   */
  replace(desk) {
    const change = { ...nothing(), whole: true, agent: true, notice: true };
    change.pickable = true;
    this.#replaceEntries(desk.conversations, change);
    this.#replaceOffers(desk.offers, change);
    this.#replaceMessages(desk.messages ?? {}, change);
    this.agent = desk.agent;
    this.notice = desk.notice;
    this.labels = desk.labels ?? [];
    this.queues = desk.queues ?? [];
    this.waiting = desk.waiting ?? [];
    this.pickable = desk.pickable ?? [];
    this.loaded = true;
    this.#ahead = false;
    this.#tell(change);
  }

  /** @param {Entry[]} entries new or changed */
  rows(entries) {
    const change = nothing();
    for (const entry of entries) this.#put(entry, change);
    this.#tell(change);
  }

  /** @param {{id: Id, reason: string}[]} departures */
  gone(departures) {
    const change = nothing();
    for (const { id, reason } of departures) this.#remove(id, reason, change);
    this.#tell(change);
  }

  /** @param {DeskOffer} offer */
  offer(offer) {
    const change = nothing();
    if (!this.offers.has(offer.id)) change.offered.push(offer);
    this.offers.set(offer.id, offer);
    this.#tell(change);
  }

  /**
   * @param {Id} id
   * @param {string} state
   */
  offerEnded(id, state) {
    const offer = this.offers.get(id);
    if (!offer) return;
    this.offers.delete(id);
    this.#tell({ ...nothing(), ended: [{ offer, state }] });
  }

  /**
   * @param {Id} id of the conversation
   * @param {Message} message
   */
  message(id, message) {
    const change = nothing();
    this.#learn(id, [message], change);
    this.#tell(change);
  }

  /**
   * What was said before that with which a long conversation began.
   * @param {Id} id of the conversation
   * @param {Message[]} messages
   */
  earlier(id, messages) {
    const known = this.#messages.get(id) ?? new Map();
    const fresh = messages.filter((one) => !known.has(one.id));
    for (const one of fresh) known.set(one.id, one);
    this.#tell({ ...nothing(), entries: new Set([id]) });
  }

  /** @param {Agent} agent of a frame or an answer; an older one changes nothing */
  presence(agent) {
    if (this.agent && agent.version < this.agent.version) return;
    this.agent = agent;
    this.#tell({ ...nothing(), agent: true });
  }

  /** @param {Notice} notice */
  noticed(notice) {
    this.notice = notice;
    this.#tell({ ...nothing(), notice: true });
  }

  /** @param {Row[]} rows that may be picked */
  picks(rows) {
    this.pickable = rows;
    this.#tell({ ...nothing(), pickable: true });
  }

  /**
   * The row in the answer of an own command: it may run ahead of the stream.
   * @param {Row} row
   * @param {Partial<Entry>} [known] what is known of one that is not on the desk yet
   */
  answer(row, known) {
    const change = nothing();
    const here = this.entries.get(row.id);
    if (!here && !known) return;
    if (here && row.version <= here.version) return;
    this.#ahead = true;
    if (row.state === "closed") this.#remove(row.id, row.status_reason, change);
    else this.#put({ ...(here ?? provisional(known ?? {})), ...row }, change);
    this.#tell(change);
  }

  /**
   * What an answer says about a conversation beyond its row.
   * @param {Id} id
   * @param {Partial<Entry>} part
   */
  amend(id, part) {
    const here = this.entries.get(id);
    if (!here) return;
    this.entries.set(id, { ...here, ...part });
    this.#tell({ ...nothing(), entries: new Set([id]) });
  }

  /** Own answers may run ahead of the stream until it has followed. */
  runAhead() {
    this.#ahead = true;
  }

  /**
   * Is the desk what the server says it is? The first mismatch may be an answer that
   * has run ahead, or a frame that got lost: the caller asks anew either way.
   * @param {{digest: string}} pulse
   * @returns {Verdict}
   */
  verify({ digest }) {
    const same = digest === this.digest;
    this.#mismatches = same ? 0 : this.#mismatches + 1;
    if (same) this.#ahead = false;
    if (same || this.#waits()) return same ? "ok" : "ahead";
    return this.#mismatches > 1 ? "stale" : "ahead";
  }

  /** Whether the last pulse did not fit, and it is time to ask for everything. */
  get doubtful() {
    return this.#mismatches > 0 && !this.#ahead;
  }

  get digest() {
    const last = (/** @type {Id} */ id) =>
      Math.max(0, ...(this.#messages.get(id)?.keys() ?? []));
    return digestOf(this.agent, this.entries.values(), this.offers.keys(), last);
  }

  /** An answer that runs ahead is given one pulse. */
  #waits() {
    const waits = this.#ahead && this.#mismatches === 1;
    if (!waits) this.#ahead = false;
    return waits;
  }

  /**
   * @param {Entry[]} entries
   * @param {DeskChange} change
   */
  #replaceEntries(entries, change) {
    const ids = new Set(entries.map(({ id }) => id));
    for (const id of [...this.entries.keys()]) {
      if (!ids.has(id)) this.#remove(id, "", change);
    }
    for (const entry of entries) {
      this.entries.set(entry.id, entry);
      this.left.delete(entry.id);
      change.entries.add(entry.id);
    }
  }

  /**
   * @param {DeskOffer[]} offers
   * @param {DeskChange} change
   */
  #replaceOffers(offers, change) {
    const before = this.offers;
    this.offers = new Map(offers.map((offer) => [offer.id, offer]));
    change.offered = offers.filter(({ id }) => !before.has(id));
    for (const [id, offer] of before) {
      if (!this.offers.has(id)) change.ended.push({ offer, state: "" });
    }
  }

  /**
   * @param {Record<string, Message[]>} all of what is on the desk
   * @param {DeskChange} change
   */
  #replaceMessages(all, change) {
    for (const [key, messages] of Object.entries(all)) {
      const before = this.#messages.get(Number(key)) ?? new Map();
      const first = messages[0]?.id ?? Infinity;
      // A long conversation begins late in a frame; what was read before that stays.
      const earlier = [...before.values()].filter(({ id }) => id < first);
      const all = [...earlier, ...messages];
      this.#messages.set(Number(key), new Map(all.map((one) => [one.id, one])));
      const fresh = messages.filter(({ id }) => !before.has(id));
      if (fresh.length > 0) change.messages.set(Number(key), fresh);
    }
  }

  /**
   * @param {Entry} entry
   * @param {DeskChange} change
   */
  #put(entry, change) {
    const here = this.entries.get(entry.id);
    if (here && here.version > entry.version) return;
    this.entries.set(entry.id, entry);
    this.left.delete(entry.id);
    change.entries.add(entry.id);
  }

  /**
   * @param {Id} id
   * @param {string} reason
   * @param {DeskChange} change
   */
  #remove(id, reason, change) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    this.left.set(id, { entry, reason });
    change.gone.push({ id, reason, entry });
    const [oldest] = this.left.keys();
    if (this.left.size <= GONE_REMEMBERED) return;
    this.left.delete(oldest);
    this.#messages.delete(oldest);
  }

  /**
   * @param {Id} id
   * @param {Message[]} messages
   * @param {DeskChange} change
   */
  #learn(id, messages, change) {
    const known = this.#messages.get(id) ?? new Map();
    this.#messages.set(id, known);
    const fresh = messages.filter((message) => !known.has(message.id));
    for (const message of messages) known.set(message.id, message);
    if (fresh.length > 0) change.messages.set(id, fresh);
  }

  /** @param {DeskChange} change */
  #tell(change) {
    this.#listeners.tell(change);
  }
}

/**
 * An entry that was just accepted, until the stream tells the rest.
 * @param {Partial<Entry>} known
 */
function provisional(known) {
  return /** @type {Entry} */ ({
    role: "primary",
    is_added: false,
    participants: [],
    notes: "",
    consults: [],
    queue_name: "",
    earlier: 0,
    unanswered: NO_PROMISE,
    closes: null,
    hand: null,
    ...known,
  });
}
