/** Alerts in the viewer's language; the server's own text where a kind is not known. */
import { moodWord } from "./words.js";

/** @typedef {Record<string, any>} Any */

const SENTENCES = () =>
  /** @type {Record<string, string>} */ ({
    assign_declined: gettext(
      "%(agent)s declined “%(subject)s”; it is back in the queue.",
    ),
    assign_timed_out: gettext(
      "%(agent)s did not answer; “%(subject)s” is back in the queue.",
    ),
    transfer_accepted: gettext("%(agent)s accepted the transfer of “%(subject)s”."),
    transfer_declined: gettext("%(agent)s declined the transfer of “%(subject)s”."),
    transfer_timed_out: gettext(
      "%(agent)s did not answer the transfer of “%(subject)s”.",
    ),
    offer_withdrawn: gettext("The offer of “%(subject)s” to %(agent)s was withdrawn."),
    sentiment_fell: gettext("%(customer)s's mood fell in “%(subject)s”."),
    mood_fell_yours: gettext("%(customer)s's mood fell in “%(subject)s”."),
    hand_raised: gettext("%(agent)s asks for help in “%(subject)s”: %(text)s"),
    hand_cleared: gettext("%(by)s has seen to your call for help in “%(subject)s”."),
    consult_asked: gettext(
      "%(agent)s asks you to read along in “%(subject)s”: %(text)s",
    ),
    consult_accepted: gettext("%(agent)s reads along in “%(subject)s”."),
    consult_declined: gettext("%(agent)s cannot help in “%(subject)s” just now."),
    consult_timed_out: gettext(
      "%(agent)s did not answer your call for help in “%(subject)s”.",
    ),
    agent_vanished: gettext("%(agent)s has gone; “%(subject)s” is back in the queue."),
    hand_over_accepted: gettext("%(agent)s has taken over “%(subject)s”."),
    hand_over_declined: gettext("%(agent)s did not take over “%(subject)s”."),
    hand_over_timed_out: gettext(
      "%(agent)s did not answer the transfer of “%(subject)s”.",
    ),
  });

/** Said where nothing was written along. */
const WITHOUT_TEXT = () =>
  /** @type {Record<string, string>} */ ({
    hand_raised: gettext("%(agent)s asks for help in “%(subject)s”."),
    consult_asked: gettext("%(agent)s asks you to read along in “%(subject)s”."),
  });

/**
 * @param {Any} alert
 * @param {Any} store
 */
export function alertText({ kind, params = {}, conversation, text }, store) {
  const sentence = (!params.text && WITHOUT_TEXT()[kind]) || SENTENCES()[kind];
  const row = store.conversations.get(conversation);
  const agent =
    store.agents.get(params.agent)?.name ?? params.agent_name ?? params.agent;
  const level = params.level && moodWord(params.level);
  const words = { ...params, agent, level, subject: params.subject ?? row?.subject };
  const known =
    sentence &&
    [...sentence.matchAll(/%\((\w+)\)s/g)].every(
      ([, name]) => typeof words[name] === "string",
    );
  return known ? interpolate(sentence, words, true) : text;
}
