/** Make before break: a server says goodbye, and the page moves without a gap. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Board, ONE } from "./fixtures/board.js";
import { hello, pulse, row, rows, snapshot } from "./fixtures/things.js";

const TWO = { conversations: [row(1, 2)] };
const BYE = { type: "bye", retry_ms: [1000, 3000] };

/** @type {Board} */
let board;
/** @type {Set<string>} whatever the badge said since the farewell */
let said;
/** @type {import("./fixtures/world.js").FakeSocket} */
let old;

beforeEach(() => {
  board = new Board();
  board.live();
  old = board.socket;
  said = new Set();
  board.stream.subscribe(({ kind }) => said.add(kind));
  old.say(BYE);
});

const opened = () => board.world.sockets.length;
const version = () => board.store.conversations.get(1)?.version;

/** The moment in the middle of the window has come. */
function secondSocket() {
  board.world.advance(2000);
  old.say(pulse(ONE));
  return board.socket;
}

test("a second socket is opened within the window, and the first one stays", () => {
  board.world.advance(1999);
  assert.equal(opened(), 1);
  board.world.advance(1);
  assert.equal(opened(), 2);
  assert.equal(old.closedByClient, false);
});

test("a farewell said twice is one", () => {
  board.world.advance(1500);
  old.say(BYE);
  board.world.advance(500);
  assert.equal(opened(), 2);
  old.say(BYE);
  board.world.advance(1000);
  assert.equal(opened(), 2);
});

test("until the second can prove, the first is shown and asked", async () => {
  const second = secondSocket();
  board.open(snapshot(TWO));
  assert.equal(version(), 1);
  old.say(rows({ conversations: [row(7, 1)] }));
  assert.equal(board.store.conversations.has(7), true);
  await board.stream.refresh();
  assert.equal(second.sent.length, 0);
  assert.deepEqual(old.sent.at(-1), { type: "refresh" });
});

test("one step leads to the second, and the badge never says anything but live", () => {
  secondSocket();
  board.open(snapshot(ONE));
  board.socket.say(rows(TWO));
  assert.equal(version(), 1);
  board.socket.say(pulse(TWO));
  assert.equal(version(), 2);
  assert.equal(old.closedByClient, true);
  board.world.advance(2000);
  assert.deepEqual([...said], ["live"]);
});

test("after the move the second is the only one that counts", async () => {
  const second = secondSocket();
  board.open(snapshot(TWO));
  second.say(pulse(TWO));
  old.say(rows({ conversations: [row(9, 1)] }));
  old.end(1012);
  assert.equal(board.store.conversations.has(9), false);
  assert.equal(board.kind, "live");
  await board.stream.refresh();
  assert.deepEqual(second.sent.at(-1), { type: "refresh" });
  second.end(1006);
  assert.equal(board.kind, "reconnecting");
  board.world.advance(3000);
  assert.equal(opened(), 3);
});

test("the first closes early: what the second has shown is taken, still live", () => {
  secondSocket();
  board.open(snapshot(TWO));
  old.end(1012);
  assert.equal(version(), 2);
  assert.equal(board.kind, "live");
  board.world.advance(5000);
  assert.equal(board.kind, "catching_up");
  board.socket.say(pulse(TWO));
  assert.equal(board.kind, "live");
});

test("the first closes before the second has shown anything: one connection less", () => {
  secondSocket();
  board.socket.say(hello());
  old.end(1012);
  assert.equal(board.kind, "catching_up");
  board.socket.sayBinary(snapshot(TWO));
  board.socket.say(pulse(TWO));
  assert.equal(board.kind, "live");
  assert.equal(opened(), 2);
});

test("the second fails: it is tried again while the first lives", () => {
  secondSocket().end(1006);
  assert.equal(board.kind, "live");
  board.world.advance(1750);
  assert.equal(opened(), 3);
  board.open(snapshot(TWO));
  board.socket.say(pulse(TWO));
  assert.equal(version(), 2);
});

test("the second is swallowed: it is let go and tried again", () => {
  const second = secondSocket();
  for (let times = 0; times < 6; times += 1) {
    board.world.advance(2000);
    old.say(pulse(ONE));
  }
  assert.equal(second.closedByClient, true);
  assert.equal(opened(), 3);
  assert.deepEqual([...said], ["live"]);
});

test("the first closes before the moment: the moment stays", () => {
  board.world.advance(500);
  old.end(1012);
  assert.equal(board.kind, "reconnecting");
  board.world.advance(1499);
  assert.equal(opened(), 1);
  board.world.advance(1);
  assert.equal(opened(), 2);
});

test("a clock that is set back does not put the moment off", () => {
  board.world.jump(-3_600_000);
  old.end(1012);
  board.world.advance(2000);
  assert.equal(opened(), 2);
});

test("a snapshot on the second that is not sound is not believed", () => {
  const second = secondSocket();
  board.open(snapshot(TWO, { digest: "0123456789abcdef" }));
  second.say(pulse(ONE));
  assert.equal(board.kind, "catching_up");
  assert.equal(board.asked > 0, true);
});

test("the second says goodbye in its turn: a third follows it", () => {
  const second = secondSocket();
  board.open(snapshot(TWO));
  second.say(BYE);
  second.say(pulse(TWO));
  board.world.advance(2000);
  assert.equal(opened(), 3);
  board.open(snapshot(TWO));
  board.socket.say(pulse(TWO));
  assert.equal(second.closedByClient, true);
  assert.deepEqual([...said], ["live"]);
});

test("stopped, no second socket is opened or left open", () => {
  const second = secondSocket();
  board.stream.stop();
  assert.equal(second.closedByClient, true);
  board.world.advance(60_000);
  assert.equal(opened(), 2);
});

test("too many at once: the window in the close is obeyed", () => {
  const waiting = new Board();
  waiting.live();
  waiting.socket.end(1013, '{"retry_ms": [10000, 20000]}');
  waiting.world.advance(14_999);
  assert.equal(waiting.world.sockets.length, 1);
  waiting.world.advance(1);
  assert.equal(waiting.world.sockets.length, 2);
});

test("a reason that names no good window is none", () => {
  for (const reason of ["", "busy", "{}", '{"retry_ms": [5, 1]}', "null"]) {
    const waiting = new Board();
    waiting.live();
    waiting.socket.end(1013, reason);
    waiting.world.advance(1750);
    assert.equal(waiting.world.sockets.length, 2, reason);
  }
});

test("woken while patient, it asks at once", () => {
  const waiting = new Board();
  waiting.live();
  waiting.socket.end(1013, '{"retry_ms": [10000, 20000]}');
  waiting.stream.wake();
  assert.equal(waiting.world.sockets.length, 2);
});
