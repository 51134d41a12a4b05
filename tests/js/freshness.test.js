/** What the badge says, event by event; times in ms of the browser's own clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  freshnessOf,
  reduce,
  trusted,
  unproven,
} from "../../static/js/lib/freshness.js";

/** @import { Event } from "../../static/js/lib/freshness.js" */

const NOON = "2026-03-01T12:00:00.000Z";
const ONE_SECOND_LATER = "2026-03-01T12:00:01.000Z";
const FIVE_SECONDS_LATER = "2026-03-01T12:00:05.000Z";

/** @param {number} at @returns {Event} */
const opened = (at) => ({ type: "opened", at, period: 2000 });
/** @param {number} at @returns {Event} */
const closed = (at) => ({ type: "closed", at });
/** @param {number} at @returns {Event} */
const clock = (at) => ({ type: "clock", at });
/** @param {number} at @returns {Event} */
const whole = (at) => ({ type: "snapshot", at, comparedAt: NOON });
/**
 * @param {number} at
 * @param {"ok" | "ahead" | "stale"} [verdict]
 * @param {string} [serverTime]
 * @returns {Event}
 */
const pulsed = (at, verdict = "ok", serverTime = ONE_SECOND_LATER) => ({
  ...{ type: "pulse", at, serverTime, comparedAt: NOON, verdict },
});
/**
 * @param {number} at
 * @param {string} [serverTime]
 * @returns {Event}
 */
const polled = (at, serverTime = ONE_SECOND_LATER) => ({
  ...{ type: "polled", at, serverTime, comparedAt: NOON, within: 7500 },
});
/**
 * @param {number} at
 * @param {number} now seconds on the hub's clock
 * @param {number} compared
 * @returns {Event}
 */
const proved = (at, now, compared) => ({
  ...pulsed(at),
  ...{ steady: { now, compared } },
});
const LIVE = [opened(100), whole(200), pulsed(1000)];

