/** Commands of the desk: addresses, versions, and what their answers do to the store. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DeskCommands } from "../../static/js/lib/desk-commands.js";
import { DeskStore } from "../../static/js/lib/desk-store.js";
import { agent, desk, entry, message, offer } from "./fixtures/desk.js";
import { FakeHttp } from "./fixtures/world.js";

/** @type {FakeHttp} */
let http;
/** @type {DeskStore} */
let store;
/** @type {DeskCommands} */
let commands;

beforeEach(() => {
  http = new FakeHttp();
  store = new DeskStore();
  store.replace(
    desk({ conversations: [entry(1, { state_version: 6 })], offers: [offer(5)] }),
  );
  commands = new DeskCommands({
    fetch: http.fetch,
    csrf: () => "t0ken",
    store,
    pause: async () => {},
  });
});

const asked = () => http.asked.map(({ method, url, body }) => [method, url, body]);

test("a step carries the version that the agent has seen", async () => {
  http.will({ conversation: entry(1, { version: 2, state: "wrap_up", phase: null }) });
  await commands.step(1, "finish");
  assert.deepEqual(asked(), [
    ["POST", "/api/v1/conversations/1/finish/", { state_version: 6 }],
  ]);
  assert.equal(http.asked[0].headers["X-CSRFToken"], "t0ken");
  assert.equal(store.entries.get(1)?.state, "wrap_up");
});

test("a stale step repaints the row from the answer", async () => {
  const now = entry(1, { version: 3, state_version: 7, state: "waiting", phase: null });
  http.will({ code: "stale_version", detail: "Changed.", conversation: now }, 409);
  const outcome = await commands.step(1, "release");
  assert.equal(outcome.ok, false);
  assert.equal(store.entries.get(1)?.state_version, 7);
});

test("an accepted offer leaves and its conversation is there at once", async () => {
  http.will({ offer: { id: 5 }, conversation: entry(905, { version: 2 }) });
  await commands.answerOffer(offer(5), "accept");
  assert.equal(store.offers.size, 0);
  assert.equal(store.entries.get(905)?.queue_name, "Support");
  assert.equal(store.entries.get(905)?.role, "primary");
});

test("an accepted consult makes a consultant", async () => {
  http.will({
    offer: { id: 5 },
    conversation: entry(905, { version: 2, role: undefined }),
  });
  const { role: _role, ...row } = entry(905, { version: 2 });
  http.answers = [];
  http.will({ offer: { id: 5 }, conversation: row });
  await commands.answerOffer(offer(5, { kind: "consult" }), "accept");
  assert.equal(store.entries.get(905)?.role, "consult");
});

test("a declined offer brings no conversation", async () => {
  http.will({ offer: { id: 5 }, conversation: entry(905, { version: 2 }) });
  await commands.answerOffer(offer(5), "decline");
  assert.equal(store.entries.has(905), false);
  assert.equal(store.offers.size, 0);
});

test("an offer that has ended meanwhile goes; one that could not be asked stays", async () => {
  await commands.answerOffer(offer(5), "accept");
  assert.equal(store.offers.size, 1);
  http.will({ code: "offer_ended", detail: "Over." }, 409);
  await commands.answerOffer(offer(5), "accept");
  assert.equal(store.offers.size, 0);
});

test("presence carries the agent's version, and a stale one brings the present agent", async () => {
  http.will(
    {
      code: "stale_version",
      detail: "x",
      agent: agent({ version: 5, presence: "away" }),
    },
    409,
  );
  await commands.setPresence("busy", "Lunch");
  assert.deepEqual(asked()[0], [
    "PATCH",
    "/api/v1/agents/14/",
    { state_version: 1, presence: "busy", presence_label: "Lunch" },
  ]);
  assert.equal(store.agent?.presence, "away");
});

test("a message carries its client id and may be given up by its sender", async () => {
  http.will({ message: { id: 3 } });
  const limit = new AbortController();
  await commands.say(
    1,
    { text: "Hi", visibility: "public", client_id: "c1" },
    limit.signal,
  );
  assert.deepEqual(asked()[0], [
    "POST",
    "/api/v1/conversations/1/messages/",
    { text: "Hi", visibility: "public", client_id: "c1" },
  ]);
});

test("a long conversation is read back to its beginning, page by page", async () => {
  store.message(1, message(9));
  http.will({ messages: [message(2), message(5)] });
  http.will({ messages: [message(7), message(9)] });
  await commands.readBack(1);
  assert.deepEqual(
    http.asked.map(({ url }) => url.split("?")[1]),
    ["after=0", "after=5"],
  );
  assert.deepEqual(
    store.messages(1).map(({ id }) => id),
    [2, 5, 7, 9],
  );
});

test("no answer is an outcome, too", async () => {
  const outcome = await commands.leave(1);
  assert.deepEqual([outcome.ok, outcome.status], [false, 0]);
});

test("a step without an answer goes again with the same key", async () => {
  http.answers.push(new Error("connection lost"));
  http.will({ conversation: entry(1, { version: 2 }) });
  const outcome = await commands.step(1, "finish");
  assert.equal(outcome.ok, true);
  const keys = http.asked.map(({ headers }) => headers["Idempotency-Key"]);
  assert.equal(keys.length, 2);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  assert.equal(keys[1], keys[0]);
});
