/** The open conversation: what it is, who is in it, what is said, and the whisper box. */
import { button, emit, h, icon, write } from "./dom.js";
import { LiveConversation } from "./live-conversation.js";
import { moodChart } from "./mood-chart.js";
import { actionRow, facts, people, runningTime, timeline } from "./panel-parts.js";
import { TranscriptView } from "./transcript-view.js";
import { WhisperBox } from "./whisper-box.js";
import { leavingText, stateOf } from "./words.js";

/** @typedef {Record<string, any>} Any */

export class ConversationPanel extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  /** @type {any} */ ticker;
  /** @type {(action: string, row: Any) => any} */ refusal = () => null;
  /** @type {(id: number) => string} */ socketUrl = () => "";
  locale = "en";
  id_ = 0;
  #title = h("h2", { class: "clip", tabindex: -1 });
  #facts = h("div", { class: "panel-facts" });
  #time = h("span", { class: "push" });
  #note = h("p", { class: "panel-note", role: "status", hidden: true });
  #actions = h("div");
  #mood = h("section", { class: "panel-part" });
  #people = h("ul", { class: "people" });
  #peoplePart = h(
    "section",
    { class: "panel-part", "aria-label": gettext("People in it") },
    this.#people,
  );
  #explain = h("div", { class: "panel-explain" });
  #timeline = h("section", { class: "panel-part is-timeline" });
  #transcript = new TranscriptView();
  #whisper = new WhisperBox();
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
      this.#note,
      this.#actions,
    );
    this.#transcript.locale = this.locale;
    this.replaceChildren(
      head,
      this.#mood,
      this.#peoplePart,
      this.#transcript.node,
      this.#explain,
      this.#timeline,
      this.#whisper.node,
    );
    this.addEventListener("send-wanted", (event) =>
      this.#say(/** @type {CustomEvent} */ (event).detail),
    );
    this.#ends.push(
      this.store.subscribe((/** @type {any} */ change) => this.#follow(change)),
      this.ticker.subscribe(
        (/** @type {number} */ now) =>
          this.#row && write(this.#time, runningTime(this.#row, now)),
      ),
    );
  }

  disconnectedCallback() {
    for (const end of this.#ends.splice(0)) end();
    for (const live of this.#live.values()) live.stop();
  }

  /** @param {number} id */
  async open(id) {
    if (id === this.id_) return this.#title.focus();
    this.#drop(this.id_);
    this.id_ = id;
    this.#detail = null;
    this.#allEvents = false;
    this.#row = this.store.conversations.get(id) ?? null;
    this.#transcript.clear();
    this.#whisper.clear();
    this.#tellNote("");
    this.paint();
    await this.#load(id);
  }

  close() {
    this.#drop(this.id_);
    this.id_ = 0;
    this.#row = null;
  }

  /** @param {number} id */
  isMonitored(id) {
    return this.#live.has(id);
  }

  /** How the viewer takes part: null, "monitor", "consult" or "primary". */
  get mode() {
    return this.#participants().find((/** @type {Any} */ one) => one.you)?.mode ?? null;
  }

  /**
   * A monitoring has begun or changed.
   * @param {number} id
   * @param {Any[]} [participants]
   */
  listen(id, participants) {
    const live =
      this.#live.get(id) ??
      new LiveConversation(this.socketUrl(id), (what, one) =>
        this.#heard(id, what, one),
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
    this.#transcript.clear();
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
    write(this.#time, runningTime(this.#row, this.ticker.serverNow()));
    this.#paintActions();
    this.#paintMood(live);
    this.#paintPeople();
    this.#paintTalk(live);
    this.#paintTimeline(live);
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
   */
  #heard(id, what, live) {
    if (live.status === "ended") return this.#ended(id, live);
    if (id !== this.id_) return;
    if (what === "message" || what === "sentiment") {
      this.#transcript.show(
        [...live.messages.values()],
        live.sentiment?.moved_by ?? null,
      );
    }
    if (what !== "message") this.paint();
  }

  /**
   * @param {number} id
   * @param {LiveConversation} live
   */
  #ended(id, live) {
    if (this.#live.get(id) !== live) return;
    this.mute(id);
    if (id === this.id_ && this.#row?.state !== "closed")
      this.#tellNote(gettext("Monitoring has ended."));
  }

  /** @param {number} id a conversation that is no longer looked at */
  #drop(id) {
    const watched = this.#live.get(id);
    if (!watched) return;
    watched.stop();
    this.#live.delete(id);
    const mine = watched.participants.find((one) => one.you);
    if (mine?.mode === "consult") this.commands.leave(id);
    if (mine?.mode !== "primary") this.commands.unmonitor(id);
  }

  #participants() {
    return this.#live.get(this.id_)?.participants ?? this.#detail?.participants ?? [];
  }

  #paintActions() {
    const row = /** @type {Any} */ (this.#row);
    if (row.state === "closed") return this.#actions.replaceChildren();
    const monitoring = this.#live.has(this.id_) && this.mode !== "primary";
    const first = monitoring
      ? { action: "unmonitor", refusal: null }
      : { action: "monitor", refusal: this.refusal("monitor", row) };
    const second =
      this.mode === "consult"
        ? { action: "leave", refusal: null }
        : { action: "join", refusal: this.refusal("join", row) };
    const rest = ["assign", "transfer", "force_close"].map((action) => ({
      action,
      refusal: this.refusal(action, row),
    }));
    const act = (/** @type {string} */ action) =>
      emit(this, "command", { action, id: this.id_ });
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
    const all = people(this.#participants(), this.store, this.locale);
    this.#peoplePart.toggleAttribute("hidden", all.length === 0);
    this.#people.replaceChildren(...all);
  }

  /** @param {LiveConversation | undefined} live */
  #paintTalk(live) {
    this.#transcript.node.toggleAttribute("hidden", !live);
    this.#whisper.node.toggleAttribute("hidden", !live);
    this.#explain.toggleAttribute("hidden", Boolean(live));
    if (!live) return this.#explain.replaceChildren(...this.#whyNoTranscript());
    this.#transcript.show(
      [...live.messages.values()],
      live.sentiment?.moved_by ?? null,
    );
    const agent = this.store.agents.get(this.#row?.agent)?.name ?? "";
    const off =
      live.status === "live" ? "" : gettext("Whispers wait for the connection");
    this.#whisper.show({
      agent,
      joined: this.mode === "consult" || this.mode === "primary",
      off,
    });
  }

  #whyNoTranscript() {
    const row = /** @type {Any} */ (this.#row);
    const refusal = this.refusal("monitor", row);
    if (stateOf(row) === "closed")
      return [h("p", {}, gettext("The conversation is closed."))];
    if (refusal) return [icon("lock"), h("p", {}, refusal.sentence)];
    const why = gettext(
      "The transcript is shown while you monitor. Neither the customer nor the agent sees that you do; the audit trail does.",
    );
    const press = button(
      {
        class: "button is-primary",
        onclick: () => emit(this, "command", { action: "monitor", id: this.id_ }),
      },
      gettext("Monitor"),
      h("kbd", { "aria-hidden": "true" }, "M"),
    );
    return [icon("eye"), h("p", {}, why), press];
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
      client_id: crypto.randomUUID(),
    });
    if (id === this.id_) this.#whisper.answered(answer);
  }
}

customElements.define("conversation-panel", ConversationPanel);
