/** A call for help stays until it is answered, here or elsewhere, or nobody may answer. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ConsultAsks } from "../../static/js/lib/consult-asks.js";

const ASK = { offer: 9, conversation: 1, expires_at: "2026-03-01T12:01:00.000Z" };
const T0 = Date.parse("2026-03-01T12:00:00.000Z");

/** @type {string[]} */
let said;
/** @type {any} what the server answers next */
let answer;
/** @type {any} */
let detail;
/** @type {ConsultAsks} */
let asks;

beforeEach(() => {
  said = [];
  answer = { ok: true, status: 200 };
  detail = { ok: true, status: 200, timeline: [] };
  asks = new ConsultAsks({
    answer: async (offer, word) => {
      said.push(`${word} ${offer}`);
      return answer;
    },
    detail: async () => {
      said.push("look");
      return detail;
    },
    ended: ({ offer }, ending) => said.push(`${offer} ${ending}`),
    refused: ({ offer }, { code }) => said.push(`${offer} refused ${code}`),
  });
  asks.add(ASK, T0);
});

/** @param {number} seconds */
async function after(seconds) {
  asks.tick(T0 + seconds * 1000);
  await new Promise(setImmediate);
}

test("one that is known already is not asked anew", () => {
  assert.equal(asks.add(ASK, T0), false);
});

test("accepted, it is ended and cannot be answered again", async () => {
  assert.equal(await asks.answer(9, "accept"), true);
  assert.equal(await asks.answer(9, "decline"), false);
  assert.deepEqual(said, ["accept 9", "9 accepted"]);
});

test("two presses are one answer", async () => {
  const [first, second] = await Promise.all([
    asks.answer(9, "accept"),
    asks.answer(9, "accept"),
  ]);
  assert.deepEqual([first, second], [true, false]);
  assert.deepEqual(said, ["accept 9", "9 accepted"]);
});

test("after a lost answer it can be tried again", async () => {
  answer = { ok: false, status: 0, code: "network", detail: "" };
  assert.equal(await asks.answer(9, "accept"), false);
  answer = { ok: true, status: 200 };
  assert.equal(await asks.answer(9, "accept"), true);
  assert.deepEqual(said, ["accept 9", "9 refused network", "accept 9", "9 accepted"]);
});

test("who comes too late is told that it has ended", async () => {
  answer = { ok: false, status: 409, code: "offer_ended", detail: "" };
  await asks.answer(9, "accept");
  assert.deepEqual(said, ["accept 9", "9 gone"]);
});

test("it ends with its countdown, once", async () => {
  await after(4);
  await after(60);
  await after(61);
  assert.deepEqual(said, ["9 timed_out"]);
});

const ELSEWHERE = /** @type {const} */ ([
  ["consult.accepted", "accepted"],
  ["consult.declined", "declined"],
  ["consult.withdrawn", "withdrawn"],
]);
for (const [kind, ending] of ELSEWHERE) {
  test(`${kind} elsewhere is seen in the timeline`, async () => {
    await after(5);
    detail.timeline = [
      { kind, data: { offer: 8 } },
      { kind: "consult.asked", data: { offer: 9 } },
    ];
    await after(10);
    detail.timeline.push({ kind, data: { offer: 9 } });
    await after(12);
    await after(15);
    assert.deepEqual(said, ["look", "look", "look", `9 ${ending}`]);
  });
}

test("a conversation that is out of sight or closed takes its calls along", async () => {
  detail = { ok: false, status: 404, code: "not_found" };
  await after(5);
  assert.deepEqual(said, ["look", "9 gone"]);
});

test("a look that fails changes nothing", async () => {
  detail = { ok: false, status: 0, code: "network" };
  await after(5);
  assert.deepEqual(said, ["look"]);
  assert.equal(await asks.answer(9, "accept"), true);
});
