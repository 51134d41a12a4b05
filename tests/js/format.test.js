/** Numbers and times as people read them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  clock,
  fill,
  percent,
  secondsSince,
  timeOfDay,
} from "../../static/js/lib/format.js";

test("a clock counts minutes, then hours, then days", () => {
  /** @type {Map<number | null, string>} */
  const table = new Map();
  table.set(null, "-").set(-4, "0:00").set(0, "0:00").set(9.9, "0:09");
  table.set(252, "4:12").set(3599, "59:59").set(3600, "1 h 00");
  table.set(11_520, "3 h 12").set(86_399, "23 h 59").set(93_600, "1 d 2 h");
  for (const [seconds, expected] of table) assert.equal(clock(seconds), expected);
});

test("a clock speaks the language that it is given", () => {
  const danish = (/** @type {string} */ text) => text.replace("s h", "s t");
  assert.equal(clock(11_520, danish), "3 t 12");
});

test("a share is a percentage, and nothing is a dash", () => {
  assert.equal(percent(0.834, "en"), "83%");
  assert.equal(percent(0.031, "da", 1), "3,1\u00a0%");
  assert.equal(percent(null, "en"), "-");
});

test("the time of day has seconds and 24 hours", () => {
  assert.equal(timeOfDay("2026-03-01T14:02:11.000Z", "en", "UTC"), "14:02:11");
  assert.equal(timeOfDay("2026-03-01T14:02:11.000Z", "da", "UTC"), "14.02.11");
  assert.equal(timeOfDay(null, "en"), "-");
  assert.equal(timeOfDay("soon", "en"), "-");
});

test("the age of a proof has tenths below a second", () => {
  assert.equal(ago(0.16), "0.1 s");
  assert.equal(
    ago(0.16, (text) => text, "da"),
    "0,1 s",
  );
  assert.equal(ago(3.9), "3 s");
  assert.equal(ago(75), "1:15");
});

test("seconds since a moment are never below zero", () => {
  const moment = "2026-03-01T12:00:00.000Z";
  assert.equal(secondsSince(moment, Date.parse(moment) + 4900), 4);
  assert.equal(secondsSince(moment, Date.parse(moment) - 900), 0);
  assert.equal(secondsSince(null, 0), null);
});

test("a pattern takes its values by name, and leaves what it does not know", () => {
  assert.equal(fill("%(a)s of %(b)s, %(c)s", { a: 1, b: "x" }), "1 of x, %(c)s");
});
