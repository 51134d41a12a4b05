/** The store holds the newest version of everything, whoever brought it and when. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RowStore } from "../../static/js/lib/store.js";
import {
  agent,
  gone,
  pulse,
  queue,
  row,
  rows,
  settings,
  snapshot,
} from "./fixtures/things.js";

/** @import { Change } from "../../static/js/lib/types.js" */

/** @type {RowStore} */
let store;
/** @type {Change[]} */
let changes;

beforeEach(() => {
  store = new RowStore();
  changes = [];
  store.subscribe((change) => changes.push(change));
});

/** @param {...[number, number]} versions */
function holding(...versions) {
  store.replace(snapshot({ conversations: versions.map(([id, v]) => row(id, v)) }));
  changes.length = 0;
}

const shown = () => [...store.conversations.values()].map((r) => [r.id, r.version]);
/** @param {...[number, number]} versions */
const conversations = (...versions) => ({
  conversations: versions.map(([id, v]) => row(id, v)),
});
/** @param {number} id @param {number} version */
const closed = (id, version) => ({ id, version, reason: "force_closed", by: "Ida" });
/** @param {number} id @param {number} version */
const outOfScope = (id, version) => ({ id, version, reason: "out_of_scope" });

test("a snapshot replaces everything and says what left", () => {
  holding([1, 1], [2, 1]);
  const sound = store.replace(snapshot(conversations([2, 3], [4, 1])));
  assert.equal(sound, true);
  assert.deepEqual(shown(), [
    [2, 3],
    [4, 1],
  ]);
  assert.equal(changes.length, 1);
  assert.equal(changes[0].snapshot, true);
  assert.deepEqual(
    changes[0].gone.map(({ id }) => id),
    [1],
  );
});

test("a snapshot whose content is not what its digest says is not sound", () => {
  const broken = snapshot(conversations([1, 1]), { digest: "00000000000000ff" });
  assert.equal(store.replace(broken), false);
});

test("an older row of the stream never takes the place of a newer one", () => {
  holding([1, 5]);
  store.apply(rows(conversations([1, 4])));
  assert.deepEqual(shown(), [[1, 5]]);
  assert.equal(changes[0].conversations.size, 0);
});

test("one frame is one call that names each thing that changed", () => {
  holding([1, 1], [2, 1]);
  const things = { agents: [agent(7, 2)], queues: [queue(3, 1)] };
  store.apply(rows({ ...conversations([1, 2], [2, 1], [9, 1]), ...things }));
  assert.equal(changes.length, 1);
  assert.deepEqual([...changes[0].conversations], [1, 9]);
  assert.deepEqual([...changes[0].agents], [7]);
  assert.deepEqual([...changes[0].queues], [3]);
});

test("a row that goes is told with its reason, by whom, and what it was", () => {
  holding([1, 1]);
  store.apply(gone({ conversations: [closed(1, 2)] }));
  assert.deepEqual(shown(), []);
  const [departure] = changes[0].gone;
  assert.equal(departure.reason, "force_closed");
  assert.equal(departure.by, "Ida");
  assert.equal(departure.row.customer.name, "Signe Holm");
});

test("a row that is gone is not brought back by an older row", () => {
  holding([1, 1]);
  store.apply(gone({ conversations: [closed(1, 3)] }));
  store.apply(rows(conversations([1, 2])));
  assert.deepEqual(shown(), []);
});

test("a departure older than the row that is there changes nothing", () => {
  holding([1, 4]);
  store.apply(gone({ conversations: [outOfScope(1, 3)] }));
  assert.deepEqual(shown(), [[1, 4]]);
});

test("a row may leave scope and come back at the same version", () => {
  holding([1, 4]);
  store.apply(gone({ conversations: [outOfScope(1, 4)] }));
  assert.deepEqual(shown(), []);
  store.apply(rows(conversations([1, 4])));
  assert.deepEqual(shown(), [[1, 4]]);
});

test("agents and queues leave too", () => {
  store.replace(
    snapshot({ agents: [agent(7, 1), agent(8, 1)], queues: [queue(1, 1)] }),
  );
  changes.length = 0;
  store.apply(gone({ agents: [outOfScope(7, 1)], queues: [outOfScope(1, 1)] }));
  assert.deepEqual([...store.agents.keys()], [8]);
  assert.equal(store.queues.size, 0);
  assert.deepEqual([...changes[0].agents], [7]);
  assert.equal(store.verify(pulse({ agents: [agent(8, 1)] })), "ok");
});

test("an answer runs ahead of the stream until the stream brings its version", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  assert.deepEqual(shown(), [[1, 2]]);
  assert.equal(store.isAhead(1), true);
  store.apply(rows(conversations([1, 2])));
  assert.equal(store.isAhead(1), false);
  assert.deepEqual([...changes[1].conversations], [1]);
});

test("an answer that is older than the stream changes nothing", () => {
  holding([1, 5]);
  store.mergeAnswer(row(1, 4));
  assert.deepEqual(shown(), [[1, 5]]);
  assert.equal(store.isAhead(1), false);
});

