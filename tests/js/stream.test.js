/** The life of the stream: what is said, what is asked, when it comes back. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { RowStore } from "../../static/js/lib/store.js";
import { BoardStream } from "../../static/js/lib/stream.js";
import { hello, pulse, row, rows, snapshot } from "./fixtures/things.js";
import { FakeHttp, settled, World } from "./fixtures/world.js";

/** @import { Snapshot } from "../../static/js/lib/types.js" */

/** @type {World} */
let world;
/** @type {FakeHttp} */
let http;
/** @type {RowStore} */
let store;
/** @type {BoardStream} */
let stream;
let hidden = false;

beforeEach(() => {
  world = new World();
  http = new FakeHttp();
  store = new RowStore();
  hidden = false;
  stream = new BoardStream({
    url: "ws://floor/ws/board/",
    snapshotUrl: "/api/v1/board/",
    store,
    WebSocketClass: world.WebSocketClass,
    fetch: http.fetch,
    setTimeout: world.setTimeout,
    clearTimeout: world.clearTimeout,
    now: world.now,
    random: world.random,
    hidden: () => hidden,
    inflate: (data) => data,
  });
});

const ONE = { conversations: [row(1, 1)] };
const kind = () => stream.freshness.kind;
const asked = () => world.socket.sent.filter(({ type }) => type === "refresh").length;

/** @param {Snapshot} [whole] */
function open(whole = snapshot(ONE)) {
  world.socket.say(hello());
  world.socket.sayBinary(whole);
}

function live() {
  stream.start();
  open();
  world.socket.say(pulse(ONE));
  assert.equal(kind(), "live");
}

/** The first socket and its first retry fail: polling begins. */
async function failTwice() {
  stream.start();
  world.socket.end(1006);
  world.advance(3000);
  world.socket.end(1006);
  await settled();
}

test("snapshot and an agreeing pulse make the screen live", () => {
  stream.start();
  assert.equal(kind(), "catching_up");
  open();
  assert.equal(kind(), "catching_up");
  world.socket.say(pulse(ONE));
  assert.equal(kind(), "live");
});

test("the real snapshot is unpacked, and what follows it waits for that", async () => {
  const real = new BoardStream({
    ...{ url: "ws://floor/", snapshotUrl: "/", store, hidden: () => false },
    ...{ WebSocketClass: world.WebSocketClass, fetch: http.fetch, now: world.now },
    ...{ setTimeout: world.setTimeout, clearTimeout: world.clearTimeout },
  });
  real.start();
  world.socket.say(hello());
  const packed = gzipSync(JSON.stringify(snapshot(ONE)));
  world.socket.sayBinary(new Uint8Array(packed).buffer);
  world.socket.say(rows({ conversations: [row(1, 2)] }));
  world.socket.say(pulse({ conversations: [row(1, 2)] }));
  while (real.freshness.kind !== "live") await settled();
  assert.equal(store.conversations.get(1)?.version, 2);
});

test("a binary frame that cannot be unpacked ends the socket, not the page", async () => {
  stream.start();
  world.socket.say(hello());
  world.socket.onmessage?.({ data: "{broken" });
  assert.equal(kind(), "reconnecting");
  assert.equal(world.socket.closedByClient, true);
  world.advance(3000);
  assert.equal(world.sockets.length, 2);
});

test("a pulse that disagrees asks for the whole truth and is not live", () => {
  live();
  world.socket.say(pulse({ conversations: [row(1, 2)] }));
  assert.equal(kind(), "catching_up");
  assert.equal(asked(), 1);
  world.socket.sayBinary(snapshot({ conversations: [row(1, 2)] }));
  world.socket.say(pulse({ conversations: [row(1, 2)] }));
  assert.equal(kind(), "live");
});

test("a stream that never agrees is left, and HTTP takes over", async () => {
  live();
  http.will(snapshot(ONE));
  for (let times = 0; times < 5; times += 1) {
    world.socket.say(pulse({ conversations: [row(1, 9)] }));
  }
  await settled();
  assert.equal(world.socket.closedByClient, true);
  assert.equal(kind(), "polling");
});

