/** What a tab remembers: drafts, what was read, which panes are open. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Drafts } from "../../static/js/lib/desk-drafts.js";
import { OpenPanes } from "../../static/js/lib/desk-panes.js";
import { ReadMarks } from "../../static/js/lib/desk-unread.js";
import { Memory, message } from "./fixtures/desk.js";

/** @type {Memory} */
let memory;

beforeEach(() => {
  memory = new Memory();
});

test("a draft outlives a reload, for its conversation and person alone", () => {
  new Drafts(memory, "7").set(1, { text: "half a", visibility: "internal" });
  assert.deepEqual(new Drafts(memory, "7").get(1), {
    text: "half a",
    visibility: "internal",
  });
  assert.equal(new Drafts(memory, "7").get(2).text, "");
  assert.equal(new Drafts(memory, "8").get(1).text, "");
});

test("an emptied draft leaves nothing behind, but a chosen audience is kept", () => {
  const drafts = new Drafts(memory, "7");
  drafts.set(1, { text: "x", visibility: "public" });
  drafts.set(1, { text: " ", visibility: "public" });
  assert.equal(memory.size, 0);
  drafts.set(1, { text: "", visibility: "internal" });
  assert.equal(drafts.get(1).visibility, "internal");
});

test("a storage that is full or broken costs the memory, nothing else", () => {
  memory.setItem("7.1", "{broken");
  memory.full = true;
  const drafts = new Drafts(memory, "7");
  drafts.set(2, { text: "x", visibility: "public" });
  assert.equal(drafts.get(1).text, "");
  const panes = new OpenPanes(memory, "p");
  panes.open(4);
  assert.deepEqual(panes.shown, [4]);
  assert.equal(new ReadMarks(memory, "r").seen(1, [message(1)]), true);
});

test("unread are messages of others since the mark, not the system's nor one's own", () => {
  const marks = new ReadMarks(memory, "r");
  const said = [
    message(1),
    message(2),
    message(3, { mine: true }),
    message(4),
    message(5, { sender: { kind: "system", name: "" } }),
  ];
  marks.seen(1, said.slice(0, 1));
  assert.equal(marks.unread(1, said), 2);
  marks.seen(1, said);
  assert.equal(marks.unread(1, said), 0);
  assert.equal(new ReadMarks(memory, "r").unread(1, [...said, message(9)]), 1);
});

test("without a mark everything since the own last message is unread", () => {
  const marks = new ReadMarks(memory, "r");
  assert.equal(marks.unread(1, [message(1), message(2)]), 2);
  assert.equal(
    marks.unread(1, [message(1), message(2, { mine: true }), message(3)]),
    1,
  );
});

test("seeing the same again is no news, and older messages take no mark back", () => {
  const marks = new ReadMarks(memory, "r");
  assert.equal(marks.seen(1, [message(5)]), true);
  assert.equal(marks.seen(1, [message(5)]), false);
  assert.equal(marks.seen(1, [message(2)]), false);
  assert.equal(marks.unread(1, [message(5)]), 0);
});

test("opening takes the focused pane's place, opening beside the next one", () => {
  const panes = new OpenPanes(memory, "p");
  panes.setRoom(3);
  panes.open(1);
  panes.openBeside(2);
  panes.focus(1);
  panes.open(3);
  assert.deepEqual(panes.shown, [3, 2]);
  assert.equal(panes.focused, 3);
});

test("what is shown already only gets the word", () => {
  const panes = new OpenPanes(memory, "p");
  panes.setRoom(2);
  panes.open(1);
  panes.openBeside(2);
  panes.open(1);
  assert.deepEqual(panes.shown, [1, 2]);
  assert.equal(panes.focused, 1);
});

test("without room the one used longest ago makes way, and comes back with room", () => {
  const panes = new OpenPanes(memory, "p");
  panes.setRoom(3);
  panes.open(1);
  panes.openBeside(2);
  panes.openBeside(3);
  panes.focus(1);
  panes.setRoom(2);
  assert.deepEqual(panes.shown, [1, 3]);
  panes.setRoom(9);
  assert.deepEqual(panes.shown, [1, 2, 3]);
  panes.openBeside(4);
  assert.deepEqual(panes.shown, [1, 3, 4]);
});

test("no conversation is ever shown twice, nor more than have room", () => {
  const panes = new OpenPanes(memory, "p");
  let seed = 7;
  const next = (/** @type {number} */ below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let turn = 0; turn < 2000; turn += 1) {
    const id = 1 + next(5);
    const act = [
      () => panes.open(id),
      () => panes.openBeside(id),
      () => panes.close(id),
      () => panes.setRoom(next(4)),
      () => panes.focus(id),
    ];
    act[next(5)]();
    assert.equal(new Set(panes.shown).size, panes.shown.length);
    assert.ok(panes.shown.length <= panes.room);
    assert.ok(
      panes.focused === null
        ? panes.shown.length === 0
        : panes.shown.includes(panes.focused),
    );
  }
});

test("panes outlive a reload; what is closed does not", () => {
  const panes = new OpenPanes(memory, "p");
  panes.setRoom(2);
  panes.open(1);
  panes.openBeside(2);
  panes.openBeside(3);
  panes.close(3);
  const again = new OpenPanes(memory, "p");
  again.setRoom(2);
  assert.deepEqual(again.shown, panes.shown);
  assert.equal(again.focused, panes.focused);
});
