/** Notes save themselves, and own words are never overwritten. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NotesKeeper } from "../../static/js/lib/desk-notes.js";
import { World } from "./fixtures/world.js";

/** @type {World} */
let world;
/** @type {{id: number, text: string, answer: (ok: boolean) => Promise<void>}[]} */
let saves;
/** @type {string[]} */
let states;
/** @type {NotesKeeper} */
let notes;

beforeEach(() => {
  world = new World();
  saves = [];
  states = [];
  notes = new NotesKeeper({
    timers: world,
    tell: (_id, state) => states.push(state),
    save: (id, text) =>
      new Promise((resolve) => {
        const answer = async (/** @type {boolean} */ ok) => {
          resolve({ ok });
          await new Promise(setImmediate);
        };
        saves.push({ id, text, answer });
      }),
  });
});

test("a pause in typing saves once, with the last text", async () => {
  notes.told(1, "");
  notes.typed(1, "a");
  world.advance(500);
  notes.typed(1, "ab");
  world.advance(700);
  assert.equal(saves.length, 0);
  world.advance(200);
  assert.deepEqual(
    saves.map(({ text }) => text),
    ["ab"],
  );
  await saves[0].answer(true);
  assert.deepEqual(states, ["changed", "changed", "saving", "saved"]);
});

test("what is typed while saving is saved after it, and never two at once", async () => {
  notes.told(1, "");
  notes.typed(1, "a");
  world.advance(800);
  notes.typed(1, "ab");
  world.advance(5000);
  assert.equal(saves.length, 1);
  await saves[0].answer(true);
  world.advance(800);
  assert.equal(saves[1].text, "ab");
});

test("a failed save is tried again by itself and said", async () => {
  notes.told(1, "");
  notes.typed(1, "a");
  world.advance(800);
  await saves[0].answer(false);
  assert.ok(states.includes("failed"));
  world.advance(5000);
  assert.equal(saves[1].text, "a");
});

test("the server's text is shown, but not over own unsaved words", () => {
  assert.equal(notes.told(1, "from another tab"), "from another tab");
  notes.typed(1, "mine");
  assert.equal(notes.told(1, "other"), "mine");
});

test("a repaint with the old text does not take back what was just saved", async () => {
  notes.told(1, "old");
  notes.typed(1, "new");
  world.advance(800);
  await saves[0].answer(true);
  assert.equal(notes.told(1, "old"), "new");
  assert.equal(notes.told(1, "news from elsewhere"), "news from elsewhere");
});

test("leaving saves at once what is unsaved, and nothing else", () => {
  notes.told(1, "");
  notes.told(2, "saved");
  notes.typed(1, "a");
  notes.flushAll();
  assert.deepEqual(
    saves.map(({ id }) => id),
    [1],
  );
});
