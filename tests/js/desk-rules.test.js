/** What may be done with a conversation, and to whom one may write there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { audiences, possible } from "../../static/js/lib/desk-rules.js";
import { entry } from "./fixtures/desk.js";

const calm = { untrusted: false, unsent: 0 };
const actions = (/** @type {any} */ given, here = calm) =>
  possible(entry(1, given), here).map(({ action }) => action);
const code = (/** @type {string} */ action, /** @type {any} */ here) =>
  possible(entry(1, { channel: "sms" }), here).find((one) => one.action === action)
    ?.code;

test("an active conversation offers everything but what its channel cannot", () => {
  assert.deepEqual(actions({}), ["hand", "consult", "hand_over", "release", "finish"]);
  assert.ok(actions({ channel: "whatsapp" }).includes("wait"));
});

test("a raised hand is lowered by the same button", () => {
  assert.equal(actions({ hand: { since: "", text: "" } })[0], "lower");
});

test("while a transfer is pending it is taken back, not given again", () => {
  const pending = { phase: "transfer_pending", offer: { id: 4, kind: "transfer" } };
  assert.ok(actions(pending).includes("take_back"));
  assert.ok(!actions(pending).includes("hand_over"));
});

test("waiting, wrap-up and consulting have their own few", () => {
  assert.deepEqual(actions({ state: "waiting", phase: null }), ["revive", "hand_over"]);
  assert.deepEqual(actions({ state: "wrap_up", phase: null }), ["close"]);
  assert.deepEqual(actions({ role: "consult" }), ["leave"]);
  assert.deepEqual(actions({ state: "open", phase: null }), []);
});

test("a screen that is not proven turns all of it off, and says so", () => {
  const all = possible(entry(1), { untrusted: true, unsent: 0 });
  assert.deepEqual(new Set(all.map((one) => one.code)), new Set(["stale"]));
});

test("nothing is given away while own messages are on their way; ending asks instead", () => {
  const here = { untrusted: false, unsent: 1 };
  assert.equal(code("release", here), "unsent");
  assert.equal(code("wait", here), "unsent");
  assert.equal(code("finish", here), "");
  assert.equal(code("consult", here), "");
});

test("a consultant writes internally, and to the customer only once added", () => {
  assert.deepEqual(audiences(entry(1, { role: "consult" })), ["internal"]);
  assert.deepEqual(audiences(entry(1, { role: "consult", is_added: true })), [
    "internal",
    "public",
  ]);
});

test("the primary writes to the customer while there is one to answer", () => {
  assert.deepEqual(audiences(entry(1)), ["public", "internal"]);
  assert.deepEqual(audiences(entry(1, { state: "wrap_up", phase: null })), [
    "internal",
  ]);
  assert.deepEqual(audiences(entry(1, { state: "waiting", phase: null })), []);
  assert.deepEqual(audiences(entry(1, { state: "closed" })), []);
});
