/** One customer's visit, from the door to the rating, on good days and bad ones. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { badDay, QUESTION, Visit } from "./fixtures/chat-visit.js";

/** @type {Visit} */
let visit;
beforeEach(() => {
  visit = new Visit();
});

/** @param {string} path */
const asked = (path, method = "POST") =>
  visit.server.asked.filter((one) => one.path === path && one.method === method);
const tokens = () => visit.server.asked.map(({ token }) => token);

test("the door first, and nobody is told a token", async () => {
  await visit.start();
  assert.equal(visit.view.phase, "door");
  assert.equal(visit.view.door.site.name, "Shop");
  assert.equal(asked("", "GET")[0].query.get("site"), "shop");
  assert.deepEqual(tokens(), [""]);
});

test("a question opens a conversation, with the language and the consent", async () => {
  await visit.start();
  const consent = { given: true, text_version: "v1" };
  visit.session.open({ ...QUESTION, consent });
  assert.equal(visit.view.opening?.question, "My card");
  await visit.pass(500);
  assert.equal(visit.view.phase, "chat");
  assert.equal(visit.view.opening, null);
  assert.deepEqual(visit.texts, ["My card"]);
  const [{ body }] = asked("");
  const { client_id, ...rest } = body;
  assert.match(client_id, /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, { site: "shop", language: "en", ...QUESTION, consent });
});

test("the token stands in the socket's first frame, never in its address", async () => {
  await visit.talking();
  const { socket } = visit.world;
  assert.deepEqual(socket.sent[0], { type: "hello", token: "token-1-1", after: 1 });
  assert.doesNotMatch(socket.url, /token/);
  assert.equal(visit.view.line, "live");
});

test("a question without network waits for it, over a reload, and opens once", async () => {
  await visit.start();
  visit.cut();
  visit.session.open(QUESTION);
  await visit.pass(2000);
  assert.equal(visit.view.line, "down");
  assert.equal(visit.view.opening?.question, "My card");
  visit.session.stop();
  visit.session = visit.page();
  visit.session.start();
  visit.online = true;
  visit.session.wake();
  await visit.pass(4000);
  assert.equal(visit.view.phase, "chat");
  assert.equal(visit.server.conversations, 1);
});

test("the answer to a question was lost: still one conversation", async () => {
  await visit.start();
  const { way } = visit.server;
  let times = 0;
  visit.server.way = async () => {
    if (++times === 2) throw new TypeError("Failed to fetch");
  };
  visit.session.open(QUESTION);
  await visit.pass(5000);
  visit.server.way = way;
  assert.equal(visit.view.phase, "chat");
  assert.equal(visit.server.conversations, 1);
  assert.equal(asked("").length, 2);
});

for (const [status, code] of /** @type {const} */ ([
  [409, "consent_missing"],
  [409, "closed_now"],
  [429, "throttled"],
  [400, "invalid"],
])) {
  test(`${code}: said at the door, which is looked at anew`, async () => {
    await visit.start();
    visit.server.instead.set("POST ", [
      status,
      { code, detail: "No.", retry_after: 7 },
    ]);
    visit.session.open(QUESTION);
    await visit.pass(500);
    assert.equal(visit.view.phase, "door");
    assert.equal(visit.view.opening, null);
    assert.equal(visit.view.trouble?.code, code);
    assert.equal(asked("", "GET").length, 2);
    await visit.pass(20_000);
    assert.equal(asked("").length, 1, "not sent again by itself");
  });
}

test("closed: looked at again, until it opens", async () => {
  visit.server.isOpen = false;
  await visit.start();
  assert.equal(visit.view.door.is_open, false);
  visit.server.isOpen = true;
  await visit.pass(60_250);
  assert.equal(visit.view.door.is_open, true);
});

test("a message for later is stored once, whatever happens to the answer", async () => {
  await visit.start();
  const letter = { name: "Emily", address: "e@example.com", text: "Call me" };
  visit.server.instead.set("POST offline/", [503, {}]);
  await visit.session.leave(letter);
  assert.equal(visit.view.trouble?.code, "http_503");
  await visit.session.leave(letter);
  assert.equal(visit.view.left, true);
  const [first, second] = asked("offline/").map(({ body }) => body.client_id);
  assert.equal(first, second);
});

test("what one writes is there at once, then stored, never twice", async () => {
  await visit.talking();
  visit.session.write("one");
  assert.deepEqual(
    visit.view.unsent.map(({ state }) => state),
    ["sending"],
  );
  await visit.pass(500);
  assert.deepEqual(visit.texts, ["My card", "one"]);
  assert.deepEqual(visit.view.unsent, []);
});

