/**
 * How long to wait before the socket is tried again.
 */

const FIRST = [500, 3000];
const STEP = 1000;
const LONGEST = 30_000;
const BLOCKED = 120_000;

/**
 * @param {readonly number[]} window from, to
 * @param {() => number} random
 */
export function uniform([from, to], random) {
  return from + random() * (to - from);
}

/**
 * The first retry is spread a little, later ones have full jitter.
 * @param {number} attempt 1 for the first
 * @param {() => number} random
 */
export function retryDelay(attempt, random) {
  if (attempt <= 1) return uniform(FIRST, random);
  return uniform([0, Math.min(LONGEST, STEP * 2 ** attempt)], random);
}

/**
 * A server that is asked by too many at once closes with the window to come back in.
 * @param {string} reason of the close, often something else or nothing
 * @returns {readonly number[] | null} ms from, to; none that would be longer than any
 *   wait of our own
 */
export function windowIn(reason) {
  try {
    const [from, to] = JSON.parse(reason).retry_ms;
    const spread = to >= from && from >= 0 && to <= LONGEST;
    return spread ? [from, to] : null;
  } catch {
    return null;
  }
}

/**
 * HTTP works and the socket does not: something on the way blocks it, likely for long.
 * @param {() => number} random
 */
export function blockedDelay(random) {
  return uniform([BLOCKED, BLOCKED * 1.25], random);
}