/** @type {[string, Event[], string, string | null | undefined][]} */
const TABLE = [
  ["nothing has happened", [clock(50)], "catching_up", undefined],
  ["the first socket was refused", [{ type: "refused", at: 50 }], "reconnecting", null],
  ["open, without a snapshot", [opened(100)], "catching_up", undefined],
  ["a snapshot alone", [opened(100), whole(200)], "catching_up", undefined],
  ["a pulse that agrees", LIVE, "live", undefined],
  ["a pulse with an answer ahead", [...LIVE, pulsed(3000, "ahead")], "live", undefined],
  ["just below 2.5 periods", [...LIVE, clock(5999)], "live", undefined],
  ["2.5 periods without a pulse", [...LIVE, clock(6000)], "catching_up", undefined],
  ["5 periods without a pulse", [...LIVE, clock(11000)], "reconnecting", NOON],
  [
    "a pulse that disagrees",
    [...LIVE, pulsed(3000, "stale")],
    "catching_up",
    undefined,
  ],
  [
    "disagreeing on and on",
    [...LIVE, pulsed(3000, "stale"), pulsed(13000, "stale")],
    "reconnecting",
    NOON,
  ],
  [
    "stale, then only a snapshot",
    [...LIVE, pulsed(3000, "stale"), whole(3100)],
    "catching_up",
    undefined,
  ],
  [
    "stale, snapshot, pulse",
    [...LIVE, pulsed(3000, "stale"), whole(3100), pulsed(5000)],
    "live",
    undefined,
  ],
  ["a snapshot in between", [...LIVE, whole(1500)], "live", undefined],
  [
    "the server announced a resync",
    [...LIVE, { type: "doubt", at: 1500 }],
    "catching_up",
    undefined,
  ],
  [
    "compared two periods ago",
    [...LIVE, pulsed(3000, "ok", "2026-03-01T12:00:04.000Z")],
    "live",
    undefined,
  ],
  [
    "a hub that cannot compare",
    [...LIVE, pulsed(3000, "ok", FIVE_SECONDS_LATER)],
    "catching_up",
    undefined,
  ],
  [
    "a pulse with unreadable times",
    [...LIVE, pulsed(3000, "ok", "soon")],
    "catching_up",
    undefined,
  ],
  ["the socket closed", [...LIVE, closed(1500)], "reconnecting", NOON],
  [
    "open again after that",
    [...LIVE, closed(1500), opened(3000)],
    "catching_up",
    undefined,
  ],
  [
    "open again, proof of old",
    [...LIVE, closed(1500), opened(1600), clock(1700)],
    "catching_up",
    undefined,
  ],
  ["polling", [closed(100), polled(200)], "polling", NOON],
  [
    "polling, no answer for long",
    [closed(100), polled(200), clock(7700)],
    "reconnecting",
    NOON,
  ],
  [
    "a poll failed",
    [closed(100), polled(200), { type: "poll_failed", at: 3200 }],
    "reconnecting",
    NOON,
  ],
  [
    "polling from a hub that cannot compare",
    [closed(100), polled(200, FIVE_SECONDS_LATER)],
    "reconnecting",
    NOON,
  ],
  [
    "polling while a socket is tried",
    [closed(100), polled(200), opened(300)],
    "polling",
    NOON,
  ],
  [
    "live after polling",
    [closed(100), polled(200), opened(300), whole(400), pulsed(500)],
    "live",
    undefined,
  ],
  [
    "proved by a fresh comparison",
    [...LIVE, proved(2000, 50, 49.9)],
    "live",
    undefined,
  ],
  [
    "fresh until then",
    [...LIVE, proved(2000, 50, 49.9), clock(4699)],
    "live",
    undefined,
  ],
  [
    "nothing newer for 2.8 seconds after it",
    [...LIVE, proved(2000, 50, 49.9), clock(4700)],
    "catching_up",
    undefined,
  ],
  ["compared long ago", [...LIVE, proved(2000, 50, 47.1)], "catching_up", undefined],
  [
    "compared just now, but three seconds on its way",
    [...LIVE, proved(2000, 50, 50), proved(6000, 51, 51)],
    "catching_up",
    undefined,
  ],
  [
    "the first pulse was slow, the next one is not",
    [...LIVE, proved(5000, 50, 50), proved(5100, 51, 51)],
    "live",
    undefined,
  ],
  [
    "another server's clock",
    [...LIVE, proved(2000, 50, 50), opened(2100), proved(2200, 7, 7)],
    "live",
    undefined,
  ],
  [
    "the browser's clock was set ahead",
    [...LIVE, proved(2000, 50, 50), clock(3_602_000), proved(3_602_500, 51, 51)],
    "live",
    undefined,
  ],
  ["the clock was set back", [...LIVE, clock(400)], "catching_up", undefined],
  ["the machine slept an hour", [...LIVE, clock(3_600_000)], "reconnecting", NOON],
];

for (const [name, events, kind, asOf] of TABLE) {
  test(`${name}: ${kind}`, () => {
    const freshness = freshnessOf(events.reduce(reduce, unproven(0)));
    assert.equal(freshness.kind, kind);
    if (asOf !== undefined) assert.equal(Object(freshness).asOf, asOf);
  });
}

test("the age of live is the time since the last proof, in seconds", () => {
  const state = [...LIVE, clock(2500)].reduce(reduce, unproven(0));
  assert.deepEqual(freshnessOf(state), { kind: "live", age: 1.5 });
});

test("commands may be given on what is live or polled, not on anything else", () => {
  assert.equal(trusted({ kind: "live", age: 0 }), true);
  assert.equal(trusted({ kind: "polling", asOf: NOON }), true);
  assert.equal(trusted({ kind: "catching_up" }), false);
  assert.equal(trusted({ kind: "reconnecting", asOf: NOON }), false);
});

test("clocks that run apart for a day stay live", () => {
  const day = 86_400;
  let state = reduce(unproven(0), opened(0));
  for (let second = 1; second <= day; second += 1) {
    state = reduce(state, proved(second * 1000 * 1.0001, second, second));
    assert.equal(freshnessOf(state).kind, "live");
  }
});
