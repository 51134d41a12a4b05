/** One timer, in the server's time as pulses told it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ticker } from "../../static/js/lib/ticker.js";
import { World } from "./fixtures/world.js";

/** @param {number} ms */
const iso = (ms) => new Date(ms).toISOString();

test("it ticks on the server's whole seconds, for everybody at once", () => {
  const world = new World();
  const ticker = new Ticker(world);
  /** @type {number[]} */
  const ticks = [];
  ticker.subscribe((now) => ticks.push(now));
  ticker.observe(iso(50_300));
  ticker.start();
  world.advance(2000);
  assert.deepEqual(ticks, [51_000, 52_000]);
});

test("the pulse that came with the least delay gives the offset", () => {
  const world = new World();
  const ticker = new Ticker(world);
  ticker.observe(iso(9_000));
  ticker.observe(iso(9_900));
  ticker.observe(iso(9_500));
  assert.equal(ticker.serverNow(), 9_900);
});

test("an offset of long ago is forgotten", () => {
  const world = new World();
  const ticker = new Ticker(world);
  ticker.observe(iso(90_000));
  for (let times = 0; times < 8; times += 1) ticker.observe(iso(5_000));
  assert.equal(ticker.serverNow(), 5_000);
});

test("without a pulse it is the browser's own time; a bad one is passed over", () => {
  const world = new World();
  const ticker = new Ticker(world);
  ticker.observe("soon");
  world.advance(1234);
  assert.equal(ticker.serverNow(), 1234);
});

test("stopped, it does not tick", () => {
  const world = new World();
  const ticker = new Ticker(world);
  let ticks = 0;
  ticker.subscribe(() => ticks++);
  ticker.start();
  ticker.stop();
  world.advance(5000);
  assert.equal(ticks, 0);
});
