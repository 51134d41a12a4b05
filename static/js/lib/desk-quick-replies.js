/**
 * Quick replies: which ones fit, what "/" in the reply box means, and how names get in.
 */
import { fill } from "./format.js";

/**
 * @typedef {object} QuickReply
 * @property {number} id
 * @property {string} shortcut
 * @property {string} title
 * @property {string} text
 * @property {string} language empty: any
 * @property {number[]} queues empty: all
 */

const SHOWN = 8;
const SLASH = /(?:^|\s)\/([^\s/]*)$/u;

/**
 * What stands between a "/" at the beginning of a word and the caret.
 * @param {string} text
 * @param {number} caret
 * @returns {{query: string, from: number} | null} `from` is where the "/" stands
 */
export function slashAt(text, caret) {
  const match = SLASH.exec(text.slice(0, caret));
  if (!match) return null;
  return { query: match[1], from: caret - match[1].length - 1 };
}

/**
 * Those of this queue and language whose shortcut, title or text has the words; a
 * shortcut that begins with them first.
 * @param {QuickReply[]} all
 * @param {{query: string, queue: number, language: string}} wanted
 */
export function fitting(all, { query, queue, language }) {
  const sought = fold(query);
  const possible = all.filter(
    (reply) =>
      (reply.queues.length === 0 || reply.queues.includes(queue)) &&
      speaks(reply.language, language),
  );
  const ranked = possible.map((reply) => ({ reply, rank: rankOf(reply, sought) }));
  return ranked
    .filter(({ rank }) => rank >= 0)
    .sort((one, other) => one.rank - other.rank)
    .map(({ reply }) => reply)
    .slice(0, SHOWN);
}

/**
 * The text with the reply in place of "/query", and where the caret goes.
 * @param {string} text
 * @param {{from: number, caret: number}} place
 * @param {string} reply
 * @param {{customer: string, agent: string}} names
 */
export function insert(text, { from, caret }, reply, names) {
  const words = fill(reply, names);
  const before = text.slice(0, from);
  return { text: `${before}${words}${text.slice(caret)}`, caret: from + words.length };
}

/**
 * @param {QuickReply} reply
 * @param {string} sought
 */
function rankOf({ shortcut, title, text }, sought) {
  if (fold(shortcut).startsWith(sought)) return 0;
  if (fold(title).includes(sought) || fold(shortcut).includes(sought)) return 1;
  return fold(text).includes(sought) ? 2 : -1;
}

/**
 * @param {string} language of the reply
 * @param {string} wanted of the conversation; nobody knows it: everything fits
 */
function speaks(language, wanted) {
  if (!language || !wanted) return true;
  return language.split("-")[0] === wanted.split("-")[0];
}

/** @param {string} text */
function fold(text) {
  return text.toLocaleLowerCase();
}
