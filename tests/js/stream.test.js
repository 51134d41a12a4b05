/** The life of the stream: what is said, what is asked, when it comes back. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { BoardStream } from "../../static/js/lib/stream.js";
import { Board, ONE } from "./fixtures/board.js";
import { hello, pulse, row, rows, snapshot } from "./fixtures/things.js";
import { settled } from "./fixtures/world.js";

/** @type {Board} */
let board;

beforeEach(() => {
  board = new Board();
});

test("snapshot and an agreeing pulse make the screen live", () => {
  board.stream.start();
  assert.equal(board.kind, "catching_up");
  board.open();
  assert.equal(board.kind, "catching_up");
  board.socket.say(pulse(ONE));
  assert.equal(board.kind, "live");
});

test("the real snapshot is unpacked, and what follows it waits for that", async () => {
  const real = new BoardStream({
    ...{
      url: "ws://floor/",
      snapshotUrl: "/",
      store: board.store,
      hidden: () => false,
    },
    ...{
      WebSocketClass: board.world.WebSocketClass,
      fetch: board.http.fetch,
      now: board.world.now,
    },
    ...{ setTimeout: board.world.setTimeout, clearTimeout: board.world.clearTimeout },
  });
  real.start();
  board.socket.say(hello());
  const packed = gzipSync(JSON.stringify(snapshot(ONE)));
  board.socket.sayBinary(new Uint8Array(packed).buffer);
  board.socket.say(rows({ conversations: [row(1, 2)] }));
  board.socket.say(pulse({ conversations: [row(1, 2)] }));
  while (real.freshness.kind !== "live") await settled();
  assert.equal(board.store.conversations.get(1)?.version, 2);
});

test("a binary frame that cannot be unpacked ends the socket, not the page", async () => {
  board.stream.start();
  board.socket.say(hello());
  board.socket.onmessage?.({ data: "{broken" });
  assert.equal(board.kind, "reconnecting");
  assert.equal(board.socket.closedByClient, true);
  board.world.advance(3000);
  assert.equal(board.world.sockets.length, 2);
});

test("a pulse that disagrees asks for the whole truth and is not live", () => {
  board.live();
  board.socket.say(pulse({ conversations: [row(1, 2)] }));
  assert.equal(board.kind, "catching_up");
  assert.equal(board.asked, 1);
  board.socket.sayBinary(snapshot({ conversations: [row(1, 2)] }));
  board.socket.say(pulse({ conversations: [row(1, 2)] }));
  assert.equal(board.kind, "live");
});

test("rows before the snapshot of their socket are not applied", () => {
  board.live();
  board.socket.end(1006);
  board.world.advance(3000);
  board.socket.say(hello());
  board.socket.say(rows({ conversations: [row(9, 1)] }));
  assert.equal(board.store.conversations.has(9), false);
});

test("a socket that was replaced says nothing any more", () => {
  board.live();
  const [old] = board.world.sockets;
  old.end(1006);
  board.world.advance(3000);
  old.say(rows({ conversations: [row(9, 1)] }));
  assert.equal(board.store.conversations.has(9), false);
});

test("the first retry comes between half a second and three seconds", () => {
  board.live();
  board.socket.end(1006);
  assert.equal(board.kind, "reconnecting");
  board.world.advance(1749);
  assert.equal(board.world.sockets.length, 1);
  board.world.advance(1);
  assert.equal(board.world.sockets.length, 2);
});

test("while nothing answers, the retries are spread wider and wider", async () => {
  board.stream.start();
  const waits = [];
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const count = board.world.sockets.length;
    const before = board.world.now();
    board.socket.end(1006);
    while (board.world.sockets.length === count) {
      board.world.advance(50);
      await settled();
    }
    waits.push(board.world.now() - before);
  }
  assert.deepEqual(waits, [1750, 2000, 4000, 8000, 15000, 15000]);
});

test("after bye the window of the server is obeyed", () => {
  board.live();
  board.socket.say({ type: "bye", retry_ms: [8000, 12000] });
  board.socket.end(1012);
  board.world.advance(9999);
  assert.equal(board.world.sockets.length, 1);
  board.world.advance(1);
  assert.equal(board.world.sockets.length, 2);
});

test("resync means doubt, and a snapshot that does not come is asked for", () => {
  board.live();
  board.socket.say({ type: "resync", reason: "lagging" });
  assert.equal(board.kind, "catching_up");
  assert.equal(board.asked, 0);
  board.world.advance(2000);
  assert.equal(board.asked, 1);
});

test("resync followed by its snapshot asks for nothing", () => {
  board.live();
  board.socket.say({ type: "resync", reason: "lagging" });
  board.socket.sayBinary(snapshot(ONE));
  board.world.advance(2000);
  assert.equal(board.asked, 0);
});

test("no session: the page is told, and nothing is tried any more", () => {
  let told = 0;
  board.stream.onsignedout(() => told++);
  board.live();
  board.socket.end(4401);
  board.world.advance(300_000);
  assert.equal(told, 1);
  assert.equal(board.world.sockets.length, 1);
  assert.equal(board.kind, "reconnecting");
});

test("no right: tried once more, refused again the page is told", () => {
  let told = 0;
  board.stream.onforbidden(() => told++);
  board.live();
  board.socket.end(4403);
  board.world.advance(3000);
  assert.equal(told, 0);
  assert.equal(board.world.sockets.length, 2);
  board.socket.end(4403);
  board.world.advance(300_000);
  assert.equal(told, 1);
  assert.equal(board.world.sockets.length, 2);
});