test("rows before the snapshot of their socket are not applied", () => {
  live();
  world.socket.end(1006);
  world.advance(3000);
  world.socket.say(hello());
  world.socket.say(rows({ conversations: [row(9, 1)] }));
  assert.equal(store.conversations.has(9), false);
});

test("a socket that was replaced says nothing any more", () => {
  live();
  const [old] = world.sockets;
  old.end(1006);
  world.advance(3000);
  old.say(rows({ conversations: [row(9, 1)] }));
  assert.equal(store.conversations.has(9), false);
});

test("the first retry comes between half a second and three seconds", () => {
  live();
  world.socket.end(1006);
  assert.equal(kind(), "reconnecting");
  world.advance(1749);
  assert.equal(world.sockets.length, 1);
  world.advance(1);
  assert.equal(world.sockets.length, 2);
});

test("while nothing answers, the retries are spread wider and wider", async () => {
  stream.start();
  const waits = [];
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const count = world.sockets.length;
    const before = world.now();
    world.socket.end(1006);
    while (world.sockets.length === count) {
      world.advance(50);
      await settled();
    }
    waits.push(world.now() - before);
  }
  assert.deepEqual(waits, [1750, 2000, 4000, 8000, 15000, 15000]);
});

test("after bye the window of the server is obeyed", () => {
  live();
  world.socket.say({ type: "bye", retry_ms: [8000, 12000] });
  world.socket.end(1012);
  world.advance(9999);
  assert.equal(world.sockets.length, 1);
  world.advance(1);
  assert.equal(world.sockets.length, 2);
});

test("a server that asks for patience does not make anybody poll", async () => {
  stream.start();
  world.socket.end(1013);
  world.advance(3000);
  world.socket.end(1013);
  world.advance(3000);
  world.socket.end(1013);
  await settled();
  assert.equal(http.asked.length, 0);
});

test("resync means doubt, and a snapshot that does not come is asked for", () => {
  live();
  world.socket.say({ type: "resync", reason: "lagging" });
  assert.equal(kind(), "catching_up");
  assert.equal(asked(), 0);
  world.advance(2000);
  assert.equal(asked(), 1);
});

test("resync followed by its snapshot asks for nothing", () => {
  live();
  world.socket.say({ type: "resync", reason: "lagging" });
  world.socket.sayBinary(snapshot(ONE));
  world.advance(2000);
  assert.equal(asked(), 0);
});

test("no session: the page is told, and nothing is tried any more", () => {
  let told = 0;
  stream.onsignedout(() => told++);
  live();
  world.socket.end(4401);
  world.advance(300_000);
  assert.equal(told, 1);
  assert.equal(world.sockets.length, 1);
  assert.equal(kind(), "reconnecting");
});

test("no right: tried once more, refused again the page is told", () => {
  let told = 0;
  stream.onforbidden(() => told++);
  live();
  world.socket.end(4403);
  world.advance(3000);
  assert.equal(told, 0);
  assert.equal(world.sockets.length, 2);
  world.socket.end(4403);
  world.advance(300_000);
  assert.equal(told, 1);
  assert.equal(world.sockets.length, 2);
});

test("a change of scope closes the socket, and the next one is fine", () => {
  let told = 0;
  stream.onforbidden(() => told++);
  for (let times = 0; times < 3; times += 1) {
    if (times === 0) stream.start();
    open();
    world.socket.say(pulse(ONE));
    world.socket.end(4403);
    world.advance(3000);
  }
  assert.equal(told, 0);
  assert.equal(world.sockets.length, 4);
});

test("too slow: it comes back like after any loss", () => {
  live();
  world.socket.end(4408);
  world.advance(3000);
  assert.equal(world.sockets.length, 2);
});

test("a socket that falls silent is given up", () => {
  live();
  world.advance(10_000);
  assert.equal(world.socket.closedByClient, true);
  assert.equal(kind(), "reconnecting");
});

