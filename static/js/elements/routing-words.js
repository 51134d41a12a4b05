/** Why routing gives a conversation to nobody, or to whom it gave it. */

/** @typedef {Record<string, any>} Any */

const REASONS = () =>
  /** @type {Record<string, string>} */ ({
    "": gettext("could take it"),
    presence_not_allowed: gettext("presence takes no such work"),
    capacity_exceeded: gettext("not enough units left"),
    skills_missing: gettext("a skill is missing"),
    decline_limit: gettext("declined too often"),
    session_limit: gettext("too many open sessions"),
    paused: gettext("has just declined"),
    manual_queue: gettext("the queue does not assign by itself"),
    queue_closed: gettext("the queue was closed"),
    too_many_declines: gettext("declined by too many"),
    nobody_in_queue: gettext("nobody works in this queue"),
  });

/** @param {string} code */
export const reasonWord = (code) => REASONS()[code] ?? code.replaceAll("_", " ");

/**
 * The whole in one sentence.
 * @param {Any} explanation
 * @param {(agent: number) => string} nameOf
 */
export function wholeSentence({ reason, reason_text: text, chosen, summary }, nameOf) {
  if (reason) return text || reasonWord(reason);
  if (chosen !== null)
    return interpolate(gettext("%s is asked next."), [nameOf(chosen)]);
  const all = sum(summary);
  const sentence = ngettext(
    "The only agent of this queue can't take it.",
    "None of the %s agents of this queue can take it.",
    all,
  );
  return interpolate(sentence, all === 1 ? [] : [all]);
}

/**
 * What was decided at a moment that is past.
 * @param {Any} explanation
 * @param {(agent: number) => string} nameOf
 */
export function decisionText({ reason, chosen, summary }, nameOf) {
  if (chosen !== null) return interpolate(gettext("Offered to %s"), [nameOf(chosen)]);
  const why = reason ? reasonWord(reason) : counts(summary).map(countText).join(", ");
  return interpolate(gettext("Nobody: %s"), [why]);
}

/**
 * The reasons with how many agents each leaves out, the commonest first.
 * @param {Record<string, number>} summary
 */
export function counts(summary) {
  return Object.entries(summary ?? {})
    .map(([code, agents]) => ({ code, agents }))
    .sort((one, other) => other.agents - one.agents);
}

/** @param {{code: string, agents: number}} count */
export function countText({ code, agents }) {
  return `${agents} × ${reasonWord(code)}`;
}

/** @param {Record<string, number>} summary */
function sum(summary) {
  return Object.values(summary ?? {}).reduce((all, one) => all + one, 0);
}