test("a change of scope closes the socket, and the next one is fine", () => {
  let told = 0;
  board.stream.onforbidden(() => told++);
  for (let times = 0; times < 3; times += 1) {
    if (times === 0) board.stream.start();
    board.open();
    board.socket.say(pulse(ONE));
    board.socket.end(4403);
    board.world.advance(3000);
  }
  assert.equal(told, 0);
  assert.equal(board.world.sockets.length, 4);
});

test("too slow: it comes back like after any loss", () => {
  board.live();
  board.socket.end(4408);
  board.world.advance(3000);
  assert.equal(board.world.sockets.length, 2);
});

test("a socket that falls silent is given up", () => {
  board.live();
  board.world.advance(10_000);
  assert.equal(board.socket.closedByClient, true);
  assert.equal(board.kind, "reconnecting");
});

test("refresh on a live stream asks the stream", async () => {
  board.live();
  await board.stream.refresh();
  assert.equal(board.asked, 1);
  assert.equal(board.http.asked.length, 0);
  assert.equal(board.kind, "live");
});

test("waking up on a live stream asks at once, and does not wait long", () => {
  board.live();
  board.stream.wake();
  assert.equal(board.asked, 1);
  board.world.advance(4000);
  assert.equal(board.world.sockets.length, 2);
});

test("waking up and being answered changes nothing else", () => {
  board.live();
  board.stream.wake();
  board.socket.sayBinary(snapshot(ONE));
  board.world.advance(4000);
  assert.equal(board.world.sockets.length, 1);
});

test("after a sleep nothing is live until it is proven anew", () => {
  board.live();
  board.world.jump(3_600_000);
  assert.equal(board.kind, "reconnecting");
  board.stream.wake();
  assert.equal(board.world.sockets.length, 2);
  board.open();
  assert.notEqual(board.kind, "live");
  board.socket.say(pulse(ONE));
  assert.equal(board.kind, "live");
});

test("a clock that is set back hides neither silence nor arrival", () => {
  board.live();
  board.world.advance(1000);
  board.world.jump(-3_600_000);
  assert.equal(board.kind, "catching_up");
  board.socket.say(pulse(ONE, { tick: 5 }));
  assert.equal(board.kind, "live");
  board.world.advance(1000);
  assert.deepEqual(board.socket.sent.at(-1), { type: "ack", tick: 5 });
  board.world.advance(20_000);
  assert.equal(board.world.sockets[0].closedByClient, true);
});

test("several signs of waking are one", () => {
  board.live();
  board.stream.wake();
  board.stream.wake();
  assert.equal(board.asked, 1);
});

test("the newest tick is acknowledged, at most once a second", () => {
  board.live();
  board.world.advance(0);
  const acks = () => board.socket.sent.filter(({ type }) => type === "ack");
  assert.deepEqual(acks(), [{ type: "ack", tick: 2 }]);
  for (let tick = 3; tick <= 7; tick += 1) {
    board.world.advance(100);
    board.socket.say({ ...rows({}), tick });
  }
  assert.equal(acks().length, 1);
  board.world.advance(500);
  assert.deepEqual(acks().slice(1), [{ type: "ack", tick: 7 }]);
  board.world.advance(2000);
  assert.equal(acks().length, 2);
});

test("an alert is told once", () => {
  const told = /** @type {unknown[]} */ ([]);
  board.stream.onalert(({ id }) => told.push(id));
  board.live();
  const alert = { type: "alert", id: 5, level: "info", kind: "x", text: "" };
  board.socket.say(alert);
  board.socket.say(alert);
  board.socket.say({ ...alert, id: 6 });
  assert.deepEqual(told, [5, 6]);
});

test("a frame of a kind that is not known is passed over", () => {
  board.live();
  board.socket.say({ type: "confetti", tick: 9 });
  assert.equal(board.kind, "live");
});

test("a listener is told each second, so that the badge can age", () => {
  board.live();
  const ages = /** @type {unknown[]} */ ([]);
  board.stream.subscribe((freshness) => ages.push(Object(freshness).age));
  board.world.advance(2000);
  assert.deepEqual(ages, [1, 2]);
});

test("stopped, it says nothing, asks nothing and is not live", () => {
  board.live();
  board.stream.stop();
  board.world.advance(300_000);
  assert.equal(board.world.sockets.length, 1);
  assert.equal(board.kind, "reconnecting");
});

test("a clock that is set back does not make patience longer", () => {
  board.live();
  board.world.jump(-3_600_000);
  board.world.advance(20_000);
  assert.equal(board.world.sockets[0].closedByClient, true);
});

test("without a hello no pulse proves anything", () => {
  board.stream.start();
  board.socket.sayBinary(snapshot(ONE));
  board.socket.say(pulse(ONE));
  assert.notEqual(board.kind, "live");
});

test("a snapshot older than what the stream has said waits for a pulse", () => {
  board.live();
  board.socket.sayBinary(snapshot(ONE, { tick: 1 }));
  assert.equal(board.kind, "catching_up");
  board.socket.say(pulse(ONE, { tick: 3 }));
  assert.equal(board.kind, "live");
});

test("a snapshot that contradicts its own digest is asked for again", () => {
  board.live();
  board.socket.sayBinary(snapshot(ONE, { digest: "0123456789abcdef", tick: 3 }));
  assert.equal(board.kind, "catching_up");
  assert.equal(board.asked, 1);
});
