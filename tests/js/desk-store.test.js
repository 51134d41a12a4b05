/** The desk's store: frames change it, answers run ahead, the digest proves it. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DeskStore } from "../../static/js/lib/desk-store.js";
import { agent, desk, entry, message, offer, trueDigest } from "./fixtures/desk.js";

/** @type {DeskStore} */
let store;
/** @type {any[]} */
let changes;

beforeEach(() => {
  store = new DeskStore();
  changes = [];
  store.subscribe((change) => changes.push(change));
});

const newest = () => changes[changes.length - 1];
const ids = (/** @type {Iterable<{id: number}>} */ things) =>
  [...things].map(({ id }) => id);

test("a desk takes the place of all that was there, and tells what is new", () => {
  store.replace(desk({ conversations: [entry(1), entry(2)], offers: [offer(5)] }));
  const messages = { 2: [message(21)] };
  store.replace(desk({ conversations: [entry(2)], offers: [offer(6)], messages }));
  assert.deepEqual([...store.entries.keys()], [2]);
  assert.deepEqual([...store.offers.keys()], [6]);
  assert.deepEqual(ids(newest().offered), [6]);
  assert.deepEqual(ids(newest().ended.map((/** @type {any} */ one) => one.offer)), [5]);
  assert.deepEqual(ids(newest().gone), [1]);
  assert.deepEqual(ids(newest().messages.get(2)), [21]);
});

test("the same desk again announces nothing a second time", () => {
  const same = desk({
    conversations: [entry(1)],
    offers: [offer(5)],
    messages: { 1: [message(3)] },
  });
  store.replace(same);
  store.replace(same);
  assert.deepEqual(newest().offered, []);
  assert.equal(newest().messages.size, 0);
});

test("messages stand in the order of their ids and are learned once", () => {
  store.replace(desk({ conversations: [entry(1)] }));
  store.message(1, message(9));
  store.message(1, message(4));
  store.message(1, message(9));
  assert.deepEqual(ids(store.messages(1)), [4, 9]);
  assert.equal(newest().messages.size, 0);
});

test("what was read back of a long conversation outlives the next desk", () => {
  const end = { 1: [message(8), message(9)] };
  store.replace(desk({ conversations: [entry(1)], messages: end }));
  store.earlier(1, [message(3), message(8)]);
  assert.equal(newest().messages.size, 0);
  store.replace(desk({ conversations: [entry(1)], messages: end }));
  assert.deepEqual(ids(store.messages(1)), [3, 8, 9]);
});

test("an older row never takes the place of a newer one", () => {
  store.replace(desk({ conversations: [entry(1, { version: 5, subject: "new" })] }));
  store.rows([entry(1, { version: 4, subject: "old" })]);
  assert.equal(store.entries.get(1)?.subject, "new");
  store.rows([entry(1, { version: 5, notes: "same version, other notes" })]);
  assert.equal(store.entries.get(1)?.notes, "same version, other notes");
});

test("the answer of an own command changes the row and keeps what only the desk knows", () => {
  store.replace(desk({ conversations: [entry(1, { notes: "mine" })] }));
  const row = { ...entry(1), version: 2, state: "wrap_up" };
  const { notes: _notes, role: _role, ...plain } = row;
  store.answer(/** @type {any} */ (plain));
  assert.equal(store.entries.get(1)?.state, "wrap_up");
  assert.equal(store.entries.get(1)?.notes, "mine");
  assert.equal(store.entries.get(1)?.role, "primary");
});

test("an answer about a conversation that is not on the desk brings it only if accepted", () => {
  store.replace(desk());
  store.answer(entry(7, { version: 3 }));
  assert.equal(store.entries.has(7), false);
  store.answer(entry(7, { version: 3 }), { role: "consult", queue_name: "Support" });
  assert.equal(store.entries.get(7)?.queue_name, "Support");
});

test("what has left is remembered with its reason until it comes back", () => {
  store.replace(desk({ conversations: [entry(1)] }));
  store.gone([{ id: 1, reason: "force_closed" }]);
  assert.equal(store.left.get(1)?.reason, "force_closed");
  assert.deepEqual(ids(newest().gone), [1]);
  store.rows([entry(1, { version: 2 })]);
  assert.equal(store.left.has(1), false);
});

test("an offer is announced once, and its end tells which it was", () => {
  store.replace(desk());
  store.offer(offer(5));
  assert.deepEqual(ids(newest().offered), [5]);
  store.offer(offer(5, { text: "changed" }));
  assert.deepEqual(newest().offered, []);
  store.offerEnded(5, "timed_out");
  assert.equal(newest().ended[0].state, "timed_out");
  const told = changes.length;
  store.offerEnded(5, "timed_out");
  assert.equal(changes.length, told);
});

test("an older presence changes nothing", () => {
  store.replace(desk({ agent: agent({ version: 4, presence: "away" }) }));
  store.presence(agent({ version: 3, presence: "busy" }));
  assert.equal(store.agent?.presence, "away");
});

test("the digest is the XOR of BLAKE2b over agent, conversations with last message, offers", () => {
  const all = {
    agent: agent({ version: 9 }),
    conversations: [entry(1, { version: 3 }), entry(2, { version: 4 })],
    offers: [offer(5)],
    messages: { 1: [message(11), message(12)] },
  };
  store.replace(desk(all));
  const names = ["a:14:9", "c:1:3:12", "c:2:4:0", "o:5"];
  const reference = names
    .map((name) => BigInt(`0x${KNOWN[name]}`))
    .reduce((sum, one) => sum ^ one, 0n);
  assert.equal(store.digest, reference.toString(16).padStart(16, "0"));
  assert.equal(store.digest, trueDigest(all));
});

test("a mismatch asks anew once, a second one in a row is stale, a match heals", () => {
  store.replace(desk({ conversations: [entry(1)] }));
  const wrong = { digest: "00000000000000aa" };
  assert.equal(store.verify({ digest: store.digest }), "ok");
  assert.equal(store.doubtful, false);
  assert.equal(store.verify(wrong), "ahead");
  assert.equal(store.doubtful, true);
  assert.equal(store.verify(wrong), "stale");
  assert.equal(store.verify({ digest: store.digest }), "ok");
  assert.equal(store.doubtful, false);
});

test("an own answer that has run ahead is given one pulse before anything is asked", () => {
  store.replace(desk({ conversations: [entry(1)] }));
  const before = store.digest;
  store.answer(entry(1, { version: 2 }));
  assert.equal(store.verify({ digest: before }), "ahead");
  assert.equal(store.doubtful, false);
  assert.equal(store.verify({ digest: before }), "stale");
  assert.equal(store.doubtful, true);
});

/** From Python: hashlib.blake2b(name.encode(), digest_size=8).hexdigest() */
const KNOWN = /** @type {Record<string, string>} */ ({
  "a:14:9": "441b38af57006bba",
  "c:1:3:12": "4343a081c55a9afd",
  "c:2:4:0": "6b1ec5bccdf8a4af",
  "o:5": "4253c219e27097ce",
});
