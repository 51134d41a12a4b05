/** Unsent messages: stored once each, in order, whatever is cut and whenever. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Outbox, Undelivered, undelivered } from "../../static/js/lib/outbox.js";
import { memory, PostOffice, simulate } from "./fixtures/post-office.js";
import { settled, World } from "./fixtures/world.js";

/** @type {World} */
let world;
/** @type {PostOffice} */
let office;
/** @type {Storage} */
let storage;

beforeEach(() => {
  world = new World();
  office = new PostOffice(world);
  storage = memory();
});

/** @param {Partial<import("../../static/js/lib/outbox.js").Options>} [options] */
function opened(options = {}) {
  const { setTimeout, clearTimeout, now, random } = world;
  const timers = { setTimeout, clearTimeout, now, random };
  const outbox = new Outbox({
    name: "test",
    storage,
    send: office.send,
    ...timers,
    ...options,
  });
  outbox.start();
  return outbox;
}

/** @param {Outbox} outbox */
const states = (outbox, key = "1") =>
  outbox.items(key).map(({ text, state }) => `${text}: ${state}`);

/** @param {number} ms */
async function later(ms) {
  for (let left = ms; left > 0; left -= 250) {
    world.advance(Math.min(250, left));
    await settled();
  }
}

test("a message is sending, then sent, and gone when the transcript has it", async () => {
  const outbox = opened();
  const { clientId } = outbox.add(1, "hello", { visibility: "public" });
  assert.deepEqual(states(outbox), ["hello: sending"]);
  await settled();
  assert.deepEqual(states(outbox), ["hello: sent"]);
  assert.equal(storage.length, 0);
  outbox.confirm(clientId);
  assert.deepEqual(states(outbox), []);
  assert.deepEqual(office.texts("1"), ["hello"]);
});

test("what onsent confirms never shows twice", async () => {
  /** @type {string[]} */
  const told = [];
  const outbox = opened({
    onsent: (item, answer) => {
      told.push(answer.message.text);
      outbox.confirm(item.clientId);
    },
  });
  outbox.add(1, "a");
  outbox.add(1, "b");
  await later(500);
  assert.deepEqual(told, ["a", "b"]);
  assert.deepEqual(states(outbox), []);
});

test("without network it is unsent and kept; those behind it too", async () => {
  const outbox = opened();
  office.down = true;
  outbox.add(1, "a");
  await settled();
  outbox.add(1, "b");
  assert.deepEqual(states(outbox), ["a: unsent", "b: unsent"]);
  assert.equal(outbox.items(1)[0].problem?.final, false);
  assert.equal(storage.length, 2);
});

test("the next conversation does not wait for it", async () => {
  const outbox = opened();
  office.deaf.add("1");
  outbox.add(1, "a");
  outbox.add(2, "b");
  await settled();
  assert.deepEqual(office.texts("2"), ["b"]);
});

test("back on the network: all of them at once, in order", async () => {
  const outbox = opened();
  office.down = true;
  outbox.add(1, "a");
  outbox.add(1, "b");
  await later(60_000);
  office.down = false;
  outbox.wake();
  assert.deepEqual(states(outbox), ["a: sending", "b: sending"]);
  await settled();
  assert.deepEqual(office.texts("1"), ["a", "b"]);
});

test("it is tried again by itself, at most half a minute later", async () => {
  const outbox = opened();
  office.down = true;
  outbox.add(1, "a");
  await later(120_000);
  office.down = false;
  await later(30_250);
  assert.deepEqual(office.texts("1"), ["a"]);
});

test("no answer is a failure too, and a late one still counts", async () => {
  const outbox = opened();
  const held = office.hold();
  outbox.add(1, "a");
  await later(15_250);
  assert.deepEqual(states(outbox), ["a: unsent"]);
  held.release();
  await settled();
  assert.deepEqual(states(outbox), ["a: sent"]);
  await later(60_000);
  assert.deepEqual(office.texts("1"), ["a"]);
});

test("the next page sends what this one could not", async () => {
  office.down = true;
  const first = opened();
  first.add(1, "a", { visibility: "internal" });
  await settled();
  first.stop();
  office.down = false;
  const second = opened();
  await settled();
  assert.deepEqual(office.texts("1"), ["a"]);
  assert.equal(office.asked.at(-1)?.extra.visibility, "internal");
  assert.deepEqual(states(second), ["a: sent"]);
});

test("stored, but the answer was lost: not stored again", async () => {
  const outbox = opened();
  office.muted = true;
  outbox.add(1, "a");
  await settled();
  assert.deepEqual(states(outbox), ["a: unsent"]);
  office.muted = false;
  await later(3250);
  assert.deepEqual(office.texts("1"), ["a"]);
  assert.ok(office.asked.length > 1);
});

test("a frame may bring it before the answer does", async () => {
  const outbox = opened();
  const held = office.hold();
  const { clientId } = outbox.add(1, "a");
  outbox.add(1, "b");
  await settled();
  outbox.confirm(clientId);
  held.release();
  await settled();
  assert.deepEqual(states(outbox), ["b: sent"]);
});

test("one at a time: what is on its way is not sent beside itself", async () => {
  const outbox = opened();
  office.hold();
  outbox.add(1, "a");
  outbox.add(1, "b");
  outbox.wake();
  await later(1000);
  assert.equal(office.asked.length, 1);
});

