/** Every situation with every action, and the order in which reasons are given. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { applicable, refusal, situation } from "../../static/js/lib/rules.js";
import { me, row, settings } from "./fixtures/things.js";

/** @import { Row } from "../../static/js/lib/types.js" */

const ACTIONS = ["monitor", "join", "assign", "transfer", "force_close"];

/** @type {Record<string, Partial<Row>>} */
const SITUATIONS = {
  open: { state: "open", phase: null, agent: null },
  awaiting_acceptance: { state: "active", phase: "awaiting_acceptance", agent: null },
  in_conversation: { state: "active", phase: "in_conversation" },
  with_bot: { state: "active", phase: "with_bot", agent: null },
  transfer_pending: { state: "active", phase: "transfer_pending" },
  waiting: { state: "waiting", phase: null },
  waiting_transfer_pending: { state: "waiting", phase: "transfer_pending" },
  wrap_up: { state: "wrap_up", phase: null },
  closed: { state: "closed", phase: null },
};

// By hand from the table of the domain, not from the code.
/** @type {Record<string, string[]>} */
const TABLE = {
  open: ["assign", "force_close"],
  awaiting_acceptance: ["force_close"],
  in_conversation: ["monitor", "join", "transfer", "force_close"],
  with_bot: ["force_close"],
  transfer_pending: ["monitor", "join", "force_close"],
  waiting: ["transfer", "force_close"],
  waiting_transfer_pending: ["force_close"],
  wrap_up: ["monitor", "join", "force_close"],
  closed: [],
};
const RULES = {
  actions: ACTIONS,
  switches: {
    monitor: "supervisor_monitor",
    join: "supervisor_monitor",
    assign: "supervisor_assign",
    transfer: "supervisor_transfer",
    force_close: "force_close",
  },
  table: TABLE,
  situations: Object.keys(TABLE),
  sentences: {
    stale_screen: "The screen is not live.",
    own_conversation: "It is yours.",
    "monitor.own_conversation": "You cannot monitor your own conversation.",
    "assign.wrong_state.waiting": "It is waiting for the customer.",
    "wrong_state.closed": "It is closed.",
    setting_off: "Switched off.",
  },
};
const OFFER = { id: 1, kind: "transfer", agent: 8, expires_at: "" };

/**
 * @param {string} action
 * @param {Partial<Row>} more
 * @param {Partial<Parameters<typeof refusal>[3]>} [context]
 */
function ask(action, more, context = {}) {
  const fine = { settings: settings(), me: me(), stale: false };
  return refusal(RULES, action, row(1, 1, more), { ...fine, ...context });
}

for (const [name, fields] of Object.entries(SITUATIONS)) {
  test(`${name}: exactly ${TABLE[name].join(", ") || "nothing"}`, () => {
    assert.equal(situation(row(1, 1, fields)), name);
    const may = ACTIONS.filter((action) => ask(action, fields) === null);
    assert.deepEqual(may, TABLE[name]);
  });

  test(`${name}: each refusal has the code of its gate`, () => {
    for (const action of ACTIONS.filter((one) => !TABLE[name].includes(one))) {
      const bot = action === "transfer" && name === "with_bot";
      assert.equal(ask(action, fields)?.code, bot ? "bot_handled" : "wrong_state");
    }
  });
}

test("a switch that is off takes the button away", () => {
  for (const action of ACTIONS) {
    const off = settings({ supervisor_monitor: false, supervisor_assign: false });
    const none = { ...off, supervisor_transfer: false, force_close: false };
    const why = ask(action, SITUATIONS.in_conversation, {
      settings: none,
      stale: true,
    });
    assert.deepEqual(why, {
      code: "setting_off",
      sentence: "Switched off.",
      absent: true,
    });
  }
});

test("before the settings are known there are no buttons", () => {
  assert.equal(ask("monitor", {}, { settings: null })?.absent, true);
});

test("nobody acts on a screen that is not live", () => {
  const why = ask("force_close", SITUATIONS.open, { stale: true });
  assert.deepEqual(why, {
    ...{ code: "stale_screen", sentence: "The screen is not live.", absent: false },
  });
});

test("an own conversation cannot be watched, but can be closed", () => {
  const context = { me: me({ agent: 7 }) };
  assert.equal(
    ask("monitor", { agent: 7 }, context)?.sentence,
    "You cannot monitor your own conversation.",
  );
  assert.equal(ask("join", { agent: 7 }, context)?.sentence, "It is yours.");
  assert.equal(ask("force_close", { agent: 7 }, context), null);
  assert.equal(ask("monitor", { agent: null }, { me: me({ agent: null }) }), null);
});

test("who has API access cannot assign, and may do the rest", () => {
  const context = { me: me({ roles: ["supervisor", "api_access"] }) };
  assert.equal(ask("assign", SITUATIONS.open, context)?.code, "api_role_present");
  assert.equal(ask("force_close", SITUATIONS.open, context), null);
});

test("in consent mode nobody watches before consent is recorded", () => {
  const context = { settings: settings({ consent_mode: "consent" }) };
  assert.equal(ask("monitor", {}, context)?.code, "consent_missing");
  assert.equal(ask("join", {}, context)?.code, "consent_missing");
  assert.equal(ask("monitor", { consent_recorded: true }, context), null);
  assert.equal(ask("transfer", {}, context), null);
});

test("voice and elevated conversations are not transferred", () => {
  assert.equal(ask("transfer", { channel_kind: "voice" })?.code, "wrong_channel");
  assert.equal(ask("transfer", { elevated: "voice" })?.code, "elevated");
  assert.equal(ask("transfer", { channel_kind: "record" }), null);
  assert.equal(ask("monitor", { channel_kind: "voice" }), null);
});

test("while an offer is out, it is the offer that stands in the way", () => {
  const pending = { ...SITUATIONS.transfer_pending, offer: OFFER };
  assert.equal(ask("transfer", pending)?.code, "offer_pending");
  assert.equal(ask("assign", pending)?.code, "offer_pending");
});

test("a sentence for the action comes before the general one", () => {
  assert.equal(
    ask("assign", SITUATIONS.waiting)?.sentence,
    "It is waiting for the customer.",
  );
  assert.equal(ask("monitor", SITUATIONS.closed)?.sentence, "It is closed.");
});

test("gates speak in their order", () => {
  const context = {
    ...{ me: me({ agent: 7 }), stale: true },
    settings: settings({ consent_mode: "consent" }),
  };
  const closed = { ...SITUATIONS.closed, agent: 7 };
  assert.equal(ask("monitor", closed, context)?.code, "stale_screen");
  const fresh = { ...context, stale: false };
  assert.equal(ask("monitor", closed, fresh)?.code, "own_conversation");
  assert.equal(ask("monitor", { ...closed, agent: 8 }, fresh)?.code, "consent_missing");
  assert.equal(
    ask("monitor", { ...closed, agent: 8, consent_recorded: true }, fresh)?.code,
    "wrong_state",
  );
});

test("of several rows each is judged by itself", () => {
  const several = [row(1, 1, SITUATIONS.open), row(2, 1, SITUATIONS.waiting)];
  const context = { settings: settings(), me: me(), stale: false };
  const { allowed, refused, absent } = applicable(RULES, "assign", several, context);
  assert.deepEqual(
    allowed.map(({ id }) => id),
    [1],
  );
  assert.deepEqual(
    refused.map((one) => [one.row.id, one.code]),
    [[2, "wrong_state"]],
  );
  assert.equal(absent, false);
});
