/** System messages and events in the viewer's language; the server's English otherwise. */
import { actorWord, eventWord } from "./words.js";

/** @typedef {Record<string, any>} Any */

const SENTENCES = () =>
  /** @type {Record<string, string>} */ ({
    supervisor_joined: gettext("%(name)s joined the conversation."),
    supervisor_left: gettext("%(name)s left the conversation."),
    agent_joined: gettext("%(name)s is now here to help you."),
    agent_ended: gettext("The conversation was ended."),
    customer_ended: gettext("The customer ended the conversation."),
    force_closed: gettext("A supervisor ended this conversation."),
    auto_closed: gettext("The conversation was closed because nothing more happened."),
    elevated: gettext("The conversation continues by %(to)s."),
    released: gettext("The conversation went back to the queue."),
    consultant_joined: gettext("%(name)s joined the conversation."),
    consultant_left: gettext("%(name)s left the conversation."),
    consult_began: gettext("%(name)s reads along to help."),
    consult_ended: gettext("%(name)s no longer reads along."),
    transferred_to_queue: gettext("The conversation went to %(queue)s."),
    overflow_transferred: gettext("The conversation went to %(queue)s."),
    customer_left: gettext("The customer left."),
  });

const WAYS = () =>
  /** @type {Record<string, string>} */ ({
    voice: gettext("voice"),
    video: gettext("video"),
  });

/** @param {Any} message with code and params */
export function messageText({ code, params, text }) {
  const sentence = SENTENCES()[code];
  const known =
    sentence && named(sentence).every((name) => params?.[name] !== undefined);
  const words = { ...params, to: WAYS()[params?.to] ?? params?.to };
  return known ? interpolate(sentence, words, true) : text;
}

/**
 * @param {Any} event of the timeline
 * @param {Any} store for the names behind the ids
 */
export function eventText({ kind, actor, data }, store) {
  const target = targetOf(kind, data ?? {}, store);
  const word = target ? `${eventWord(kind)}: ${target}` : eventWord(kind);
  const who = actorWord(actor ?? "");
  return who && who !== target ? `${word} · ${who}` : word;
}

/**
 * Whom an event was about; queues only where the queue is the news.
 * @param {string} kind
 * @param {Any} data
 * @param {Any} store
 */
function targetOf(
  kind,
  { agent, target, queue, target_queue, user, supervisor },
  store,
) {
  const queueName = (/** @type {any} */ id) => store.queues.get(id)?.name;
  if (kind === "conversation.assigned_to_queue") return queueName(queue);
  if (kind === "conversation.handed_over_to_queue") return queueName(target_queue);
  if (kind.startsWith("consult")) {
    const asked = store.agents.get(agent)?.name;
    return asked ?? nameOfUser(user ?? supervisor, store);
  }
  return store.agents.get(target ?? agent)?.name;
}

/**
 * @param {number | undefined} user
 * @param {Any} store
 */
function nameOfUser(user, store) {
  if (user === undefined || user === null) return undefined;
  if (store.me?.id === user) return store.me.name;
  for (const agent of store.agents.values()) if (agent.user === user) return agent.name;
  return undefined;
}

/** @param {string} sentence */
function named(sentence) {
  return [...sentence.matchAll(/%\((\w+)\)s/g)].map(([, name]) => name);
}
