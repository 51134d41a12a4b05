/** Words of the desk for the codes of the interface; all through the catalogue. */

import {
  channelWord,
  leavingText,
  presenceWord,
  stateText,
} from "../elements/words.js";
import { clock } from "../lib/format.js";

/** @typedef {Record<string, any>} Any */

const LISTS = () =>
  /** @type {Record<string, string>} */ ({
    yours: gettext("Yours, %s"),
    consulting: gettext("Helping, %s"),
    waiting: gettext("Waiting for the customer, %s"),
    wrap_up: gettext("Wrap-up, %s"),
  });

const ACTIONS = () =>
  /** @type {Record<string, string>} */ ({
    hand: gettext("Raise hand"),
    lower: gettext("Lower hand"),
    consult: gettext("Consult"),
    hand_over: gettext("Transfer"),
    take_back: gettext("Take back"),
    wait: gettext("Put to waiting"),
    revive: gettext("Go on"),
    release: gettext("Release to the queue"),
    finish: gettext("End"),
    close: gettext("Close"),
    leave: gettext("Leave"),
  });

const MEANINGS = () =>
  /** @type {Record<string, string>} */ ({
    hand: gettext("Ask the queue's supervisors to look at this."),
    lower: gettext("You do not need a supervisor any more."),
    consult: gettext("Ask a colleague or a supervisor. The customer stays with you."),
    hand_over: gettext("Give it to another agent or another queue."),
    wait: gettext("Takes no units until the customer writes or you go on."),
    take_back: gettext("Ends the transfer that is offered; it stays with you."),
    release: gettext("It goes back to its queue; somebody else takes it."),
    finish: gettext("Ends it for the customer; you write your notes next."),
    close: gettext("Ends the wrap-up; the conversation is over."),
  });

const WHY_NOT = () =>
  /** @type {Record<string, string>} */ ({
    stale: gettext("This page has lost the server; commands wait until it is back."),
    unsent: gettext("Some of your messages are not sent yet."),
  });

const CLOSES = () =>
  /** @type {Record<string, string>} */ ({
    customer_gone: gettext(
      "The customer's browser is gone. Ends in %s unless they come back.",
    ),
    wrap_up: gettext("Closes in %s unless you close it before."),
    active: gettext("Closes in %s unless somebody writes."),
    waiting: gettext("Closes in %s unless the customer writes."),
    open: gettext("Closes in %s unless somebody takes it."),
  });

const LEFT = () =>
  /** @type {Record<string, string>} */ ({
    released: gettext("You gave it back to the queue."),
    transferred: gettext("It went to somebody else."),
    waiting: gettext("It waits for the customer now; the consult is over."),
    left: gettext("You no longer read along."),
    dismissed: gettext("The consult was ended."),
    customer_returned: gettext("The customer wrote again; it is back in its queue."),
    agent_disconnected: gettext("It went back to the queue while you were away."),
    agent_vanished: gettext("It went back to the queue while you were away."),
    awaiting_assignment: gettext("It is back in its queue."),
  });

const ENDINGS = () =>
  /** @type {Record<string, string>} */ ({
    timed_out: gettext("The offer of “%s” has timed out."),
    withdrawn: gettext("The offer of “%s” was withdrawn."),
  });

/**
 * @param {string} name of a list
 * @param {number} count
 */
export const listTitle = (name, count) => interpolate(LISTS()[name] ?? "%s", [count]);
/** @param {string} action */
export const deskAction = (action) => ACTIONS()[action] ?? action;
/** @param {string} action what it does, for the title */
export const deskMeaning = (action) => MEANINGS()[action] ?? "";
/** @param {string} code of a reason why a button is off */
export const whyNot = (code) => WHY_NOT()[code] ?? "";

/** @param {Any} row */
export const subjectOf = (row) => row.subject || gettext("No subject");
/** @param {Any} row */
export const customerOf = (row) => row.customer?.name || gettext("Unknown customer");

/** @param {{kind: string, seconds: number, minutes: number}} closing */
export function closingText({ kind, seconds, minutes }) {
  const sentence = CLOSES()[kind] ?? gettext("Closes in %s.");
  const near = seconds < 120;
  const time = near ? clock(seconds) : interpolate(gettext("%s min"), [minutes]);
  return interpolate(sentence, [minutes > 90 ? clock(seconds) : time]);
}

/**
 * From whom an offer is, and what it is.
 * @param {Any} offer
 */
export function offerTitle({ kind, offered_by: by, handed_over: handed, queue_name }) {
  if (kind === "consult") return interpolate(gettext("%s asks you for help"), [by]);
  if (!by) return interpolate(gettext("New in %s"), [queue_name]);
  if (handed) return interpolate(gettext("%s hands over to you"), [by]);
  return interpolate(gettext("Offer from %s"), [by]);
}

/** @param {Any} offer */
export function offerFacts({ conversation, queue_name: queue }) {
  const channel = channelWord(conversation.channel).toLocaleLowerCase();
  return [customerOf(conversation), queue, channel].filter(Boolean).join(" · ");
}

/** @param {Any} offer what it costs, and what the offerer says */
export function offerCost({ kind, units, units_over: over, text }) {
  const quote = text ? interpolate(gettext(" “%s”"), [text]) : "";
  if (kind === "consult") return gettext("Takes no units.") + quote;
  const takes = ngettext("Takes %s unit", "Takes %s units", units);
  const excess = over ? interpolate(gettext(", over by %s"), [over]) : "";
  return `${interpolate(takes, [units])}${excess}.${quote}`;
}

/**
 * @param {string} state of an offer that ended by itself
 * @param {Any} offer
 */
export function offerEnded(state, offer) {
  const sentence = ENDINGS()[state];
  return sentence ? interpolate(sentence, [subjectOf(offer.conversation)]) : "";
}

/** @param {Any} stay or agent row: the presence by its own name, else the base */
export function presenceName({ presence, presence_label, label }) {
  const own = presence_label || label;
  const word = own || presenceWord(presence);
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}

/**
 * What has changed under the agent's hands.
 * @param {Any} before
 * @param {Any | undefined} now
 */
export function difference(before, now) {
  if (!now) return "";
  const nobody = () => gettext("another agent");
  const [was, is] = [stateText(before, nobody), stateText(now, nobody)];
  const words = gettext("It was %(was)s and is now %(is)s.");
  return was === is ? "" : interpolate(words, { was, is }, true);
}

/** @param {string} reason why a conversation is no longer on the desk */
export function leftText(reason) {
  return LEFT()[reason] ?? leavingText({ reason });
}
