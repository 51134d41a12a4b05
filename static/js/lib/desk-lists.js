/**
 * In which list each conversation of the desk stands, in what order, and how long its
 * customer has been without an answer.
 */
import { secondsSince } from "./format.js";

/** @import { Entry } from "./desk-types.js" */
/** @import { Id } from "./types.js" */

/** @typedef {"yours" | "consulting" | "waiting" | "wrap_up"} ListName */

export const LISTS = /** @type {const} */ ([
  "yours",
  "consulting",
  "waiting",
  "wrap_up",
]);
const ASYNCHRONOUS = new Set(["persistent_chat", "sms", "whatsapp", "messenger"]);

/** @param {{channel: string}} row */
export function isAsynchronous({ channel }) {
  return ASYNCHRONOUS.has(channel);
}

/**
 * @param {Entry} entry
 * @returns {ListName}
 */
export function listOf({ role, state }) {
  if (role === "consult") return "consulting";
  if (state === "waiting" || state === "wrap_up") return state;
  return "yours";
}

/**
 * The lists in their order. Within one the order is that of coming, so that nothing
 * moves because somebody writes.
 * @param {Iterable<Entry>} entries
 * @returns {{name: ListName, entries: Entry[]}[]}
 */
export function listed(entries) {
  const all = [...entries].sort(byComing);
  return LISTS.map((name) => ({
    name,
    entries: all.filter((entry) => listOf(entry) === name),
  })).filter(({ entries: some }) => some.length > 0);
}

/**
 * As the lists show them from top to bottom: what Alt+1 to Alt+9 and Alt+arrows mean.
 * @param {Iterable<Entry>} entries
 * @returns {Id[]}
 */
export function inOrder(entries) {
  return listed(entries).flatMap(({ entries: some }) => some.map(({ id }) => id));
}

/**
 * The next one up or down, round at the ends.
 * @param {Id[]} ids
 * @param {Id | null} from
 * @param {number} step 1 or -1
 */
export function neighbour(ids, from, step) {
  if (ids.length === 0) return null;
  const at = from === null ? -1 : ids.indexOf(from);
  if (at < 0) return step > 0 ? ids[0] : ids[ids.length - 1];
  return ids[(at + step + ids.length) % ids.length];
}

/**
 * How long the customer has waited for an answer, and whether that is too long.
 * @param {Pick<Entry, "unanswered_since" | "unanswered" | "state">} entry
 * @param {number} nowMs in the server's time
 * @returns {{seconds: number | null, verdict: "" | "soon" | "breach"}}
 */
export function unansweredOf({ unanswered_since: since, unanswered, state }, nowMs) {
  if (state === "wrap_up") return { seconds: null, verdict: "" };
  const seconds = secondsSince(since, nowMs);
  if (seconds === null) return { seconds, verdict: "" };
  if (seconds >= unanswered.breach) return { seconds, verdict: "breach" };
  return { seconds, verdict: seconds >= unanswered.soon ? "soon" : "" };
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
function byComing(one, other) {
  const came = (/** @type {Entry} */ { accepted_at, opened_at }) =>
    Date.parse(accepted_at ?? opened_at) || 0;
  return came(one) - came(other) || one.id - other.id;
}
