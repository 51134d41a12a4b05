/** Since when somebody shows a presence, who set it, and why. */
import { timeOfDay } from "../lib/format.js";
import { actorWord } from "./words.js";

const REASONS = () =>
  /** @type {Record<string, string>} */ ({
    unused: gettext("no work"),
    partly_used: gettext("room left"),
    full: gettext("full"),
    over_capacity: gettext("over capacity"),
    back_to_chosen: gettext("as chosen before"),
    missed_offer: gettext("missed offer"),
    declined_offer: gettext("declined offer"),
    signed_in: gettext("signed in"),
    disconnected: gettext("browser gone"),
    vanished: gettext("browser gone for long"),
  });

/**
 * Since when, by whom, why: "10:04, system: full".
 * @param {{since: string, by: string, reason: string}} stay
 * @param {string} own name of the agent who looks at it
 * @param {string} locale
 */
export function presenceCause({ since, by, reason }, own, locale) {
  const time = timeOfDay(since, locale).slice(0, 5);
  const why = REASONS()[reason] ?? reason;
  if (by === "agent" || by === own) return time;
  const who = actorWord(by);
  return why ? `${time}, ${who}: ${why}` : `${time}, ${who}`;
}
