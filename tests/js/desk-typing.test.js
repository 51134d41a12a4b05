/** Typing both ways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OthersTyping, OwnTyping } from "../../static/js/lib/desk-typing.js";

const NORA = { kind: "customer", name: "Nora" };

test("own typing is told at most every three seconds for each audience", () => {
  let now = 0;
  /** @type {any[]} */
  const told = [];
  const typing = new OwnTyping(
    () => now,
    (frame) => told.push(frame),
  );
  for (now = 0; now <= 6000; now += 100) typing.typed(1, "public");
  assert.equal(told.length, 3);
  typing.typed(1, "internal");
  typing.typed(2, "public");
  assert.deepEqual(
    told.slice(3).map(({ conversation, visibility }) => [conversation, visibility]),
    [
      [1, "internal"],
      [2, "public"],
    ],
  );
});

test("after sending, the next key is news again; a clock set back silences nobody", () => {
  let now = 10_000;
  let told = 0;
  const typing = new OwnTyping(
    () => now,
    () => {
      told += 1;
    },
  );
  typing.typed(1, "public");
  typing.sent(1);
  typing.typed(1, "public");
  assert.equal(told, 2);
  now = 0;
  typing.typed(1, "public");
  assert.equal(told, 3);
});

test("others are shown for five seconds, or until they have said it", () => {
  let now = 0;
  const typing = new OthersTyping(() => now);
  typing.typed(1, NORA, "public");
  typing.typed(1, { kind: "supervisor", name: "S" }, "internal");
  now = 4999;
  assert.equal(typing.in(1).length, 2);
  assert.deepEqual(typing.in(2), []);
  typing.said(1, NORA);
  assert.deepEqual(
    typing.in(1).map(({ sender }) => sender.name),
    ["S"],
  );
  now = 5000;
  assert.deepEqual(typing.in(1), []);
});
