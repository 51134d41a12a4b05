/** The transcript: grows at the end, and never scrolls away from what is being read. */
import { timeOfDay } from "../lib/format.js";
import { button, h, icon, write } from "./dom.js";
import { messageText } from "./message-words.js";
import { moodWord } from "./words.js";

/** @typedef {Record<string, any>} Message */

const NEAR_END = 24;
const SPEAKING = new Set([
  "very_negative",
  "negative",
  "slightly_negative",
  "slightly_positive",
  "positive",
  "very_positive",
]);

export class TranscriptView {
  locale = "en";
  /** @type {(message: Message) => string} who said it, above the words */
  who = whoSaid;
  /** @type {(message: Message) => string} what a system message says here */
  tells = messageText;
  #list = h("div", {
    class: "transcript",
    role: "log",
    tabindex: 0,
    "aria-label": gettext("Transcript"),
    "aria-live": "off",
  });
  #new = button({
    class: "button is-small transcript-new",
    hidden: true,
    onclick: () => this.#toEnd(),
  });
  #foot = h("div", { class: "transcript-foot" });
  node = h("div", { class: "transcript-frame" }, this.#list, this.#new);
  /** @type {Map<number, HTMLElement>} */
  #lines = new Map();
  #unread = 0;
  #follows = true;
  #last = 0;

  constructor() {
    this.#list.append(this.#foot);
    this.#list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // What is followed stays in sight when the box beside it grows.
    new ResizeObserver(() => this.#follows && this.#toEnd()).observe(this.#list);
  }

  clear() {
    this.#lines.clear();
    this.#list.replaceChildren(this.#foot);
    this.#follows = true;
    this.#last = 0;
    this.#read();
  }

  /**
   * @param {Iterable<Message>} messages ascending
   * @param {number | null} movedBy
   */
  show(messages, movedBy) {
    const following = this.#follows || this.#atEnd();
    let added = 0;
    for (const message of messages) added += this.#add(message);
    this.#mark(movedBy);
    if (following) this.#toEnd();
    else if (added) this.#announce(added);
  }

  /**
   * What is not part of the transcript yet: it stands at the end, whatever comes.
   * @param {HTMLElement[]} lines
   */
  showFoot(lines) {
    const following = this.#follows || this.#atEnd();
    this.#foot.replaceChildren(...lines);
    if (following) this.#toEnd();
  }

  /** @param {boolean} aloud whether new lines are read out */
  speak(aloud) {
    this.#list.setAttribute("aria-live", aloud ? "polite" : "off");
  }

  /** @param {Message} message */
  #add(message) {
    if (this.#lines.has(message.id)) return 0;
    const line =
      message.sender.kind === "system"
        ? systemLine(message, this.tells(message), this.locale)
        : bubble(message, this.who(message), this.locale);
    (this.#following(message.id) ?? this.#foot).before(line);
    this.#lines.set(message.id, line);
    this.#last = Math.max(this.#last, message.id);
    return 1;
  }

  /** @param {number} id that came late: the line before which it belongs */
  #following(id) {
    if (id > this.#last) return null;
    const later = [...this.#lines.keys()].filter((one) => one > id);
    return this.#lines.get(Math.min(...later)) ?? null;
  }

  /** @param {number | null} movedBy */
  #mark(movedBy) {
    for (const [id, line] of this.#lines)
      line.classList.toggle("moved-the-mood", id === movedBy);
  }

  #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #scrolled() {
    this.#follows = this.#atEnd();
    if (this.#follows) this.#read();
  }

  #toEnd() {
    this.#follows = true;
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#read();
  }

  #read() {
    this.#unread = 0;
    this.#new.hidden = true;
  }

  /** @param {number} added */
  #announce(added) {
    this.#unread += added;
    const text = ngettext("%s new message", "%s new messages", this.#unread);
    write(this.#new, interpolate(text, [this.#unread]));
    this.#new.hidden = false;
  }
}

/**
 * @param {Message} message
 * @param {string} text
 * @param {string} locale
 */
function systemLine({ at }, text, locale) {
  const time = timeOfDay(at, locale).slice(0, 5);
  return h("div", { class: "message is-system" }, `${time} ${text}`);
}

/** @param {Message} message */
function whoSaid({ sender, visibility }) {
  if (visibility !== "internal") return sender.name;
  return interpolate(gettext("%s, internal"), [sender.name]);
}

/**
 * @param {Message} message
 * @param {string} who
 * @param {string} locale
 */
export function bubble({ sender, visibility, text, at, sentiment }, who, locale) {
  const internal = visibility === "internal";
  const ours = sender.kind !== "customer" && !internal;
  const kind = internal ? " is-internal" : ours ? " is-ours" : "";
  const up = String(sentiment).endsWith("positive") ? " is-up" : "";
  const mood =
    !ours && SPEAKING.has(sentiment)
      ? icon(`m-${sentiment}`, `mood mood-${sentiment}`, moodWord(sentiment))
      : null;
  const time = h("time", { datetime: at }, timeOfDay(at, locale).slice(0, 5));
  const head = h(
    "div",
    { class: "message-who" },
    internal && icon("lock"),
    h("span", {}, who),
    time,
    mood,
  );
  return h(
    "div",
    { class: `message${kind}${up}` },
    head,
    h("p", { dir: "auto" }, text),
  );
}
