/** Filters live in the URL; columns live in this browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ColumnMemory } from "../../static/js/lib/column-memory.js";
import {
  filtersFrom,
  matches,
  noFilters,
  queryOf,
} from "../../static/js/lib/view-state.js";
import { agent, queue, row } from "./fixtures/things.js";

const NAMES = {
  agents: new Map([[7, agent(7, 1, { name: "Mikkel Bang" })]]),
  queues: new Map([[1, queue(1, 1, { name: "Billing" })]]),
};

/** @param {string} query @param {Parameters<typeof row>[2]} [more] */
const fits = (query, more) => matches(row(1, 1, more), filtersFrom(query), NAMES);

test("filters survive the way through the URL", () => {
  const query =
    "?queue=1,4&agent=7&state=open,waiting&sentiment=negative&q=late+parcel";
  assert.equal(queryOf(filtersFrom(query)), query);
});

test("values that nobody knows are left out, each by itself", () => {
  const filters = filtersFrom("?state=open,asleep&queue=x,3&channel=fax&colour=red");
  assert.deepEqual(filters, { ...noFilters(), state: ["open"], queue: ["3"] });
});

test("no filter is no query, and foreign parameters stay", () => {
  assert.equal(queryOf(noFilters()), "");
  assert.equal(queryOf(noFilters(), "?lang=da&state=open"), "?lang=da");
});

test("without filters everything matches", () => {
  assert.equal(fits(""), true);
});

test("values of one filter are alternatives, filters add up", () => {
  assert.equal(fits("?state=open,active&queue=1"), true);
  assert.equal(fits("?state=open,active&queue=2"), false);
  assert.equal(fits("?channel=voice"), false);
  assert.equal(fits("?sentiment=neutral"), true);
});

test("a state filter knows phases as well", () => {
  assert.equal(fits("?state=in_conversation"), true);
  const pending = /** @type {const} */ ({
    state: "waiting",
    phase: "transfer_pending",
  });
  assert.equal(fits("?state=waiting", pending), true);
  assert.equal(fits("?state=transfer_pending", pending), true);
  assert.equal(fits("?state=in_conversation", pending), false);
});

test("those who ask for help can be looked at alone", () => {
  const hand = { since: "2026-03-01T12:00:00Z", text: "Help" };
  assert.equal(fits("?hand=raised", { hand }), true);
  assert.equal(fits("?hand=raised"), false);
  assert.equal(queryOf(filtersFrom("?hand=raised")), "?hand=raised");
  assert.deepEqual(filtersFrom("?hand=up"), noFilters());
});

test("who is offered a conversation counts as its agent until somebody has it", () => {
  const offer = { id: 1, kind: "assign", agent: 7, expires_at: "" };
  assert.equal(fits("?agent=7", { agent: null, offer }), true);
  assert.equal(fits("?agent=none", { agent: null }), true);
  assert.equal(fits("?agent=none", { agent: 8 }), false);
});

test("every word of a search must be found somewhere in the row", () => {
  assert.equal(fits("?q=signe+BILLING"), true);
  assert.equal(fits("?q=mikkel"), true);
  assert.equal(fits("?q=signe+nowhere"), false);
});

/** @param {string | null} [text] */
function storage(text = null) {
  let kept = text;
  return {
    getItem: () => kept,
    setItem: (/** @type {string} */ _key, /** @type {string} */ value) => {
      kept = value;
    },
    removeItem: () => {
      kept = null;
    },
  };
}

test("columns are remembered until they are forgotten", () => {
  const memory = new ColumnMemory(storage());
  assert.equal(memory.load(), null);
  memory.save([{ id: "state", width: 145 }]);
  assert.deepEqual(memory.load(), [{ id: "state", width: 145 }]);
  memory.forget();
  assert.equal(memory.load(), null);
});

test("what is broken, foreign or of another version is as good as nothing", () => {
  const broken = ["{", "null", "7", '{"version":1}', '{"version":2,"columns":[]}'];
  for (const text of [...broken, '{"version":1,"columns":[{"width":3}]}']) {
    assert.equal(new ColumnMemory(storage(text)).load(), null, text);
  }
});

test("a browser that keeps nothing does not break the page", () => {
  const full = {
    ...storage(),
    setItem: () => {
      throw new Error("quota");
    },
  };
  assert.equal(new ColumnMemory(full).save([]), false);
});
