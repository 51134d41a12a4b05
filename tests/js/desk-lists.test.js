/** Lists, their order, the keys that walk them, and unanswered customers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  inOrder,
  listed,
  neighbour,
  unansweredOf,
} from "../../static/js/lib/desk-lists.js";
import { at, entry, T0 } from "./fixtures/desk.js";

test("each conversation stands in one list, and empty lists are left out", () => {
  const all = [
    entry(1),
    entry(2, { state: "waiting", phase: null }),
    entry(3, { role: "consult" }),
    entry(4, { state: "wrap_up", phase: null }),
  ];
  const names = listed(all).map(({ name, entries }) => [
    name,
    entries.map(({ id }) => id),
  ]);
  assert.deepEqual(names, [
    ["yours", [1]],
    ["consulting", [3]],
    ["waiting", [2]],
    ["wrap_up", [4]],
  ]);
  assert.deepEqual(
    listed([entry(1)]).map(({ name }) => name),
    ["yours"],
  );
});

test("a consultant's conversation in wrap-up stays among those that one is asked about", () => {
  const [only] = listed([entry(1, { role: "consult", state: "wrap_up" })]);
  assert.equal(only.name, "consulting");
});

test("the order is that of coming, whoever writes", () => {
  const early = entry(9, { accepted_at: at(10), unanswered_since: null });
  const late = entry(3, { accepted_at: at(20), unanswered_since: at(21) });
  assert.deepEqual(inOrder([late, early]), [9, 3]);
});

test("neighbours go round at both ends and begin at the ends", () => {
  assert.equal(neighbour([1, 2, 3], 3, 1), 1);
  assert.equal(neighbour([1, 2, 3], 1, -1), 3);
  assert.equal(neighbour([1, 2, 3], null, 1), 1);
  assert.equal(neighbour([1, 2, 3], null, -1), 3);
  assert.equal(neighbour([1, 2, 3], 77, 1), 1);
  assert.equal(neighbour([], 1, 1), null);
});

for (const [seconds, verdict] of /** @type {[number, string][]} */ ([
  [0, ""],
  [59, ""],
  [60, "soon"],
  [119, "soon"],
  [120, "breach"],
])) {
  test(`unanswered for ${seconds} s of 60 and 120 is "${verdict}"`, () => {
    const one = entry(1, { unanswered_since: at(0) });
    assert.deepEqual(unansweredOf(one, T0 + seconds * 1000), { seconds, verdict });
  });
}

test("who is answered, or has ended, waits for nothing", () => {
  assert.equal(unansweredOf(entry(1), T0).seconds, null);
  const ended = entry(1, { state: "wrap_up", unanswered_since: at(0) });
  assert.deepEqual(unansweredOf(ended, T0 + 999_000), { seconds: null, verdict: "" });
});