test("what is refused is passed over, and sent again only by hand", async () => {
  const outbox = opened();
  office.refuse("a", undelivered(400, { code: "too_large", detail: "Too long." }));
  const { clientId } = outbox.add(1, "a");
  outbox.add(1, "b");
  await later(120_000);
  assert.deepEqual(states(outbox), ["a: unsent", "b: sent"]);
  const final = { code: "too_large", detail: "Too long.", final: true };
  assert.deepEqual(outbox.items(1)[0].problem, final);
  office.refused.clear();
  outbox.wake();
  await settled();
  assert.deepEqual(office.texts("1"), ["b"]);
  outbox.retry(clientId);
  await settled();
  assert.deepEqual(office.texts("1"), ["b", "a"]);
});

test("asked for patience, it has it, whatever wakes it", async () => {
  const outbox = opened();
  office.refuse("a", undelivered(429, { code: "throttled", retry_after: 40 }));
  outbox.add(1, "a");
  await settled();
  office.refused.clear();
  outbox.wake();
  await later(39_000);
  assert.deepEqual(states(outbox), ["a: unsent"]);
  assert.equal(outbox.items(1)[0].problem?.code, "throttled");
  await later(1250);
  assert.deepEqual(office.texts("1"), ["a"]);
});

test("which answers are final", () => {
  const final = (/** @type {number} */ status) => undelivered(status).problem.final;
  assert.deepEqual([400, 401, 403, 404, 409].map(final), Array(5).fill(true));
  assert.deepEqual([408, 429, 500, 502, 503].map(final), Array(5).fill(false));
});

test("an unsent one can be taken back; one on its way cannot", async () => {
  const outbox = opened();
  const held = office.hold();
  const { clientId } = outbox.add(1, "a");
  outbox.discard(clientId);
  assert.deepEqual(states(outbox), ["a: sending"]);
  await settled();
  held.fail();
  await settled();
  outbox.discard(clientId);
  await later(60_000);
  assert.deepEqual([states(outbox), office.texts("1")], [[], []]);
});

test("clearing sends nothing any more", async () => {
  office.down = true;
  const outbox = opened();
  for (const text of ["a", "b", "c"]) outbox.add(1, text);
  outbox.add(2, "other");
  await settled();
  office.down = false;
  outbox.clear(1);
  await settled();
  assert.deepEqual(office.texts("1"), []);
  assert.equal(outbox.items(2).length, 1);
});

test("another tab's message shows here, and goes when that tab has sent it", async () => {
  const [one, two] = [opened(), opened()];
  const held = office.hold();
  one.add(1, "a");
  two.sync();
  assert.deepEqual(states(two), ["a: sending"]);
  await later(1000);
  assert.equal(office.asked.length, 1, "one tab is enough");
  held.release();
  await settled();
  two.sync();
  assert.deepEqual(states(two), []);
});

test("if the other tab is gone, this one sends it", async () => {
  const [one, two] = [opened(), opened()];
  office.hold();
  one.add(1, "a");
  await settled();
  one.stop();
  two.sync();
  await later(6000);
  assert.deepEqual(office.texts("1"), ["a"]);
});

test("a storage that refuses costs nothing but the reload", async () => {
  const refusing = new Proxy(memory(), {
    ownKeys: () => {
      throw new Error("SecurityError");
    },
    get: () => () => {
      throw new Error("QuotaExceededError");
    },
  });
  const outbox = opened({ storage: refusing });
  office.down = true;
  outbox.add(1, "a");
  await settled();
  outbox.sync();
  assert.deepEqual(states(outbox), ["a: unsent"]);
  office.down = false;
  outbox.wake();
  await settled();
  assert.deepEqual(office.texts("1"), ["a"]);
});

test("rubbish and what is older than a week is not sent", async () => {
  world.jump(30 * 86_400_000);
  const old = { clientId: "x", key: "1", text: "old", extra: {}, at: 1 };
  storage.setItem("outbox:test:x", JSON.stringify(old));
  storage.setItem("outbox:test:y", "{");
  storage.setItem("outbox:other:z", JSON.stringify({ ...old, clientId: "z" }));
  assert.deepEqual(states(opened()), []);
  assert.deepEqual(Object.keys(storage), ["outbox:other:z"]);
});

test("an error of another kind is a failure of the network", async () => {
  const outbox = opened({ send: () => Promise.reject(new TypeError("failed")) });
  outbox.add(1, "a");
  await settled();
  const problem = { code: "network", detail: "", final: false };
  assert.deepEqual(outbox.items(1)[0].problem, problem);
  assert.ok(new Undelivered("x") instanceof Error);
});

const RUNS = Number(process.env.RUNS ?? 400);
const FIRST = Number(process.env.SEED ?? 1);

test(`${RUNS} bad days: each message stored once, in order, and all of them`, async () => {
  let stored = 0;
  for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
    const day = await simulate(seed);
    assert.deepEqual(day.stored, day.written, `seed ${seed}`);
    assert.deepEqual(day.left, [], `seed ${seed}`);
    stored += day.stored.flat().length;
  }
  assert.ok(stored > RUNS * 4, `${stored} messages in ${RUNS} days`);
});
