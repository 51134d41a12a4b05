/**
 * The arithmetic of an offer's countdown, and of what will close by itself.
 */

/** @import { DeskOffer } from "./desk-types.js" */

/**
 * @param {{created_at?: string | null, expires_at: string}} offer
 * @param {number} nowMs in the server's time
 * @returns {{left: number, total: number, share: number}} whole seconds; the share that
 *   is left falls by seconds too, so that it needs no motion
 */
export function countdown({ created_at: from, expires_at: to }, nowMs) {
  const end = Date.parse(to);
  const left = Math.max(0, Math.ceil((end - nowMs) / 1000));
  const begin = from ? Date.parse(from) : Number.NaN;
  const total = Math.max(1, Math.round((end - (begin || nowMs)) / 1000));
  return { left, total, share: Math.min(1, left / total) };
}

/**
 * The two lengths of `stroke-dasharray` that draw a share of a ring.
 * @param {number} share
 * @param {number} radius
 */
export function ringDash(share, radius) {
  const around = 2 * Math.PI * radius;
  return `${(share * around).toFixed(1)} ${around.toFixed(1)}`;
}

/**
 * Which offer the keys answer: the one whose time ends first.
 * @param {Iterable<DeskOffer>} offers
 */
export function byUrgency(offers) {
  const ends = (/** @type {DeskOffer} */ { expires_at }) => Date.parse(expires_at);
  return [...offers].sort((one, other) => ends(one) - ends(other) || one.id - other.id);
}

const TOLD_FROM = /** @type {Record<string, number>} */ ({
  customer_gone: Infinity,
  wrap_up: Infinity,
  active: 900,
  open: 900,
  waiting: 86_400,
});

/**
 * How long until a conversation closes by itself, where that is near enough to be told.
 * @param {{kind: string, at: string} | null | undefined} closes
 * @param {number} nowMs in the server's time
 * @returns {{kind: string, seconds: number, minutes: number} | null}
 */
export function closing(closes, nowMs) {
  if (!closes) return null;
  const seconds = Math.max(0, Math.ceil((Date.parse(closes.at) - nowMs) / 1000));
  if (seconds > (TOLD_FROM[closes.kind] ?? Infinity)) return null;
  return { kind: closes.kind, seconds, minutes: Math.ceil(seconds / 60) };
}