test("after two failures the snapshot is polled every three seconds", async () => {
  http.will(snapshot(ONE));
  http.will(snapshot({ conversations: [row(1, 2)] }));
  await failTwice();
  assert.equal(kind(), "polling");
  assert.deepEqual(
    http.asked.map(({ url }) => url),
    ["/api/v1/board/"],
  );
  world.advance(3000);
  await settled();
  assert.equal(http.asked.length, 2);
  assert.equal(store.conversations.get(1)?.version, 2);
});

test("a hidden tab polls every thirty seconds", async () => {
  http.will(snapshot(ONE));
  hidden = true;
  await failTwice();
  world.advance(29_999);
  assert.equal(http.asked.length, 1);
  world.advance(1);
  assert.equal(http.asked.length, 2);
});

test("a poll tells what it has, and unchanged keeps the time that is proven", async () => {
  http.will(snapshot(ONE), 200, { ETag: '"a"' });
  http.will(null, 304);
  http.will(null, 304, { "X-Compared-At": "2026-03-01T12:00:06.000Z" });
  await failTwice();
  world.advance(3000);
  await settled();
  assert.equal(http.asked[1].headers["If-None-Match"], '"a"');
  assert.deepEqual(stream.freshness, {
    ...{ kind: "polling", asOf: "2026-03-01T12:00:00.000Z" },
  });
  world.advance(3000);
  await settled();
  assert.deepEqual(stream.freshness, {
    ...{ kind: "polling", asOf: "2026-03-01T12:00:06.000Z" },
  });
});

test("with an own answer on the screen a poll wants the whole truth", async () => {
  http.will(snapshot(ONE), 200, { ETag: '"a"' });
  await failTwice();
  store.mergeAnswer(row(1, 2));
  world.advance(3000);
  assert.equal(http.asked[1].headers["If-None-Match"], undefined);
});

test("a snapshot that contradicts its own digest is no proof", async () => {
  http.will(snapshot(ONE, { digest: "0123456789abcdef" }));
  await failTwice();
  assert.equal(kind(), "reconnecting");
});

test("polling that fails says so and stays on trying", async () => {
  http.will(snapshot(ONE));
  await failTwice();
  world.advance(3000);
  await settled();
  assert.equal(kind(), "reconnecting");
  http.will(snapshot(ONE));
  world.advance(3000);
  await settled();
  assert.equal(kind(), "polling");
});

test("where only HTTP works, the socket is tried soon and then every two minutes", async () => {
  for (let times = 0; times < 60; times += 1) http.will(snapshot(ONE));
  await failTwice();
  world.advance(1750);
  assert.equal(world.sockets.length, 3);
  world.socket.end(1006);
  for (let seconds = 0; seconds < 119; seconds += 1) {
    world.advance(1000);
    await settled();
  }
  assert.equal(world.sockets.length, 3);
  assert.equal(kind(), "polling");
  world.advance(16_000);
  assert.equal(world.sockets.length, 4);
});

test("a server that was away is live again without a click", async () => {
  live();
  world.socket.end(1006);
  for (let seconds = 0; seconds < 60; seconds += 1) {
    world.advance(1000);
    if (world.socket.readyState !== 3) world.socket.end(1006);
    await settled();
  }
  assert.equal(kind(), "reconnecting");
  for (let seconds = 0; seconds < 6; seconds += 1) {
    http.will(snapshot(ONE));
    world.advance(1000);
    await settled();
  }
  assert.equal(world.socket.readyState, 0);
  open();
  world.socket.say(pulse(ONE));
  assert.equal(kind(), "live");
});

test("once the socket has brought a snapshot, polls stop and late answers are void", async () => {
  http.will(snapshot({ conversations: [row(1, 1)] }));
  await failTwice();
  world.advance(1750);
  http.will(snapshot({ conversations: [row(1, 1)] }));
  world.advance(1250);
  open(snapshot({ conversations: [row(1, 5)] }));
  await settled();
  assert.equal(store.conversations.get(1)?.version, 5);
  const count = http.asked.length;
  world.advance(9000);
  assert.equal(http.asked.length, count);
});

