/** System messages and events in the viewer's language; the server's English otherwise. */
import { eventWord } from "./words.js";

/** @typedef {Record<string, any>} Any */

const SENTENCES = () => /** @type {Record<string, string>} */ ({
  notice: gettext("This conversation may be monitored and stored."),
  agent_accepted: gettext("%(agent)s accepted"),
  agent_joined: gettext("%(agent)s joined"),
  agent_left: gettext("%(agent)s left"),
  supervisor_joined: gettext("%(name)s joined as consultant"),
  supervisor_left: gettext("%(name)s left"),
  force_closed: gettext("A supervisor ended the conversation."),
  transferred: gettext("Transferred to %(agent)s"),
  customer_left: gettext("The customer left"),
  consent_given: gettext("The customer agreed to monitoring and storing."),
});

/** @param {Any} message with code and params */
export function messageText({ code, params, text }) {
  const sentence = SENTENCES()[code];
  const known = sentence && named(sentence).every((name) => params?.[name] !== undefined);
  return known ? interpolate(sentence, params ?? {}, true) : text;
}

/** @param {Any} event of the timeline */
export function eventText({ kind, actor, data }) {
  const who = typeof actor === "string" ? actor : (actor?.name ?? "");
  const target = data?.agent_name ?? data?.target ?? data?.queue_name ?? "";
  const word = target ? `${eventWord(kind)}: ${target}` : eventWord(kind);
  return who ? `${word} · ${who}` : word;
}

/** @param {string} sentence */
function named(sentence) {
  return [...sentence.matchAll(/%\((\w+)\)s/g)].map(([, name]) => name);
}
