/** Hands are told of when they go up, when their sentence changes, and when they are down. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RaisedHands } from "../../static/js/lib/raised-hands.js";
import { RowStore } from "../../static/js/lib/store.js";
import { gone, row, rows, snapshot, T0 } from "./fixtures/things.js";

/** @type {string[]} */
let told;
/** @type {RowStore} */
let store;
/** @type {RaisedHands} */
let hands;

/** @param {string} text */
const asking = (text) => ({ hand: { since: T0, text } });

beforeEach(() => {
  told = [];
  store = new RowStore();
  hands = new RaisedHands(store, {
    raised: ({ id, hand }, news) => told.push(`${id} ${hand?.text} ${news}`),
    lowered: (id) => told.push(`${id} down`),
  });
});

test("what was up when the page was opened is no news, what goes up later is", () => {
  store.replace(snapshot({ conversations: [row(1, 1, asking("Help")), row(2, 1)] }));
  store.apply(rows({ conversations: [row(2, 2, asking("Me too"))] }));
  assert.deepEqual(told, ["1 Help false", "2 Me too true"]);
  assert.equal(hands.count, 2);
});

test("a row that changes otherwise says nothing again; another sentence does", () => {
  store.replace(snapshot({ conversations: [row(1, 1, asking("Help"))] }));
  store.apply(rows({ conversations: [row(1, 2, { ...asking("Help"), units: 5 })] }));
  store.apply(rows({ conversations: [row(1, 3, asking("Please"))] }));
  assert.deepEqual(told, ["1 Help false", "1 Please true"]);
  assert.equal(hands.count, 1);
});

test("a hand is down once: lowered, or its conversation gone", () => {
  const both = [row(1, 1, asking("Help")), row(2, 1, asking("Help"))];
  store.replace(snapshot({ conversations: both }));
  told = [];
  store.apply(rows({ conversations: [row(1, 2)] }));
  store.apply(rows({ conversations: [row(1, 3)] }));
  store.apply(gone({ conversations: [{ id: 2, version: 2, reason: "resolved" }] }));
  assert.deepEqual(told, ["1 down", "2 down"]);
  assert.equal(hands.count, 0);
});

test("a snapshot after a gap brings what was missed, both ways", () => {
  store.replace(snapshot({ conversations: [row(1, 1, asking("Help")), row(2, 1)] }));
  told = [];
  store.replace(snapshot({ conversations: [row(1, 2), row(2, 2, asking("Now me"))] }));
  assert.deepEqual(told.sort(), ["1 down", "2 Now me true"]);
});

test("an own command's answer counts at once", () => {
  store.replace(snapshot({ conversations: [row(1, 1, asking("Help"))] }));
  store.mergeAnswer(row(1, 2));
  assert.equal(hands.count, 0);
});