test("without network it is kept and shown as unsent, then sent by itself", async () => {
  await visit.talking();
  visit.cut();
  visit.session.write("one");
  await visit.pass(1000);
  assert.deepEqual(
    visit.view.unsent.map(({ state }) => state),
    ["unsent"],
  );
  await visit.pass(3000);
  assert.equal(visit.view.line, "down");
  visit.online = true;
  visit.session.wake();
  await visit.pass(4000);
  assert.equal(visit.view.line, "live");
  assert.deepEqual(visit.texts, ["My card", "one"]);
});

test("what was said meanwhile comes from where it broke off", async () => {
  await visit.talking();
  visit.cut();
  visit.server.say("hello?");
  visit.online = true;
  await visit.pass(5000);
  assert.deepEqual(visit.texts, ["My card", "hello?"]);
  const hellos = visit.world.sockets.flatMap(({ sent }) => sent.slice(0, 1));
  assert.equal(hellos.at(-1).after >= 1, true);
});

test("after a farewell the socket comes back within the server's window", async () => {
  await visit.talking();
  const before = visit.world.sockets.length;
  visit.world.socket.say({ type: "bye", retry_ms: [8000, 12_000] });
  visit.world.socket.end(1012);
  await visit.pass(9500);
  assert.equal(visit.world.sockets.length, before);
  await visit.pass(1000);
  assert.equal(visit.world.sockets.length, before + 1);
});

test("where sockets are blocked it asks every three seconds", async () => {
  visit.sockets = false;
  await visit.talking();
  await visit.pass(20_000);
  assert.equal(visit.view.line, "polling");
  const before = asked("", "GET").length;
  visit.server.say("by HTTP");
  await visit.pass(30_000);
  assert.deepEqual(visit.texts, ["My card", "by HTTP"]);
  const polls = asked("", "GET").length - before;
  assert.ok(polls >= 9 && polls <= 11, `${polls} in 30 s`);
  const after = asked("", "GET").at(-1)?.query.get("after");
  assert.equal(after, "2");
});

test("while the socket lives nothing is asked by HTTP", async () => {
  await visit.talking();
  const before = visit.server.asked.length;
  await visit.pass(30_000);
  assert.equal(visit.server.asked.length, before);
});

test("a pulse that knows of more brings it", async () => {
  await visit.talking();
  const lost = { id: 2, at: "", sender: { kind: "agent", name: "A" }, text: "lost" };
  visit.server.messages.push(lost);
  await visit.pass(6000);
  assert.deepEqual(visit.texts, ["My card", "lost"]);
});

test("its heart beats as often as the server wishes", async () => {
  await visit.talking();
  await visit.pass(20_500);
  const pings = visit.world.socket.sent.filter(({ type }) => type === "ping");
  assert.equal(pings.length, 4);
});

test("typing is told at most every three seconds, and shown for five", async () => {
  await visit.talking();
  for (let times = 0; times < 10; times += 1) visit.session.typing();
  await visit.pass(3000);
  visit.session.typing();
  const typings = visit.world.socket.sent.filter(({ type }) => type === "typing");
  assert.equal(typings.length, 2);
  visit.world.socket.say({ type: "typing", name: "Agent 14" });
  assert.equal(visit.view.typing, "Agent 14");
  await visit.pass(5000);
  assert.equal(visit.view.typing, "");
});

test("who has written types no more", async () => {
  await visit.talking();
  visit.world.socket.say({ type: "typing", name: "Agent 14" });
  visit.server.say("done");
  assert.equal(visit.view.typing, "");
});

test("the end: who ended it, the last words, the new token, a rating", async () => {
  await visit.talking();
  visit.server.say("bye");
  visit.server.end("agent");
  await visit.pass(1000);
  assert.equal(visit.view.state.ended_by, "agent");
  assert.deepEqual(visit.texts.slice(-2), ["bye", "Ended."]);
  await visit.session.rate(5, "fine");
  assert.deepEqual(asked("rating/")[0].body, { score: 5, comment: "fine" });
  assert.equal(tokens().at(-1), "token-1-2");
  assert.equal(visit.view.state.rating, 5);
  const before = visit.server.asked.length;
  await visit.pass(30_000);
  assert.equal(visit.server.asked.length, before, "nothing more comes");
});

test("ending it oneself", async () => {
  await visit.talking();
  await visit.session.end();
  await visit.pass(500);
  assert.equal(visit.view.state.ended_by, "customer");
  assert.ok(visit.world.socket.closedByClient);
});

