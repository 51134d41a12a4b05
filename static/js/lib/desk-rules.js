/**
 * What an agent may do with a conversation, in the order of the buttons, and the code of
 * the reason where something is not possible just now. The server decides again.
 */
import { isAsynchronous } from "./desk-lists.js";

/** @import { Entry, Visibility } from "./desk-types.js" */

/**
 * @typedef {"hand" | "lower" | "consult" | "hand_over" | "take_back" | "wait" | "revive"
 *   | "release" | "finish" | "close" | "leave"} DeskAction
 */
/** @typedef {{action: DeskAction, code: string}} Possible `code` "": it may be done */

/** @type {Record<string, DeskAction[]>} */
const TABLE = {
  in_conversation: ["hand", "consult", "hand_over", "wait", "release", "finish"],
  transfer_pending: ["hand", "consult", "take_back", "wait", "release", "finish"],
  waiting: ["revive", "hand_over"],
  waiting_transfer_pending: ["revive", "take_back"],
  wrap_up: ["close"],
};
/** @type {DeskAction[]} */
const CONSULTING = ["leave"];
const LEAVING = new Set(["wait", "release", "finish"]);

/**
 * @param {Entry} entry
 * @param {{untrusted: boolean, unsent: number}} here unsent: messages on their way out
 * @returns {Possible[]}
 */
export function possible(entry, { untrusted, unsent }) {
  const actions =
    entry.role === "consult" ? CONSULTING : (TABLE[situation(entry)] ?? []);
  return actions.filter(fits(entry)).map((action) => {
    const shown = action === "hand" && entry.hand ? "lower" : action;
    if (untrusted) return { action: shown, code: "stale" };
    const early = unsent > 0 && LEAVING.has(action) && action !== "finish";
    return { action: shown, code: early ? "unsent" : "" };
  });
}

/**
 * To whom the agent may write there; the first is what the box begins with.
 * @param {Entry} entry
 * @returns {Visibility[]}
 */
export function audiences({ role, is_added: added, state, phase }) {
  if (state === "waiting" || state === "closed") return [];
  if (state === "wrap_up" || (role === "consult" && !added)) return ["internal"];
  if (phase === "awaiting_acceptance") return ["internal"];
  return role === "consult" ? ["internal", "public"] : ["public", "internal"];
}

/** @param {Pick<Entry, "state" | "phase">} entry */
function situation({ state, phase }) {
  if (state === "active") return phase ?? "in_conversation";
  return state === "waiting" && phase ? `waiting_${phase}` : state;
}

/** @param {Entry} entry */
function fits(entry) {
  return (/** @type {DeskAction} */ action) => {
    if (action === "wait") return isAsynchronous(entry);
    // Only who hands over takes back; a supervisor's transfer is hers to end.
    return action !== "take_back" || entry.offer?.kind === "transfer";
  };
}
