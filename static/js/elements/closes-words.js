/** When a conversation will end by itself, and what would prevent it. */
import { clock } from "../lib/format.js";

const SENTENCES = () =>
  /** @type {Record<string, string>} */ ({
    customer_gone: gettext("The customer is away; ends in %s unless they return."),
    wrap_up: gettext("Closes in %s unless the agent closes it before."),
    active: gettext("Closes in %s unless somebody writes."),
    waiting: gettext("Closes in %s unless the customer writes."),
    open: gettext("Closes in %s unless somebody takes it."),
  });
const BY_SECONDS = new Set(["customer_gone"]);
const NEAR = 120;
const HOUR = 3600;
const DAY = 86_400_000;

/**
 * What ends in weeks is no news in the panel, only in a tooltip.
 * @param {{at: string} | null | undefined} closes
 * @param {number} now ms in the server's time
 */
export function closesSoon(closes, now) {
  return Boolean(closes) && Date.parse(closes?.at ?? "") - now < DAY;
}

/**
 * @param {{kind: string, at: string} | null | undefined} closes
 * @param {number} now ms in the server's time
 */
export function closesText(closes, now) {
  if (!closes) return "";
  const seconds = Math.max(0, Math.ceil((Date.parse(closes.at) - now) / 1000));
  const sentence = SENTENCES()[closes.kind] ?? gettext("Closes in %s.");
  return interpolate(sentence, [timeLeft(seconds, BY_SECONDS.has(closes.kind))]);
}

/**
 * Seconds only where they matter: a far end need not be watched.
 * @param {number} seconds
 * @param {boolean} exact
 */
function timeLeft(seconds, exact) {
  if (exact || seconds < NEAR || seconds >= HOUR) return clock(seconds);
  return interpolate(gettext("%s min"), [Math.ceil(seconds / 60)]);
}
