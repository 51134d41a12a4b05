/** Commands ask, merge what is answered, and watch until the stream has followed. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Commands } from "../../static/js/lib/commands.js";
import { RowStore } from "../../static/js/lib/store.js";
import { row, rows, snapshot } from "./fixtures/things.js";
import { FakeHttp } from "./fixtures/world.js";

/** @type {FakeHttp} */
let http;
/** @type {RowStore} */
let store;
/** @type {Commands} */
let commands;
let now = 0;
let keys = 0;
/** @type {number[]} */
let pauses = [];

beforeEach(() => {
  now = 0;
  keys = 0;
  pauses = [];
  http = new FakeHttp();
  store = new RowStore();
  store.replace(snapshot({ conversations: [row(1, 4, { state_version: 3 })] }));
  commands = new Commands({
    fetch: http.fetch,
    csrf: () => "t0ken",
    store,
    now: () => now,
    newKey: () => `key ${++keys}`,
    pause: async (ms) => void pauses.push(ms),
    random: () => 1,
  });
});

test("a command carries the row's state version, the token and its body", async () => {
  http.will({ conversation: row(1, 5), offer: { id: 9 }, units_over: 10 });
  const answer = await commands.assign(1, { agent: 7, override: true });
  assert.deepEqual(http.asked[0].body, { state_version: 3, agent: 7, override: true });
  assert.equal(http.asked[0].url, "/api/v1/conversations/1/assign/");
  assert.equal(http.asked[0].headers["X-CSRFToken"], "t0ken");
  assert.equal(answer.ok, true);
  assert.equal(answer.units_over, 10);
});

test("a state version that is given counts more than the row's", async () => {
  http.will({ conversation: row(1, 5) });
  await commands.transfer(1, { agent: 7, state_version: 2 });
  assert.deepEqual(http.asked[0].body, { state_version: 2, agent: 7 });
});

test("each command has its own address and method", async () => {
  const said = () => http.asked.map(({ method, url }) => `${method} ${url.slice(22)}`);
  for (let times = 0; times < 10; times += 1) http.will({});
  await commands.forceClose(1);
  await commands.monitor(1);
  await commands.unmonitor(1);
  await commands.join(1);
  await commands.leave(1);
  await commands.send(1, { text: "Hi", visibility: "internal", client_id: "x" });
  await commands.candidates(1, "assignable");
  await commands.detail(1);
  await commands.lowerHand(1);
  await commands.routing(1);
  assert.deepEqual(said(), [
    ...["POST 1/force-close/", "POST 1/monitor/", "DELETE 1/monitor/", "POST 1/join/"],
    ...["DELETE 1/join/", "POST 1/messages/", "GET 1/assignable/", "GET 1/"],
    ...["DELETE 1/hand/", "GET 1/routing/"],
  ]);
});

test("an offer is answered at its own address, and its row counts at once", async () => {
  http.will({ offer: { id: 9 }, conversation: row(1, 5) });
  await commands.answerOffer(9, "accept");
  assert.equal(http.asked[0].url, "/api/v1/offers/9/accept/");
  assert.deepEqual(http.asked[0].body, {});
  assert.equal(store.conversations.get(1)?.version, 5);
});

test("the answer's row is on the screen before the stream brings it", async () => {
  http.will({ conversation: row(1, 5, { phase: "awaiting_acceptance" }) });
  await commands.assign(1, { agent: 7 });
  assert.equal(store.conversations.get(1)?.phase, "awaiting_acceptance");
  assert.equal(store.isAhead(1), true);
});

test("a conversation assigned out of scope leaves with the answer", async () => {
  const gone = { id: 1, version: 5, reason: "out_of_scope" };
  http.will({ conversation: null, gone, offer: null, units_over: 0 });
  await commands.assign(1, { queue: 3 });
  assert.equal(store.conversations.has(1), false);
});

