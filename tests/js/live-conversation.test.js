/** The panel's socket comes back by itself, less and less often, and not for ever. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { LiveConversation } from "../../static/js/elements/live-conversation.js";
import { World } from "./fixtures/world.js";

/** @type {World} */
let world;
/** @type {string[]} */
let told;
/** @type {LiveConversation} */
let live;

beforeEach(() => {
  world = new World();
  told = [];
  live = new LiveConversation("ws://floor/1", (what) => told.push(what), {
    ...{ setTimeout: world.setTimeout, clearTimeout: world.clearTimeout },
    ...{ now: world.now, random: world.random },
    WebSocketClass: world.WebSocketClass,
  });
});

/** @param {number} id */
const message = (id) => ({ type: "message", message: { id, sender: {} } });

test("what comes is kept, and typing is passed on with its frame", async () => {
  world.socket.say(message(4));
  world.socket.say({ type: "typing", sender: { kind: "agent", name: "Nora" } });
  await new Promise(setImmediate);
  assert.deepEqual([...live.messages.keys()], [4]);
  assert.deepEqual(told, ["status", "message", "typing"]);
});

test("each try waits longer, and one that works starts over", () => {
  const delays = [0, 1, 2, 3].map(() => {
    world.socket.end(1006);
    const sockets = world.sockets.length;
    const from = world.now();
    while (world.sockets.length === sockets) world.advance(50);
    return world.now() - from;
  });
  assert.deepEqual(delays, [1750, 2000, 4000, 8000]);
  world.socket.say(message(1));
  world.socket.end(1006);
  const sockets = world.sockets.length;
  world.advance(1750);
  assert.equal(world.sockets.length, sockets + 1);
});

test("refused, ended or stopped, it does not come back", () => {
  world.socket.end(4403);
  world.advance(600_000);
  assert.equal(world.sockets.length, 1);
  assert.equal(live.status, "ended");
});

test("when the server said why, the close that follows is the end", async () => {
  world.socket.say({ type: "ended", reason: "force_closed" });
  await new Promise(setImmediate);
  world.socket.end(1006);
  world.advance(600_000);
  assert.deepEqual([live.ended, live.status], ["force_closed", "ended"]);
  assert.equal(world.sockets.length, 1);
});

test("stopped while it waits for its next try, it stays away", () => {
  world.socket.end(1006);
  live.stop();
  world.advance(600_000);
  assert.equal(world.sockets.length, 1);
});

test("woken, it connects at once and does not trust the old socket", () => {
  const [old] = world.sockets;
  old.say(message(1));
  live.wake();
  assert.equal(world.sockets.length, 2);
  assert.equal(old.closedByClient, true);
  assert.equal(live.status, "connecting");
  old.say(message(2));
  assert.deepEqual([...live.messages.keys()], [1]);
});
