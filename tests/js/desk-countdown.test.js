/** Countdown of offers, the ring, and what closes by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byUrgency,
  closing,
  countdown,
  ringDash,
} from "../../static/js/lib/desk-countdown.js";
import { at, offer, T0 } from "./fixtures/desk.js";

const after = (/** @type {number} */ ms) => T0 + ms;

test("seconds are counted up to whole ones, so that 0 means over", () => {
  assert.deepEqual(countdown(offer(1), after(0)), { left: 120, total: 120, share: 1 });
  assert.equal(countdown(offer(1), after(119_001)).left, 1);
  assert.equal(countdown(offer(1), after(120_000)).left, 0);
  assert.equal(countdown(offer(1), after(500_000)).left, 0);
});

test("the share falls by whole seconds only", () => {
  const one = countdown(offer(1), after(30_001)).share;
  assert.equal(one, countdown(offer(1), after(30_999)).share);
  assert.equal(one, 90 / 120);
});

test("a clock that is behind shows a full ring, never more", () => {
  assert.equal(countdown(offer(1), after(-9000)).share, 1);
});

test("without a beginning the present is one", () => {
  assert.equal(countdown({ expires_at: at(40) }, after(0)).total, 40);
});

test("the ring's dash is that share of its circumference", () => {
  const [drawn, around] = ringDash(0.5, 24).split(" ").map(Number);
  assert.ok(Math.abs(drawn * 2 - around) < 0.2);
  assert.ok(Math.abs(around - 150.8) < 0.01);
  assert.equal(ringDash(0, 24).split(" ")[0], "0.0");
});

test("the keys answer what ends first, and the older of two that end together", () => {
  const offers = [
    offer(3, { expires_at: at(90) }),
    offer(2, { expires_at: at(30) }),
    offer(1, { expires_at: at(90) }),
  ];
  assert.deepEqual(
    byUrgency(offers).map(({ id }) => id),
    [2, 1, 3],
  );
});

test("what closes by itself is told once it is near", () => {
  assert.equal(closing(null, T0), null);
  assert.deepEqual(closing({ kind: "wrap_up", at: at(200) }, T0), {
    kind: "wrap_up",
    seconds: 200,
    minutes: 4,
  });
  assert.equal(closing({ kind: "active", at: at(901) }, T0), null);
  assert.equal(closing({ kind: "active", at: at(900) }, T0)?.minutes, 15);
  assert.equal(closing({ kind: "customer_gone", at: at(-3) }, T0)?.seconds, 0);
});
