/** The desk's socket: heartbeat, freshness, refresh where something does not fit. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DeskStore } from "../../static/js/lib/desk-store.js";
import { DeskStream } from "../../static/js/lib/desk-stream.js";
import { desk, entry, message, offer } from "./fixtures/desk.js";
import { World } from "./fixtures/world.js";

/** @type {World} */
let world;
/** @type {DeskStore} */
let store;
/** @type {DeskStream} */
let stream;

beforeEach(() => {
  world = new World();
  store = new DeskStore();
  const { WebSocketClass, setTimeout, clearTimeout, now, random } = world;
  stream = new DeskStream({
    url: "ws://x/ws/desk/",
    store,
    WebSocketClass,
    setTimeout,
    clearTimeout,
    now,
    random,
  });
  stream.start();
});

const sent = (/** @type {string} */ type) =>
  world.socket.sent.filter((one) => one.type === type);
const time = () => new Date(world.now()).toISOString();
const say = (/** @type {object} */ frame) => world.socket.say(frame);
const hello = () =>
  say({ type: "hello", server_time: time(), pulse_seconds: 2, heartbeat_seconds: 5 });
const pulse = (digest = store.digest) =>
  say({ type: "pulse", server_time: time(), compared_at: time(), digest });

/** @param {Record<string, any>} [all] */
function live(all = {}) {
  hello();
  say(desk(all));
  pulse();
}

test("it is live once a pulse has proved the desk", () => {
  hello();
  assert.notEqual(stream.freshness.kind, "live");
  say(desk());
  assert.notEqual(stream.freshness.kind, "live");
  pulse();
  assert.equal(stream.freshness.kind, "live");
});

test("the heart beats every heartbeat_seconds, from the hello on", () => {
  live();
  assert.equal(sent("ping").length, 1);
  world.advance(4999);
  assert.equal(sent("ping").length, 1);
  world.advance(1);
  assert.equal(sent("ping").length, 2);
});

test("a hidden tab whose timers stand still beats with the pulses that come in", () => {
  live();
  world.jump(5000);
  pulse();
  assert.equal(sent("ping").length, 2);
  pulse();
  assert.equal(sent("ping").length, 2);
});

test("every frame reaches the store", () => {
  live({ conversations: [entry(1)] });
  say({ type: "rows", conversations: [entry(2)] });
  say({ type: "message", conversation: 2, message: message(5) });
  say({ type: "offer", offer: offer(3) });
  say({ type: "pickable", rows: [entry(9)] });
  say({ type: "gone", conversations: [{ id: 1, reason: "released" }] });
  assert.deepEqual([...store.entries.keys()], [2]);
  assert.equal(store.messages(2).length, 1);
  assert.equal(store.offers.size, 1);
  assert.equal(store.pickable.length, 1);
  say({ type: "offer_ended", id: 3, state: "withdrawn" });
  assert.equal(store.offers.size, 0);
});

test("frames before the desk mean nothing", () => {
  hello();
  say({ type: "offer", offer: offer(3) });
  assert.equal(store.offers.size, 0);
});

test("a frame of another kind is no mistake", () => {
  live();
  say({ type: "from_a_later_version" });
  assert.equal(stream.freshness.kind, "live");
});

test("a pulse that does not fit asks for everything; two in a row are said", () => {
  live();
  pulse("1111111111111111");
  assert.equal(sent("refresh").length, 1);
  assert.equal(stream.freshness.kind, "live");
  pulse("1111111111111111");
  assert.notEqual(stream.freshness.kind, "live");
  say(desk());
  pulse();
  assert.equal(stream.freshness.kind, "live");
});

test("a lost frame heals: the refreshed desk brings it, once", () => {
  live({ conversations: [entry(1)] });
  /** @type {number[]} */
  const heard = [];
  store.subscribe(({ messages }) => {
    for (const all of messages.values()) heard.push(...all.map(({ id }) => id));
  });
  const all = desk({
    conversations: [entry(1, { version: 2 })],
    messages: { 1: [message(4)] },
  });
  pulse(all.digest);
  assert.equal(sent("refresh").length, 1);
  say(all);
  pulse(all.digest);
  assert.deepEqual(heard, [4]);
});

test("a closed socket is reconnected, and until then nothing may be trusted", () => {
  live();
  world.socket.end(1006);
  assert.equal(stream.freshness.kind === "live", false);
  assert.equal(stream.send({ type: "typing" }), false);
  world.advance(3000);
  assert.equal(world.sockets.length, 2);
  live();
  assert.equal(stream.freshness.kind, "live");
});

test("after a farewell it comes back within the server's window, each at another time", () => {
  live();
  say({ type: "bye", retry_ms: [8000, 12_000] });
  world.socket.end(1012);
  world.advance(9999);
  assert.equal(world.sockets.length, 1);
  world.advance(1);
  assert.equal(world.sockets.length, 2);
});

test("who is signed out is told once and not tried again", () => {
  let told = 0;
  stream.on("signedout", () => {
    told += 1;
  });
  live();
  world.socket.end(4401);
  world.advance(600_000);
  assert.equal(told, 1);
  assert.equal(world.sockets.length, 1);
});

test("an alert is told once, however often it comes", () => {
  live();
  /** @type {any[]} */
  const told = [];
  stream.on("alert", ({ id }) => told.push(id));
  say({ type: "alert", id: 8 });
  say({ type: "alert", id: 8 });
  assert.deepEqual(told, [8]);
});

test("waking asks at once, and takes another socket if none answers", () => {
  live();
  stream.wake();
  assert.equal(sent("refresh").length, 1);
  world.advance(4000);
  assert.equal(world.sockets.length, 2);
});

test("waking is satisfied by the answer", () => {
  live();
  stream.wake();
  say(desk());
  world.advance(4000);
  assert.equal(world.sockets.length, 1);
});