test("ended elsewhere while a message was on its way: it says so and is not lost", async () => {
  await visit.talking();
  visit.cut();
  visit.session.write("too late");
  visit.server.end("supervisor");
  visit.online = true;
  visit.session.wake();
  await visit.pass(4000);
  assert.equal(visit.view.state.status, "ended");
  const [item] = visit.view.unsent;
  assert.deepEqual([item.text, item.problem?.code], ["too late", "wrong_state"]);
});

test("a new one after the end begins empty", async () => {
  await visit.talking();
  visit.server.end();
  await visit.pass(500);
  visit.session.again();
  await visit.pass(500);
  assert.equal(visit.view.phase, "door");
  visit.session.open({ ...QUESTION, question: "Another" });
  await visit.pass(500);
  assert.deepEqual(visit.texts, ["Another"]);
  assert.equal(visit.server.conversations, 2);
  assert.equal(visit.view.state.status, "waiting");
});

test("an answer about the last conversation does not get into the next", async () => {
  await visit.talking();
  visit.server.end();
  await visit.pass(500);
  const { way } = visit.server;
  /** @type {() => void} */
  let release = () => {};
  visit.server.way = () => new Promise((resolve) => (release = () => resolve()));
  visit.session.rate(1, "");
  visit.server.way = way;
  visit.session.again();
  await visit.pass(500);
  release();
  await visit.pass(500);
  assert.deepEqual([visit.view.phase, visit.view.state], ["door", null]);
});

test("a dead token leads back to the door, and says why", async () => {
  await visit.talking();
  visit.server.conversations = 7;
  visit.server.cut();
  await visit.pass(5000);
  assert.equal(visit.view.phase, "door");
  assert.equal(visit.view.lost, true);
  assert.deepEqual(visit.view.messages, []);
  assert.equal(Object.keys(visit.storage).length, 0);
});

test("a reload shows the same again", async () => {
  await visit.talking();
  visit.server.say("hello");
  visit.session.stop();
  visit.session = visit.page();
  await visit.start();
  assert.deepEqual(visit.texts, ["My card", "hello"]);
});

test("two tabs show the same; the second joins when the first begins", async () => {
  await visit.start();
  const second = visit.page();
  second.start();
  await visit.pass(500);
  assert.equal(second.view.phase, "door");
  visit.session.open(QUESTION);
  await visit.pass(500);
  second.changedElsewhere("chat:shop:pass");
  await visit.pass(500);
  visit.session.write("from one");
  second.write("from two");
  await visit.pass(1000);
  const texts = second.view.messages.map(({ text }) => text);
  assert.deepEqual(texts, ["My card", "from one", "from two"]);
  assert.deepEqual(visit.texts, texts);
  assert.equal(visit.server.conversations, 1);
});

test("a tab leaves with the other, and not because of its draft", async () => {
  await visit.talking();
  const second = visit.page();
  second.start();
  await visit.pass(500);
  visit.server.end();
  await visit.pass(500);
  second.changedElsewhere("chat:shop:seen");
  assert.equal(second.view.phase, "chat");
  visit.session.again();
  second.changedElsewhere("chat:shop:pass");
  await visit.pass(500);
  assert.equal(second.view.phase, "door");
});

test("unread: what others wrote since it was looked at, over a reload too", async () => {
  await visit.talking();
  visit.server.say("a");
  visit.server.say("told by the house", "system");
  visit.server.say("b");
  assert.equal(visit.view.unread, 2);
  visit.session.look();
  assert.equal(visit.view.unread, 0);
  visit.session.stop();
  visit.session = visit.page();
  await visit.start();
  assert.equal(visit.view.unread, 0);
});

const RUNS = Number(process.env.RUNS ?? 200);
const FIRST = Number(process.env.SEED ?? 1);

test(`${RUNS} bad days: both sides have the same, nothing lost, nothing twice`, async () => {
  let said = 0;
  for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
    const { visit: after, written } = await badDay(seed);
    const { messages } = after.server;
    const all = messages.map(({ text }) => text);
    assert.deepEqual(after.texts, all, `seed ${seed}: the screen is the server's`);
    const own = messages.filter(({ sender }) => sender.kind === "customer");
    const refused = after.view.unsent.map(({ text }) => text);
    const stored = own.slice(1).map(({ text }) => text);
    assert.deepEqual(
      [...stored, ...refused],
      written,
      `seed ${seed}: all that was written`,
    );
    const ended = after.server.status === "ended";
    assert.ok(ended || refused.length === 0, `seed ${seed}: nothing left behind`);
    assert.equal(after.server.conversations, 1, `seed ${seed}`);
    said += stored.length;
  }
  assert.ok(said > RUNS * 5, `${said} messages`);
});
