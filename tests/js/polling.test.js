/** Where no socket works, the same snapshot comes by HTTP, and the badge says so. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Board, ONE } from "./fixtures/board.js";
import { pulse, row, snapshot } from "./fixtures/things.js";
import { settled } from "./fixtures/world.js";

/** @type {Board} */
let board;

beforeEach(() => {
  board = new Board();
});

test("a stream that never agrees is left, and HTTP takes over", async () => {
  board.live();
  board.http.will(snapshot(ONE));
  for (let times = 0; times < 5; times += 1) {
    board.socket.say(pulse({ conversations: [row(1, 9)] }));
  }
  await settled();
  assert.equal(board.socket.closedByClient, true);
  assert.equal(board.kind, "polling");
});

test("a server that asks for patience does not make anybody poll", async () => {
  board.stream.start();
  board.socket.end(1013);
  board.world.advance(3000);
  board.socket.end(1013);
  board.world.advance(3000);
  board.socket.end(1013);
  await settled();
  assert.equal(board.http.asked.length, 0);
});

test("after two failures the snapshot is polled every three seconds", async () => {
  board.http.will(snapshot(ONE));
  board.http.will(snapshot({ conversations: [row(1, 2)] }));
  await board.failTwice();
  assert.equal(board.kind, "polling");
  assert.deepEqual(
    board.http.asked.map(({ url }) => url),
    ["/api/v1/board/"],
  );
  board.world.advance(3000);
  await settled();
  assert.equal(board.http.asked.length, 2);
  assert.equal(board.store.conversations.get(1)?.version, 2);
});

test("a hidden tab polls every thirty seconds", async () => {
  board.http.will(snapshot(ONE));
  board.hidden = true;
  await board.failTwice();
  board.world.advance(29_999);
  assert.equal(board.http.asked.length, 1);
  board.world.advance(1);
  assert.equal(board.http.asked.length, 2);
});

test("a poll tells what it has, and unchanged keeps the time that is proven", async () => {
  board.http.will(snapshot(ONE), 200, { ETag: '"a"' });
  board.http.will(null, 304);
  board.http.will(null, 304, { "X-Compared-At": "2026-03-01T12:00:06.000Z" });
  await board.failTwice();
  board.world.advance(3000);
  await settled();
  assert.equal(board.http.asked[1].headers["If-None-Match"], '"a"');
  assert.deepEqual(board.stream.freshness, {
    ...{ kind: "polling", asOf: "2026-03-01T12:00:00.000Z" },
  });
  board.world.advance(3000);
  await settled();
  assert.deepEqual(board.stream.freshness, {
    ...{ kind: "polling", asOf: "2026-03-01T12:00:06.000Z" },
  });
});

test("with an own answer on the screen a poll wants the whole truth", async () => {
  board.http.will(snapshot(ONE), 200, { ETag: '"a"' });
  await board.failTwice();
  board.store.mergeAnswer(row(1, 2));
  board.world.advance(3000);
  assert.equal(board.http.asked[1].headers["If-None-Match"], undefined);
});

test("a snapshot that contradicts its own digest is no proof", async () => {
  board.http.will(snapshot(ONE, { digest: "0123456789abcdef" }));
  await board.failTwice();
  assert.equal(board.kind, "reconnecting");
});

test("polling that fails says so and stays on trying", async () => {
  board.http.will(snapshot(ONE));
  await board.failTwice();
  board.world.advance(3000);
  await settled();
  assert.equal(board.kind, "reconnecting");
  board.http.will(snapshot(ONE));
  board.world.advance(3000);
  await settled();
  assert.equal(board.kind, "polling");
});

test("where only HTTP works, the socket is tried soon and then every two minutes", async () => {
  for (let times = 0; times < 60; times += 1) board.http.will(snapshot(ONE));
  await board.failTwice();
  board.world.advance(1750);
  assert.equal(board.world.sockets.length, 3);
  board.socket.end(1006);
  await board.pass(119);
  assert.equal(board.world.sockets.length, 3);
  assert.equal(board.kind, "polling");
  board.world.advance(16_000);
  assert.equal(board.world.sockets.length, 4);
});

test("a server that was away is live again without a click", async () => {
  board.live();
  board.socket.end(1006);
  await board.pass(60, () => {
    if (board.socket.readyState !== 3) board.socket.end(1006);
  });
  assert.equal(board.kind, "reconnecting");
  for (let seconds = 0; seconds < 6; seconds += 1) {
    board.http.will(snapshot(ONE));
    board.world.advance(1000);
    await settled();
  }
  assert.equal(board.socket.readyState, 0);
  board.open();
  board.socket.say(pulse(ONE));
  assert.equal(board.kind, "live");
});

test("once the socket has brought a snapshot, polls stop and late answers are void", async () => {
  board.http.will(snapshot({ conversations: [row(1, 1)] }));
  await board.failTwice();
  board.world.advance(1750);
  board.http.will(snapshot({ conversations: [row(1, 1)] }));
  board.world.advance(1250);
  board.open(snapshot({ conversations: [row(1, 5)] }));
  await settled();
  assert.equal(board.store.conversations.get(1)?.version, 5);
  const count = board.http.asked.length;
  board.world.advance(9000);
  assert.equal(board.http.asked.length, count);
});

test("a socket that opens and never pulses hands over to polling", async () => {
  board.http.will(snapshot(ONE));
  board.stream.start();
  board.open();
  board.world.advance(10_000);
  await settled();
  assert.equal(board.world.sockets[0].closedByClient, true);
  assert.equal(board.kind, "polling");
});

test("HTTP that says 401 or 403 ends it as the socket would", async () => {
  const told = /** @type {string[]} */ ([]);
  board.stream.onsignedout(() => told.push("signedout"));
  board.http.will({ code: "not_authenticated" }, 401);
  await board.failTwice();
  assert.deepEqual(told, ["signedout"]);
});

test("refresh without a live stream asks by plain HTTP at once", async () => {
  board.live();
  board.socket.end(1006);
  board.http.will(snapshot({ conversations: [row(1, 7)] }));
  await board.stream.refresh();
  assert.equal(board.store.conversations.get(1)?.version, 7);
  assert.equal(board.kind, "polling");
  board.world.advance(3000);
  assert.equal(board.http.asked.length, 2);
});