test("a socket that opens and never pulses hands over to polling", async () => {
  http.will(snapshot(ONE));
  stream.start();
  open();
  world.advance(10_000);
  await settled();
  assert.equal(world.sockets[0].closedByClient, true);
  assert.equal(kind(), "polling");
});

test("HTTP that says 401 or 403 ends it as the socket would", async () => {
  const told = /** @type {string[]} */ ([]);
  stream.onsignedout(() => told.push("signedout"));
  http.will({ code: "not_authenticated" }, 401);
  await failTwice();
  assert.deepEqual(told, ["signedout"]);
});

test("refresh on a live stream asks the stream", async () => {
  live();
  await stream.refresh();
  assert.equal(asked(), 1);
  assert.equal(http.asked.length, 0);
  assert.equal(kind(), "live");
});

test("refresh without a live stream asks by plain HTTP at once", async () => {
  live();
  world.socket.end(1006);
  http.will(snapshot({ conversations: [row(1, 7)] }));
  await stream.refresh();
  assert.equal(store.conversations.get(1)?.version, 7);
  assert.equal(kind(), "polling");
});

test("waking up on a live stream asks at once, and does not wait long", () => {
  live();
  stream.wake();
  assert.equal(asked(), 1);
  world.advance(4000);
  assert.equal(world.sockets.length, 2);
});

test("waking up and being answered changes nothing else", () => {
  live();
  stream.wake();
  world.socket.sayBinary(snapshot(ONE));
  world.advance(4000);
  assert.equal(world.sockets.length, 1);
});

test("after a sleep nothing is live until it is proven anew", () => {
  live();
  world.sleep(3_600_000);
  assert.equal(kind(), "reconnecting");
  stream.wake();
  assert.equal(world.sockets.length, 2);
  open();
  assert.notEqual(kind(), "live");
  world.socket.say(pulse(ONE));
  assert.equal(kind(), "live");
});

test("several signs of waking are one", () => {
  live();
  stream.wake();
  stream.wake();
  assert.equal(asked(), 1);
});

test("the newest tick is acknowledged, at most once a second", () => {
  live();
  world.advance(0);
  const acks = () => world.socket.sent.filter(({ type }) => type === "ack");
  assert.deepEqual(acks(), [{ type: "ack", tick: 2 }]);
  for (let tick = 3; tick <= 7; tick += 1) {
    world.advance(100);
    world.socket.say({ ...rows({}), tick });
  }
  assert.equal(acks().length, 1);
  world.advance(500);
  assert.deepEqual(acks().slice(1), [{ type: "ack", tick: 7 }]);
  world.advance(2000);
  assert.equal(acks().length, 2);
});

test("an alert is told once", () => {
  const told = /** @type {unknown[]} */ ([]);
  stream.onalert(({ id }) => told.push(id));
  live();
  const alert = { type: "alert", id: 5, level: "info", kind: "x", text: "" };
  world.socket.say(alert);
  world.socket.say(alert);
  world.socket.say({ ...alert, id: 6 });
  assert.deepEqual(told, [5, 6]);
});

test("a frame of a kind that is not known is passed over", () => {
  live();
  world.socket.say({ type: "confetti", tick: 9 });
  assert.equal(kind(), "live");
});

test("a listener is told each second, so that the badge can age", () => {
  live();
  const ages = /** @type {unknown[]} */ ([]);
  stream.subscribe((freshness) => ages.push(Object(freshness).age));
  world.advance(2000);
  assert.deepEqual(ages, [1, 2]);
});

test("stopped, it says nothing, asks nothing and is not live", () => {
  live();
  stream.stop();
  world.advance(300_000);
  assert.equal(world.sockets.length, 1);
  assert.equal(kind(), "reconnecting");
});
