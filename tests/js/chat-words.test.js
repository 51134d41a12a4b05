/** What customers read: waits, moments, what went wrong; and what becomes a link. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChatMemory } from "../../static/js/lib/chat-memory.js";
import { ChatThread } from "../../static/js/lib/chat-thread.js";
import { pieces, Words } from "../../static/js/lib/chat-words.js";
import { memory } from "./fixtures/post-office.js";

const TABLE = {
  wait_unknown: "cannot be said",
  wait_soon: "less than a minute",
  wait_minute: "about 1 minute",
  wait_minutes: "about {count} minutes",
  wait_hour: "more than an hour",
  day_and_time: "{day} at {time}",
  trouble: "That did not work.",
  trouble_throttled: "Again in {seconds} seconds.",
  code_agent_joined: "{name} is here.",
  code_elevated: "Goes on by {to}.",
  to_video: "video",
};
const words = new Words(TABLE, "en", "Europe/Copenhagen");
const danish = new Words(TABLE, "da", "Europe/Copenhagen");

test("an expected wait is a word, and an unknown one is said to be unknown", () => {
  const said = [null, undefined, 0, 44, 60, 89, 120, 3540, 3600, 9000].map((seconds) =>
    words.wait(seconds),
  );
  assert.deepEqual(said, [
    "cannot be said",
    "cannot be said",
    "less than a minute",
    "less than a minute",
    "about 1 minute",
    "about 1 minute",
    "about 2 minutes",
    "about 59 minutes",
    "more than an hour",
    "more than an hour",
  ]);
});

test("a moment: the hour today, the weekday soon, else the date; where one lives", () => {
  const now = Date.parse("2026-03-02T12:00:00Z");
  assert.equal(words.moment("2026-03-02T15:30:00Z", now), "16:30");
  assert.equal(words.moment("2026-03-03T07:00:00Z", now), "Tuesday at 08:00");
  assert.equal(danish.moment("2026-03-03T07:00:00Z", now), "tirsdag at 08.00");
  assert.match(words.moment("2026-03-12T07:00:00Z", now), /Thursday.*March.* at 08:00/);
  assert.match(words.moment("2026-03-01T23:30:00Z", now), /^00:30$/);
});

test("trouble: our words, else the server's sentence, else that it did not work", () => {
  const trouble = { code: "throttled", detail: "", seconds: 7, body: null };
  assert.equal(words.trouble(trouble), "Again in 7 seconds.");
  assert.equal(words.trouble({ ...trouble, code: "odd", detail: "Odd." }), "Odd.");
  assert.equal(words.trouble({ ...trouble, code: "odd" }), "That did not work.");
});

/** @param {object} message */
const text = (message) =>
  words.text(/** @type {any} */ ({ text: "English", ...message }));

test("system messages: our words where all of them are known", () => {
  assert.equal(text({ code: "agent_joined", params: { name: "Ann" } }), "Ann is here.");
  assert.equal(text({ code: "agent_joined", params: {} }), "English");
  assert.equal(text({ code: "overflow_ended" }), "English");
  assert.equal(
    text({ code: "elevated", params: { to: "video" } }),
    "Goes on by video.",
  );
});

/** @param {string} said */
const links = (said) => pieces(said).flatMap(({ href }) => (href ? [href] : []));

test("whole addresses become links, without the sentence's punctuation", () => {
  assert.deepEqual(links("See https://example.com/a."), ["https://example.com/a"]);
  assert.deepEqual(links("(http://example.com/a_(b)), ok"), [
    "http://example.com/a_(b)",
  ]);
  assert.deepEqual(links("HTTPS://EXAMPLE.com?x=1&y=2!"), [
    "https://example.com/?x=1&y=2",
  ]);
  assert.deepEqual(links("https://a.dk https://b.dk"), [
    "https://a.dk/",
    "https://b.dk/",
  ]);
});

for (const said of [
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "www.example.com",
  "ftp://example.com/a",
  "https://",
  "https://bank.com@evil.example/a",
  "file:///etc/passwd",
  "xhttps//example.com",
]) {
  test(`no link: ${said}`, () => {
    assert.deepEqual(links(said), []);
  });
}

test("together the pieces are the text again, whatever it is", () => {
  for (const said of [
    "",
    "a https://b.c/d, e",
    "<b>https://x.y</b>",
    "https://[x",
    "(((",
  ])
    assert.equal(
      pieces(said)
        .map((piece) => piece.text)
        .join(""),
      said,
    );
});

/** @param {number} id */
const message = (id, kind = "agent") => ({
  id,
  at: "",
  sender: { kind, name: "" },
  text: String(id),
});

test("a thread asks from behind what it has whole, and shows all in order", () => {
  const thread = new ChatThread();
  for (const id of [1, 2, 5, 2, 4]) thread.put(message(id));
  assert.equal(thread.last, 2);
  assert.deepEqual(
    thread.list().map(({ id }) => id),
    [1, 2, 4, 5],
  );
  thread.put(message(3));
  assert.equal(thread.last, 5);
  assert.equal(thread.unread(3), 2);
});

test("a memory that cannot write forgets nothing, and never tells what was before", () => {
  const storage = memory();
  const one = new ChatMemory("shop", storage);
  one.set("pass", { token: "old" });
  Object.getPrototypeOf(storage).setItem = () => {
    throw new Error("QuotaExceededError");
  };
  one.set("pass", { token: "new" });
  assert.deepEqual(one.get("pass"), { token: "new" });
  assert.equal(new ChatMemory("other", storage).get("pass"), null);
});