test("a 409 brings the present row with its code and its sentence", async () => {
  const present = row(1, 6, { agent: 8 });
  const detail = "Somebody else was there first.";
  http.will({ code: "stale_version", detail, conversation: present }, 409);
  const answer = await commands.assign(1, { agent: 7 });
  assert.equal(answer.ok, false);
  assert.equal(answer.status, 409);
  assert.equal(answer.code, "stale_version");
  assert.equal(answer.detail, detail);
  assert.equal(store.conversations.get(1)?.agent, 8);
  assert.equal(commands.delayed.size, 0);
});

const sentKeys = () => http.asked.map(({ headers }) => headers["Idempotency-Key"]);

test("every command has a key of its own, and questions have none", async () => {
  for (let times = 0; times < 3; times += 1) http.will({});
  await commands.monitor(1);
  await commands.join(1);
  await commands.routing(1);
  assert.deepEqual(sentKeys(), ["key 1", "key 2", undefined]);
});

test("without an answer the same command goes again with the same key", async () => {
  http.answers.push(new Error("connection lost"));
  http.answers.push(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  http.will({ conversation: row(1, 5) }, 200, { "Idempotency-Replayed": "true" });
  const answer = await commands.assign(1, { agent: 7 });
  assert.equal(answer.ok, true);
  assert.deepEqual(sentKeys(), ["key 1", "key 1", "key 1"]);
  assert.deepEqual(new Set(http.asked.map(({ body }) => JSON.stringify(body))).size, 1);
  assert.deepEqual(pauses, [300, 600]);
});

test("an answer is an answer, also a refusal", async () => {
  for (const status of [409, 403, 400, 500]) {
    http.will({ code: "refused", detail: "No." }, status);
    assert.equal((await commands.forceClose(1)).status, status);
  }
  assert.equal(http.asked.length, 4);
});

test("no answer is told as network, and nothing is painted", async () => {
  const answer = await commands.forceClose(1);
  assert.deepEqual(answer, { ok: false, status: 0, code: "network", detail: "" });
  assert.equal(store.conversations.get(1)?.version, 4);
  assert.deepEqual(pauses, [300, 600, 1200, 2400]);
});

test("a question is asked once", async () => {
  const answer = await commands.routing(1);
  assert.equal(answer.code, "network");
  assert.equal(http.asked.length, 1);
});

test("when the time is up nothing is tried again", async () => {
  const time = new AbortController();
  const late = new Commands({
    fetch: http.fetch,
    csrf: () => "t0ken",
    store,
    limit: () => time.signal,
    pause: async () => time.abort(),
  });
  const answer = await late.forceClose(1);
  assert.equal(answer.code, "network");
  assert.equal(http.asked.length, 1);
});

test("an answer that is not JSON is no answer", async () => {
  http.answers.push(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const answer = await commands.forceClose(1);
  assert.equal(answer.ok, false);
  assert.equal(answer.code, "network");
});

test("a change that has not come back within three seconds is delayed", async () => {
  http.will({ conversation: row(1, 5) });
  await commands.assign(1, { agent: 7 });
  assert.deepEqual(commands.delayedIds(3000), []);
  assert.deepEqual(commands.delayedIds(3001), [1]);
  store.apply(rows({ conversations: [row(1, 5)] }));
  assert.deepEqual(commands.delayedIds(3001), []);
});

test("listeners hear when a change begins and ceases to be awaited", async () => {
  let told = 0;
  commands.subscribe(() => told++);
  http.will({ conversation: row(1, 5) });
  await commands.assign(1, { agent: 7 });
  assert.equal(told, 1);
  store.apply(rows({ conversations: [row(1, 5)] }));
  assert.equal(told, 2);
});

test("an answer that the stream has overtaken awaits nothing", async () => {
  store.apply(rows({ conversations: [row(1, 5)] }));
  http.will({ conversation: row(1, 5) });
  await commands.assign(1, { agent: 7 });
  assert.equal(commands.delayed.size, 0);
});

test("a detail's row goes to the store without what is shown besides it", async () => {
  http.will({
    ...row(1, 6),
    actions: {},
    participants: [],
    sessions: [],
    timeline: [],
  });
  const detail = await commands.detail(1);
  assert.equal(store.conversations.get(1)?.version, 6);
  assert.equal("actions" in Object(store.conversations.get(1)), false);
  assert.deepEqual(Object(detail).timeline, []);
});
