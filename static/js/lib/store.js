/**
 * The newest version of every live thing in the supervisor's scope, and the judge of
 * whether that is what the server has sent.
 */
import { departure, noChange, putAll, removeAll } from "./change.js";
import { Digest } from "./digest.js";
import { Listeners } from "./listeners.js";
import { Shelf } from "./shelf.js";

/**
 * @import { Agent, Change, ChangeFrame, Gone, GoneFrame, Id, Me, MetricsFrame,
 *   PulseFrame, Queue, Row, RowsFrame, Settings, SettingsFrame, Snapshot, Tiles,
 *   Verdict } from "./types.js"
 */

export class RowStore {
  /** @type {Settings | null} */
  settings = null;
  /** @type {Me | null} */
  me = null;
  /** @type {Tiles | null} */
  metrics = null;
  #digest = new Digest();
  /** @type {Shelf<Row>} */
  #conversations = new Shelf("c", this.#digest);
  /** @type {Shelf<Agent>} */
  #agents = new Shelf("a", this.#digest);
  /** @type {Shelf<Queue>} */
  #queues = new Shelf("q", this.#digest);
  #shelves = [this.#conversations, this.#agents, this.#queues];
  /** @type {Listeners<Change>} */
  #listeners = new Listeners();

  get conversations() {
    return this.#conversations.rows;
  }

  get agents() {
    return this.#agents.rows;
  }

  get queues() {
    return this.#queues.rows;
  }

  /** The roles of the person at the screen. */
  get rights() {
    return new Set(this.me?.roles ?? []);
  }

  get digest() {
    return this.#digest.hex;
  }

  /** Whether some answer of an own command has not come back over the stream yet. */
  get someAhead() {
    return this.#shelves.some((shelf) => shelf.someAhead);
  }

  /** @param {Id} id of a conversation */
  isAhead(id) {
    return this.#conversations.isAhead(id);
  }

  /**
   * @param {(change: Change) => void} listener
   * @returns {() => void} unsubscribe
   */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /**
   * The whole truth up to its tick, in place of everything.
   * @param {Snapshot} snapshot
   * @returns {boolean} whether its content has the digest that it claims
   */
  replace(snapshot) {
    this.#digest.reset();
    const conversations = this.#conversations.load(snapshot.conversations);
    const agents = this.#agents.load(snapshot.agents);
    const queues = this.#queues.load(snapshot.queues);
    const sound = this.#digest.hex === snapshot.digest;
    this.#conversations.overlay(conversations);
    this.#agents.overlay(agents);
    this.#queues.overlay(queues);
    this.settings = snapshot.settings;
    this.me = snapshot.me;
    this.metrics = snapshot.metrics ?? this.metrics;
    this.#listeners.tell(this.#wholeChange({ conversations, agents, queues }));
    return sound;
  }

  /** @param {ChangeFrame} frame */
  apply(frame) {
    const change = noChange();
    if (frame.type === "rows") this.#applyRows(frame, change);
    else if (frame.type === "gone") this.#applyGone(frame, change);
    else if (frame.type === "settings") this.#applySettings(frame, change);
    else this.#applyMetrics(frame, change);
    this.#listeners.tell(change);
  }

  /**
   * The answer of an own command, which may be ahead of the stream.
   * @param {Row | {gone: Gone}} answer
   */
  mergeAnswer(answer) {
    const change = noChange();
    const gone = departure(answer);
    if (gone) this.#leave(change, gone, this.#conversations.answerGone(gone));
    else this.#mergeRow(/** @type {Row} */ (answer), change);
    this.#listeners.tell(change);
  }

  /**
   * Does the screen show what the server sent on this stream? `ahead`: all of that,
   * and answers of own commands that the stream may take one more pulse to bring.
   * @param {PulseFrame} pulse
   * @returns {Verdict}
   */
  verify(pulse) {
    if (pulse.settings_version !== this.settings?.version) return "stale";
    if (this.#digest.hex === pulse.digest) return this.#settled();
    if (!this.someAhead || this.#streamDigest() !== pulse.digest) return "stale";
    const patient = this.#shelves.map((shelf) => shelf.wait());
    return patient.every(Boolean) ? "ahead" : "stale";
  }

  /** @returns {"ok"} */
  #settled() {
    const change = noChange();
    change.conversations = new Set(this.#conversations.settle());
    this.#agents.settle();
    this.#queues.settle();
    if (change.conversations.size > 0) this.#listeners.tell(change);
    return "ok";
  }

  /** What the digest would be without the answers that are ahead. */
  #streamDigest() {
    for (const shelf of this.#shelves) shelf.toggleAnswers();
    const { hex } = this.#digest;
    for (const shelf of this.#shelves) shelf.toggleAnswers();
    return hex;
  }

  /**
   * @param {RowsFrame} frame
   * @param {Change} change
   */
  #applyRows({ conversations = [], agents = [], queues = [] }, change) {
    putAll(this.#conversations, conversations, change.conversations);
    putAll(this.#agents, agents, change.agents);
    putAll(this.#queues, queues, change.queues);
  }

  /**
   * @param {GoneFrame} frame
   * @param {Change} change
   */
  #applyGone({ conversations = [], agents = [], queues = [] }, change) {
    for (const gone of conversations) {
      this.#leave(change, gone, this.#conversations.remove(gone));
    }
    removeAll(this.#agents, agents, change.agents);
    removeAll(this.#queues, queues, change.queues);
  }

  /**
   * @param {SettingsFrame} frame
   * @param {Change} change
   */
  #applySettings({ settings }, change) {
    if (this.settings && this.settings.version > settings.version) return;
    this.settings = settings;
    change.settings = true;
  }

  /**
   * @param {MetricsFrame} frame
   * @param {Change} change
   */
  #applyMetrics({ tiles }, change) {
    this.metrics = tiles;
    change.metrics = true;
  }

  /**
   * @param {Row} row
   * @param {Change} change
   */
  #mergeRow(row, change) {
    if (this.#conversations.answer(row)) change.conversations.add(row.id);
  }

  /**
   * @param {Change} change
   * @param {Gone} gone
   * @param {Row | null} row
   */
  #leave(change, { id, reason, by = "" }, row) {
    if (row) change.gone.push({ id, reason, by, row });
  }

  /**
   * @param {{conversations: Map<Id, Row>, agents: Map<Id, Agent>,
   *   queues: Map<Id, Queue>}} before
   * @returns {Change}
   */
  #wholeChange(before) {
    const change = { ...noChange(), snapshot: true, settings: true, metrics: true };
    change.conversations = new Set(this.conversations.keys());
    change.agents = new Set([...before.agents.keys(), ...this.agents.keys()]);
    change.queues = new Set([...before.queues.keys(), ...this.queues.keys()]);
    const left = [...before.conversations].filter(
      ([id]) => !this.conversations.has(id),
    );
    change.gone = left.map(([id, row]) => ({ id, reason: "", by: "", row }));
    return change;
  }
}
