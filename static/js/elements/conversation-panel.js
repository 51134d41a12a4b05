/** The open conversation: what it is, who is in it, what is said, and the whisper box. */

import { randomKey } from "../lib/random-key.js";
import { closesSoon, closesText } from "./closes-words.js";
import { button, emit, h, icon, write } from "./dom.js";
import { LiveConversation } from "./live-conversation.js";
import { moodChart } from "./mood-chart.js";
import { PanelHand } from "./panel-hand.js";
import {
  actionRow,
  facts,
  partOf,
  people,
  runningTime,
  timeline,
} from "./panel-parts.js";
import { PanelRouting } from "./panel-routing.js";
import { PanelTalk, whyNoTranscript } from "./panel-talk.js";
import { leavingText } from "./words.js";

/** @typedef {Record<string, any>} Any */

export class ConversationPanel extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {any} */ ticker;
  /** @type {(action: string, row: Any) => any} */ refusal = () => null;
  /** @type {() => string} */ untrusted = () => "";
  /** @type {(id: number) => string} */ socketUrl = () => "";
  locale = "en";
  id_ = 0;
  #title = h("h2", { class: "clip", tabindex: -1 });
  #facts = h("div", { class: "panel-facts" });
  #time = h("span", { class: "push" });
  #closes = h("p", { class: "panel-closes" });
  #reading = h("p", { class: "panel-reading", hidden: true });
  #hand = new PanelHand();
  #note = h("p", { class: "panel-note", role: "status", hidden: true });
  #actions = h("div");
  #mood = h("section", { class: "panel-part" });
  #people = h("ul", { class: "people" });
  #peoplePart = h(
    "section",
    { class: "panel-part", "aria-label": gettext("People in it") },
    this.#people,
  );
  #routing = new PanelRouting();
  #timeline = h("section", { class: "panel-part is-timeline" });
  #talk = new PanelTalk();
  /** @type {Map<number, LiveConversation>} */ #live = new Map();
  /** @type {Any | null} */ #row = null;
  /** @type {Any | null} */ #detail = null;
  #allEvents = false;
  /** @type {(() => void)[]} */ #ends = [];

  start() {
    const label = gettext("Close the panel (Esc)");
    const close = button(
      {
        class: "icon-button",
        title: label,
        "aria-label": label,
        onclick: () => emit(this, "close-wanted"),
      },
      icon("x"),
    );
    const head = h(
      "section",
      { class: "panel-part" },
      h("div", { class: "panel-title" }, this.#title, close),
      this.#facts,
      this.#closes,
      this.#reading,
      this.#hand.node,
      this.#note,
      this.#actions,
    );
    this.#startParts();
    this.replaceChildren(
      head,
      this.#mood,
      this.#peoplePart,
      this.#routing.node,
      ...this.#talk.nodes,
      this.#timeline,
      this.#talk.box,
    );
    this.addEventListener("send-wanted", (event) =>
      this.#say(/** @type {CustomEvent} */ (event).detail),
    );
    this.#ends.push(
      this.store.subscribe((/** @type {any} */ change) => this.#follow(change)),
      this.ticker.subscribe((/** @type {number} */ now) => this.#tick(now)),
    );
  }

  disconnectedCallback() {
    for (const end of this.#ends.splice(0)) end();
    for (const live of this.#live.values()) live.stop();
    this.#talk.stop();
  }

  /** @override */
  focus() {
    this.#title.focus();
  }

  /** @param {number} id */
  async open(id) {
    if (id === this.id_) return this.focus();
    this.#drop(this.id_);
    this.id_ = id;
    this.#detail = null;
    this.#allEvents = false;
    this.#row = this.store.conversations.get(id) ?? null;
    this.#talk.open(id);
    this.#tellNote("");
    this.paint();
    await this.#load(id);
  }

  close() {
    this.#drop(this.id_);
    this.id_ = 0;
    this.#row = null;
    this.#routing.rest();
  }

  /** The network is back: no socket of before is to be trusted. */
  wake() {
    for (const live of this.#live.values()) live.wake();
  }

  /** @param {number} id */
  isMonitored(id) {
    return this.#live.has(id);
  }

  /** How the viewer takes part (see `partOf`). */
  get mode() {
    return partOf(this.#participants());
  }

  /**
   * A monitoring has begun or changed.
   * @param {number} id
   * @param {Any[]} [participants]
   */
  listen(id, participants) {
    const live =
      this.#live.get(id) ??
      new LiveConversation(this.socketUrl(id), (what, one, frame) =>
        this.#heard(id, what, one, frame),
      );
    if (participants) live.participants = participants;
    this.#live.set(id, live);
    if (id === this.id_) this.paint();
  }

  /** @param {number} id */
  mute(id) {
    this.#live.get(id)?.stop();
    this.#live.delete(id);
    if (id !== this.id_) return;
    this.#talk.clear();
    this.#detail = null;
    this.paint();
    this.#load(id);
  }

  /** Everything but the transcript, which grows by itself. */
  paint() {
    if (!this.#row) return;
    const live = this.#live.get(this.id_);
    write(this.#title, this.#row.subject || gettext("No subject"));
    this.#title.lang = this.#row.language || "";
    this.#facts.replaceChildren(...facts(this.#row, this.store), this.#time);
    this.#tick(this.ticker.serverNow());
    this.#paintHelp();
    this.#paintActions();
    this.#paintMood(live);
    this.#paintPeople();
    this.#paintTalk(live);
    this.#paintTimeline(live);
    this.#routing.show(this.#row);
  }

  #startParts() {
    const { store, commands, locale } = this;
    Object.assign(this.#routing, { store, commands, locale });
    this.#hand.locale = locale;
    this.#talk.locale = locale;
    const words = gettext(
      "You read along; the customer does not see you until the agent adds you.",
    );
    this.#reading.append(icon("eye"), h("span", {}, words));
  }

  /** @param {number} now */
  #tick(now) {
    if (!this.#row) return;
    write(this.#time, runningTime(this.#row, now));
    const { state, closes } = this.#row;
    const told = state !== "closed" && closesSoon(closes, now);
    write(this.#closes, told ? closesText(closes, now) : "");
    this.#closes.hidden = !told;
    this.#routing.tick();
  }

  /** Who calls for help, and as what the viewer is in it. */
  #paintHelp() {
    const row = /** @type {Any} */ (this.#row);
    this.#hand.show(/** @type {any} */ (row), this.#agentName(), this.untrusted());
    this.#reading.hidden = this.mode !== "reading" || row.state === "closed";
  }

  #agentName() {
    return this.store.agents.get(this.#row?.agent)?.name ?? "";
  }

  /** @param {number} id */
  async #load(id) {
    const answer = await this.commands.detail(id);
    if (id !== this.id_) return;
    if (!answer.ok) return this.#tellNote(answer.detail);
    this.#detail = answer;
    if (this.mode && !this.#live.has(id)) this.listen(id);
    this.paint();
  }

  /** @param {Any} change of the store */
  #follow(change) {
    if (!this.id_) return;
    const left = change.gone.find((/** @type {Any} */ gone) => gone.id === this.id_);
    if (left) return this.#gone(left);
    const row = this.store.conversations.get(this.id_);
    const agents =
      row && (change.agents.has(row.agent) || change.agents.has(row.offer?.agent));
    if (!row || (row === this.#row && !agents && !change.settings)) return;
    this.#row = row;
    this.#tellNote("");
    this.paint();
  }

  /** @param {Any} left */
  #gone(left) {
    this.#row = { ...left.row, state: "closed", phase: null, offer: null };
    this.#live.get(this.id_)?.stop();
    this.#live.delete(this.id_);
    this.paint();
    const own = left.reason === "force_closed" ? this.store.me?.name : "";
    this.#tellNote(leavingText({ reason: left.reason, by: left.by || own }));
  }

  /**
   * @param {number} id
   * @param {string} what
   * @param {LiveConversation} live
   * @param {Any} [frame]
   */
  #heard(id, what, live, frame) {
    if (live.status === "ended") return this.#ended(id, live);
    if (id !== this.id_) return;
    if (what === "typing") return this.#talk.typed(/** @type {any} */ (frame));
    if (what === "message") this.#talk.said(frame?.message);
    if (what === "message" || what === "sentiment") this.#talk.grow(live);
    if (what !== "message") this.paint();
  }

  /**
   * @param {number} id
   * @param {LiveConversation} live
   */
  #ended(id, live) {
    if (this.#live.get(id) !== live) return;
    this.mute(id);
    if (id !== this.id_ || this.#row?.state === "closed") return;
    const dismissed = live.ended === "dismissed";
    this.#tellNote(
      dismissed
        ? gettext("The agent needs your help no longer.")
        : gettext("Monitoring has ended."),
    );
  }

  /** @param {number} id a conversation that is no longer looked at */
  #drop(id) {
    const watched = this.#live.get(id);
    if (!watched) return;
    watched.stop();
    this.#live.delete(id);
    const part = partOf(watched.participants);
    if (part === "consult") this.commands.leave(id);
    if (part !== "primary") this.commands.unmonitor(id);
  }

  #participants() {
    return this.#live.get(this.id_)?.participants ?? this.#detail?.participants ?? [];
  }

  #paintActions() {
    const row = /** @type {Any} */ (this.#row);
    if (row.state === "closed") return this.#actions.replaceChildren();
    const monitoring = this.#live.has(this.id_) && this.mode !== "primary";
    const stop = this.mode === "reading" ? "stop_reading" : "unmonitor";
    const first = monitoring
      ? { action: stop, refusal: null }
      : { action: "monitor", refusal: this.refusal("monitor", row) };
    const second =
      this.mode === "consult"
        ? { action: "leave", refusal: null }
        : { action: "join", refusal: this.refusal("join", row) };
    const rest = ["assign", "transfer", "force_close"].map((action) => ({
      action,
      refusal: this.refusal(action, row),
    }));
    const act = (/** @type {string} */ action) => {
      const own = action === "stop_reading" ? "unmonitor" : action;
      emit(this, "command", { action: own, id: this.id_ });
    };
    const focused = this.#actions.querySelector(":focus")?.getAttribute("data-action");
    this.#actions.replaceChildren(...actionRow([first, second, ...rest], act));
    if (focused)
      /** @type {HTMLElement | null} */ (
        this.#actions.querySelector(`[data-action="${focused}"]`) ??
          this.#actions.querySelector("button")
      )?.focus();
  }

  /** @param {LiveConversation | undefined} live */
  #paintMood(live) {
    const off = this.store.settings && !this.store.settings.sentiment;
    this.#mood.toggleAttribute("hidden", Boolean(off));
    const said = [...(live?.messages.values() ?? [])].filter(
      ({ sender }) => sender.kind === "customer",
    );
    const mood = this.#row?.sentiment ?? { level: "unknown" };
    this.#mood.replaceChildren(
      ...moodChart(mood, said, live?.sentiment?.moved_by ?? null, this.locale),
    );
  }

  #paintPeople() {
    const row = /** @type {Any} */ (this.#row);
    const all = people(this.#participants(), row, this.store, this.locale);
    this.#peoplePart.toggleAttribute("hidden", all.length === 0);
    this.#people.replaceChildren(...all);
  }

  /** @param {LiveConversation | undefined} live */
  #paintTalk(live) {
    const row = /** @type {Any} */ (this.#row);
    const why = live ? [] : whyNoTranscript(row, this.refusal("monitor", row), this);
    this.#talk.show(live, { agent: this.#agentName(), part: this.mode, why });
  }

  /** @param {LiveConversation | undefined} live */
  #paintTimeline(live) {
    const events = live?.timeline.length
      ? live.timeline
      : (this.#detail?.timeline ?? []);
    this.#timeline.toggleAttribute("hidden", events.length === 0);
    const toggle = () => {
      this.#allEvents = !this.#allEvents;
      this.#paintTimeline(this.#live.get(this.id_));
    };
    this.#timeline.replaceChildren(
      ...timeline(events, this.store, this.#allEvents, this.locale, toggle),
    );
  }

  /** @param {string} sentence */
  #tellNote(sentence) {
    write(this.#note, sentence);
    this.#note.hidden = !sentence;
  }

  /** @param {{text: string, visibility: string}} message */
  async #say({ text, visibility }) {
    const id = this.id_;
    const answer = await this.commands.send(id, {
      text,
      visibility,
      client_id: randomKey(),
    });
    if (id === this.id_) this.#talk.answered(answer);
  }
}

customElements.define("conversation-panel", ConversationPanel);
