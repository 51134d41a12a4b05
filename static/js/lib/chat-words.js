/**
 * What the customer reads, in the page's language; the page brings the sentences. And what
 * in a text becomes a link: whole http(s) addresses, nothing else.
 */

/** @import { Trouble } from "./chat-api.js" */
/** @import { Message } from "./chat-thread.js" */

const WEEK = 6 * 86_400_000;
const DAY = 86_400_000;

export class Words {
  #table;
  #locale;
  #timeZone;

  /**
   * @param {Record<string, string>} table
   * @param {string} locale
   * @param {string} [timeZone]
   */
  constructor(table, locale, timeZone) {
    this.#table = table;
    this.#locale = locale;
    this.#timeZone = timeZone;
  }

  /**
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  t(key, values = {}) {
    return fill(this.#table[key] ?? key, values);
  }

  /** @param {number | null | undefined} seconds that an answer will take; unknown is said */
  wait(seconds) {
    if (typeof seconds !== "number") return this.t("wait_unknown");
    if (seconds < 45) return this.t("wait_soon");
    const minutes = Math.round(seconds / 60);
    if (minutes >= 60) return this.t("wait_hour");
    return this.t(minutes <= 1 ? "wait_minute" : "wait_minutes", { count: minutes });
  }

  /** @param {string} iso */
  time(iso) {
    const digits = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return this.#format(iso, digits);
  }

  /**
   * When something will be: the hour today, the weekday soon, else the date.
   * @param {string} iso
   * @param {number} [now]
   */
  moment(iso, now = Date.now()) {
    const ahead = Date.parse(iso) - now;
    const day = { weekday: "long" };
    const date = { day: "numeric", month: "long" };
    const same = this.#format(iso, date) === this.#format(new Date(now), date);
    if (same && ahead < DAY) return this.time(iso);
    const options = ahead > WEEK ? { ...day, ...date } : day;
    const at = { day: this.#format(iso, options), time: this.time(iso) };
    return this.t("day_and_time", at);
  }

  /** @param {Trouble} trouble */
  trouble({ code, detail, seconds }) {
    const known = this.#table[`trouble_${code}`];
    return known
      ? fill(known, { seconds: seconds || 60 })
      : detail || this.t("trouble");
  }

  /** @param {Message} message of the system, else its text */
  text({ code, params = {}, text }) {
    const sentence = this.#table[`code_${code}`];
    const named = [...(sentence ?? "").matchAll(PLACE)].map(([, name]) => name);
    const whole = sentence && named.every((name) => params[name] !== undefined);
    const to = this.#table[`to_${params.to}`] ?? params.to;
    return whole ? fill(sentence, { ...params, to }) : text;
  }

  /**
   * @param {string | Date} when
   * @param {Record<string, string>} options
   */
  #format(when, options) {
    const whole = { ...options, timeZone: this.#timeZone };
    return new Intl.DateTimeFormat(this.#locale, whole).format(new Date(when));
  }
}

const PLACE = /\{(\w+)\}/g;

/** @param {string} pattern @param {Record<string, unknown>} values */
function fill(pattern, values) {
  return pattern.replace(PLACE, (all, name) => String(values[name] ?? all));
}

/** @typedef {{text: string, href?: string}} Piece */

const ADDRESS = /https?:\/\/[^\s<>"'`]+/gi;
const TRAILING = /[.,;:!?*_~»”’]+$/;
const CLOSERS = /** @type {const} */ ([
  ["(", ")"],
  ["[", "]"],
]);

/**
 * @param {string} text
 * @returns {Piece[]} joined they are the text again
 */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** @param {string} address without the sentence's own punctuation */
function trimmed(address) {
  let rest = address.replace(TRAILING, "");
  for (const [open, close] of CLOSERS) {
    while (rest.endsWith(close) && count(rest, close) > count(rest, open))
      rest = rest.slice(0, -1).replace(TRAILING, "");
  }
  return rest;
}

/**
 * A name before the host makes one site look like another.
 * @param {string} address
 */
function safe(address) {
  try {
    const url = new URL(address);
    const plain = !url.username && !url.password && url.hostname;
    return plain && /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** @param {string} text @param {string} mark */
function count(text, mark) {
  return text.split(mark).length - 1;
}