test("an answer that says closed stays closed against older rows of the stream", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 3, { state: "closed", status_reason: "force_closed" }));
  assert.equal(changes[0].gone[0].reason, "force_closed");
  store.apply(rows(conversations([1, 2])));
  assert.deepEqual(shown(), []);
  store.apply(gone({ conversations: [closed(1, 3)] }));
  assert.equal(store.isAhead(1), false);
});

test("an answer that says gone counts only if it is newer than what is there", () => {
  holding([1, 3]);
  store.mergeAnswer({ gone: outOfScope(1, 3) });
  assert.deepEqual(shown(), [[1, 3]]);
  store.mergeAnswer({ gone: outOfScope(1, 4) });
  assert.deepEqual(shown(), []);
});

test("a late answer cannot bring back what the stream has taken away", () => {
  holding([1, 2]);
  store.apply(gone({ conversations: [outOfScope(1, 2)] }));
  store.mergeAnswer(row(1, 2));
  assert.deepEqual(shown(), []);
});

test("an answer outlives one older snapshot, and the next one wins", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  store.replace(snapshot(conversations([1, 1])));
  assert.deepEqual(shown(), [[1, 2]]);
  store.replace(snapshot(conversations([1, 1])));
  assert.deepEqual(shown(), [[1, 1]]);
  assert.equal(store.isAhead(1), false);
});

test("an own force close is not undone by a snapshot from just before it", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2, { state: "closed" }));
  store.replace(snapshot(conversations([1, 1])));
  assert.deepEqual(shown(), []);
});

test("an answer for something that a snapshot does not hold is dropped", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  store.replace(snapshot({}));
  assert.deepEqual(shown(), []);
});

test("a pulse with the digest of the screen is ok", () => {
  holding([1, 1]);
  store.apply(rows(conversations([1, 2])));
  assert.equal(store.verify(pulse(conversations([1, 2]))), "ok");
});

test("a mismatch with nothing ahead is stale", () => {
  holding([1, 1]);
  assert.equal(store.verify(pulse(conversations([1, 2]))), "stale");
});

test("a mismatch while an answer is ahead waits one pulse, the second is stale", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  const before = pulse(conversations([1, 1]));
  assert.equal(store.verify(before), "ahead");
  assert.equal(store.verify(before), "stale");
});

test("once the stream has followed, the pulse is ok again", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  assert.equal(store.verify(pulse(conversations([1, 1]))), "ahead");
  store.apply(rows(conversations([1, 2])));
  assert.equal(store.verify(pulse(conversations([1, 2]))), "ok");
});

test("a stream of own commands is never called stale while the stream follows", () => {
  holding([1, 1], [2, 1]);
  for (let version = 2; version < 50; version += 1) {
    store.mergeAnswer(row(1, version));
    const sent = conversations([1, version - 1], [2, 1]);
    assert.equal(store.verify(pulse(sent)), "ahead");
    store.apply(rows(conversations([1, version])));
  }
});

test("further commands on a row do not buy a stream that stands still more time", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2));
  assert.equal(store.verify(pulse(conversations([1, 1]))), "ahead");
  store.mergeAnswer(row(1, 3));
  assert.equal(store.verify(pulse(conversations([1, 1]))), "stale");
});

test("a loss on the stream is stale at once, even while an answer is ahead", () => {
  holding([1, 1], [2, 1]);
  store.mergeAnswer(row(1, 2));
  assert.equal(store.verify(pulse(conversations([1, 1], [2, 2]))), "stale");
});

test("a force close that is ahead waits one pulse as well", () => {
  holding([1, 1]);
  store.mergeAnswer(row(1, 2, { state: "closed" }));
  assert.equal(store.verify(pulse(conversations([1, 1]))), "ahead");
  store.apply(gone({ conversations: [closed(1, 2)] }));
  assert.equal(store.verify(pulse({})), "ok");
});

test("switches that are older than the server's make the screen stale", () => {
  holding([1, 1]);
  const later = pulse(conversations([1, 1]), { settings_version: 2 });
  assert.equal(store.verify(later), "stale");
  const now = settings({ version: 2, force_close: false });
  store.apply({ type: "settings", tick: 3, settings: now });
  assert.equal(changes[0].settings, true);
  assert.equal(store.settings?.force_close, false);
  assert.equal(store.verify(later), "ok");
});

test("metrics are kept and told", () => {
  const tiles = /** @type {any} */ ({ ongoing: 3 });
  store.apply({ type: "metrics", tick: 3, tiles });
  assert.equal(store.metrics?.ongoing, 3);
  assert.equal(changes[0].metrics, true);
});

test("who has unsubscribed is not told any more", () => {
  /** @type {Change[]} */
  const heard = [];
  const unsubscribe = store.subscribe((change) => heard.push(change));
  unsubscribe();
  store.apply(rows(conversations([1, 1])));
  assert.equal(heard.length, 0);
});
