/** Which screen is on, what the bar says, where the focus goes when a screen changes. */
import { part, say } from "./parts.js";

/** @import { View } from "../lib/chat-session.js" */
/** @import { Words } from "../lib/chat-words.js" */
/** @import { ChatClosed, ChatEnded, ChatStart } from "./forms.js" */
/** @import { ChatComposer, ChatHead, ChatTalk } from "./talk.js" */

const NEAR = 60;

export class Screens {
  #words;
  #scroll = part(document, "scroll");
  #jump = part(document, "jump");
  #bar = part(document, "bar");
  head = /** @type {ChatHead} */ (find("chat-head"));
  start = /** @type {ChatStart} */ (find("chat-start"));
  closed = /** @type {ChatClosed} */ (find("chat-closed"));
  talk = /** @type {ChatTalk} */ (find("chat-talk"));
  ended = /** @type {ChatEnded} */ (find("chat-ended"));
  composer = /** @type {ChatComposer} */ (find("chat-composer"));
  #now = "";
  /** Somebody has opened the chat before there was anything to go on with. */
  #wanted = false;
  #count = 0;

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
    const { head, start, closed, talk, ended, composer } = this;
    for (const element of [head, start, closed, talk, ended, composer])
      element.words = words;
    this.#scroll.addEventListener("scroll", () => {
      if (this.#atEnd) this.#jump.hidden = true;
    });
    this.#jump.addEventListener("click", () => this.#toEnd());
  }

  /** @param {View} view */
  paint(view) {
    const name = screenOf(view);
    const atEnd = this.#atEnd;
    const before = view.messages.length + view.unsent.length - this.#count;
    this.#count += before;
    this.head.view = view;
    this.#show(name, view);
    say(this.#bar, this.#barText(view));
    if (name !== this.#now) this.#changed(name, view);
    else if (before !== 0) this.#grown(atEnd || isOwn(view));
  }

  /** Away from one conversation: nothing of it may be seen in the next. */
  clear() {
    this.talk.clear();
    this.ended.clear();
    this.#count = 0;
  }

  /** Where somebody who opens the chat goes on. */
  focus() {
    this.#wanted = this.#now === "";
    if (this.#wanted) return;
    if (this.#now === "start") this.start.field("name").focus();
    else if (this.#now === "closed") part(this.closed, "heading").focus();
    else if (this.#now === "ended") this.ended.focus();
    else this.composer.focus();
  }

  /** @param {string} name @param {View} view */
  #show(name, view) {
    const talks = name === "talk" || name === "ended";
    this.start.hidden = name !== "start";
    this.closed.hidden = name !== "closed";
    this.talk.hidden = !talks;
    this.composer.hidden = name !== "talk";
    this.ended.hidden = name !== "ended";
    if (name === "start") this.start.view = view;
    if (name === "closed") this.closed.view = view;
    if (talks) this.talk.view = view;
    if (name === "talk") this.composer.view = view;
    if (name === "ended") this.ended.view = view;
  }

  /** @param {View} view */
  #barText({ phase, line, trouble, unsent, state, opening }) {
    if (line === "down") {
      const kept = unsent.length > 0 || opening;
      return this.#words.t(kept ? "down_unsent" : "down");
    }
    const shown = phase === "door" || state?.status === "ended";
    return trouble && !shown ? this.#words.trouble(trouble) : "";
  }

  /** @param {string} name @param {View} view */
  #changed(name, view) {
    const asked = this.#now !== "" || this.#wanted;
    this.#now = name;
    this.#jump.hidden = true;
    const waiting = name === "talk" && view.state.status === "waiting";
    if (waiting || name === "start" || name === "closed") this.#scroll.scrollTop = 0;
    else this.#toEnd();
    if (!asked || name === "" || !document.hasFocus()) return;
    if (waiting) part(this.talk, "place").focus();
    else this.focus();
  }

  /** @param {boolean} follow */
  #grown(follow) {
    if (follow) this.#toEnd();
    else this.#jump.hidden = false;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#jump.hidden = true;
  }

  get #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }
}

/** @param {View} view */
function screenOf({ phase, door, state, opening }) {
  if (phase === "chat") return state.status === "ended" ? "ended" : "talk";
  if (phase === "door" && !door.is_open) return "closed";
  return phase === "door" || opening ? "start" : "";
}

/** @param {View} view whether the newest line is the customer's */
function isOwn({ messages, unsent }) {
  return unsent.length > 0 || messages.at(-1)?.sender.kind === "customer";
}

/** @param {string} name @returns {any} */
function find(name) {
  return document.querySelector(name);
}
