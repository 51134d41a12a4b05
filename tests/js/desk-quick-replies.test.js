/** Quick replies: the slash, which ones fit, and how they get into the text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, insert, slashAt } from "../../static/js/lib/desk-quick-replies.js";

const reply = (/** @type {Record<string, any>} */ given) => ({
  ...{ id: 1, shortcut: "x", title: "", text: "", language: "", queues: [] },
  ...given,
});
const wanted = (/** @type {Record<string, any>} */ given = {}) => ({
  query: "",
  queue: 1,
  language: "en",
  ...given,
});

test("a slash counts at the beginning of a word, up to the caret", () => {
  assert.deepEqual(slashAt("/", 1), { query: "", from: 0 });
  assert.deepEqual(slashAt("Hi /he", 6), { query: "he", from: 3 });
  assert.deepEqual(slashAt("Hi /hello", 6), { query: "he", from: 3 });
  assert.deepEqual(slashAt("a\n/næ", 5), { query: "næ", from: 2 });
});

test("a slash within words, dates and addresses is a slash", () => {
  for (const text of ["and/or", "1/2", "https://x.dk/y", "/he llo", "//"]) {
    assert.equal(slashAt(text, text.length), null, text);
  }
});

test("a shortcut that begins with it goes first, then titles, then texts", () => {
  const all = [
    reply({ id: 1, shortcut: "bye", text: "We close at hello o'clock" }),
    reply({ id: 2, shortcut: "greet", title: "Say Hello" }),
    reply({ id: 3, shortcut: "hello" }),
    reply({ id: 4, shortcut: "other" }),
  ];
  assert.deepEqual(
    fitting(all, wanted({ query: "HEL" })).map(({ id }) => id),
    [3, 2, 1],
  );
});

test("another queue's and another language's are left out", () => {
  const all = [
    reply({ id: 1, queues: [2] }),
    reply({ id: 2, queues: [1, 2] }),
    reply({ id: 3, language: "da" }),
    reply({ id: 4, language: "en" }),
  ];
  assert.deepEqual(
    fitting(all, wanted()).map(({ id }) => id),
    [2, 4],
  );
  assert.deepEqual(
    fitting(all, wanted({ language: "da-DK" })).map(({ id }) => id),
    [2, 3],
  );
  assert.deepEqual(
    fitting(all, wanted({ language: "" })).map(({ id }) => id),
    [2, 3, 4],
  );
});

test("names go in, unknown ones stay visible, the rest of the text stays", () => {
  const names = { customer: "Nora", agent: "Agent 14" };
  const text = "Hi %(customer)s, %(agent)s here. %(order)s";
  const put = insert("Yes /he now", { from: 4, caret: 7 }, text, names);
  assert.equal(put.text, "Yes Hi Nora, Agent 14 here. %(order)s now");
  assert.equal(put.text.slice(put.caret), " now");
});

test("a customer's name is put in as it is, whatever it looks like", () => {
  const put = insert("/", { from: 0, caret: 1 }, "Hi %(customer)s", {
    customer: "%(agent)s $& $1",
    agent: "A",
  });
  assert.equal(put.text, "Hi %(agent)s $& $1");
});
