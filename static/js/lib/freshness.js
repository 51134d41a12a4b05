/**
 * How far the screen may be trusted, as a pure function of what happened. Only stretches
 * of the browser's own clock are measured here; it is never compared with the server's.
 */

/** @import { Freshness, Verdict } from "./types.js" */

/**
 * @typedef {object} State
 * @property {number} now the time of the last event
 * @property {"idle" | "open" | "closed"} socket
 * @property {number} period of the pulses, ms
 * @property {number} doubtSince since when there is no proof
 * @property {number | null} provenAt the moment as of which this socket has proved all
 * @property {number} trust how long such a proof holds, ms
 * @property {number | null} swiftest the browser's clock minus the server's steady one,
 *   by the pulse that was least long on its way
 * @property {string | null} asOf what the shown data is as of, in the server's time
 * @property {number | null} polledUntil how long the last poll may be trusted
 */
/**
 * @typedef {{type: "opened" | "moved", at: number, period?: number}
 *   | {type: "closed" | "refused" | "doubt" | "poll_failed" | "clock", at: number}
 *   | {type: "snapshot", at: number, comparedAt: string}
 *   | {type: "pulse", at: number, serverTime: string, comparedAt: string,
 *       verdict: Verdict, steady?: {now: number, compared: number} | null}
 *   | {type: "polled", at: number, serverTime: string, comparedAt: string,
 *       within: number}} Event
 */

// A screen that misses something for three seconds must not call itself live.
const LIVE_MS = 2800;
// By which two clocks may run apart without looking like frames that take ever longer.
const DRIFT = 2e-4;
// So long without any event: the machine slept, or its clock was set.
const JUMP_MS = 10_000;
const LIVE_PERIODS = 2.5;
const COMPARED_PERIODS = 2;
const PATIENCE_PERIODS = 5;

/**
 * @param {number} now
 * @returns {State}
 */
export function unproven(now) {
  return {
    now,
    socket: "idle",
    period: 2000,
    doubtSince: now,
    provenAt: null,
    trust: LIVE_MS,
    swiftest: null,
    asOf: null,
    polledUntil: null,
  };
}

/**
 * @param {State} before
 * @param {Event} event
 * @returns {State}
 */
export function reduce(before, event) {
  const state = { ...steady(before, event.at), now: event.at };
  switch (event.type) {
    case "opened":
      return { ...doubting(state), ...anew, ...periodOf(event, state) };
    case "moved":
      return { ...state, ...anew, period: event.period ?? state.period };
    case "closed":
    case "refused":
      return { ...doubting(state), socket: "closed" };
    case "doubt":
      return doubting(state);
    case "snapshot":
      return { ...state, asOf: event.comparedAt, polledUntil: null };
    case "pulse":
      return pulsed(state, event);
    case "polled":
      return polled(state, event);
    case "poll_failed":
      return { ...state, polledUntil: null };
    default:
      return state;
  }
}

/** @type {{socket: "open", swiftest: null}} another server, another clock */
const anew = { socket: "open", swiftest: null };

/**
 * What the badge says.
 * @param {State} state
 * @returns {Freshness}
 */
export function freshnessOf(state) {
  const age = state.provenAt === null ? Infinity : state.now - state.provenAt;
  if (age < state.trust) return { kind: "live", age: age / 1000 };
  if (state.polledUntil !== null && state.now < state.polledUntil) {
    return { kind: "polling", asOf: state.asOf };
  }
  if (state.socket === "idle" || patient(state)) return { kind: "catching_up" };
  return { kind: "reconnecting", asOf: state.asOf };
}

/**
 * May commands be given on what the screen shows?
 * @param {Freshness} freshness
 */
export function trusted({ kind }) {
  return kind === "live" || kind === "polling";
}

/**
 * A clock that was set back would make an old proof look young: it proves nothing. After
 * a jump ahead all that is on its way would look late.
 * @param {State} state
 * @param {number} at
 * @returns {State}
 */
function steady(state, at) {
  if (at > state.now + JUMP_MS) return { ...state, swiftest: null };
  if (at >= state.now) return state;
  return {
    ...{ ...state, doubtSince: at, provenAt: null },
    ...{ polledUntil: null, swiftest: null },
  };
}

/**
 * @param {State} state
 * @returns {State}
 */
function doubting(state) {
  const doubtSince = state.provenAt === null ? state.doubtSince : state.now;
  return { ...state, doubtSince, provenAt: null };
}

/**
 * @param {{period?: number}} event
 * @param {State} state
 */
function periodOf({ period }, { now, period: known }) {
  return { doubtSince: now, period: period ?? known };
}

/**
 * @param {State} state
 * @param {Extract<Event, {type: "pulse"}>} pulse
 * @returns {State}
 */
function pulsed(state, pulse) {
  const { serverTime, comparedAt, verdict, steady } = pulse;
  if (verdict === "stale") return { ...doubting(state), polledUntil: null };
  const told = { ...state, asOf: comparedAt };
  if (steady) return provenBy(steady, told);
  if (!compared(state, serverTime, comparedAt)) return doubting(told);
  const trust = LIVE_PERIODS * state.period;
  return { ...told, provenAt: state.now, trust, polledUntil: null };
}

/**
 * What was compared a while ago, or was long on its way, proves as much less. The
 * server's steady clock is only ever compared with itself.
 * @param {{now: number, compared: number}} steady in seconds
 * @param {State} state
 * @returns {State}
 */
function provenBy({ now, compared }, state) {
  const distance = state.now * (1 - DRIFT) - 1000 * now;
  const swiftest = Math.min(state.swiftest ?? distance, distance);
  const age = distance - swiftest + 1000 * Math.max(0, now - compared);
  const told = { ...state, swiftest, trust: LIVE_MS };
  if (!(age < LIVE_MS)) return doubting(told);
  return { ...told, provenAt: state.now - age, polledUntil: null };
}

/**
 * @param {State} state
 * @param {Extract<Event, {type: "polled"}>} poll
 * @returns {State}
 */
function polled(state, { serverTime, comparedAt, within }) {
  const trustworthy = compared(state, serverTime, comparedAt);
  const polledUntil = trustworthy ? state.now + within : null;
  return { ...state, asOf: comparedAt, polledUntil };
}

/**
 * Both times are the server's. An unreadable one makes the comparison false.
 * @param {State} state
 * @param {string} serverTime
 * @param {string} comparedAt
 */
function compared({ period }, serverTime, comparedAt) {
  const lag = Date.parse(serverTime) - Date.parse(comparedAt);
  return lag <= COMPARED_PERIODS * period;
}

/** @param {State} state */
function patient(state) {
  const since = state.provenAt ?? state.doubtSince;
  const waiting = state.now - since < PATIENCE_PERIODS * state.period;
  return state.socket === "open" && waiting;
}
