/**
 * Whether a button may be pressed, and the sentence that says why not. The rules and
 * the sentences are the server's own, embedded in the page; the server decides again.
 */

/** @import { Me, Row, Settings } from "./types.js" */

/** @typedef {"monitor" | "join" | "assign" | "transfer" | "force_close"} Action */
/**
 * @typedef {object} Rules
 * @property {string[]} actions
 * @property {Record<string, string>} switches action -> name of its setting
 * @property {Record<string, string[]>} table situation -> actions
 * @property {string[]} situations
 * @property {Record<string, string>} sentences
 */
/** @typedef {{settings: Settings | null, me: Me | null, stale: boolean}} Context */
/** @typedef {{code: string, sentence: string, absent: boolean}} Reason */
/** @typedef {{rules: Rules, action: string, row: Row, context: Context}} Case */

const WATCHING = new Set(["monitor", "join"]);
const OFFERING = new Set(["assign", "transfer"]);

/**
 * The gates in their order; the first that has a code refuses.
 * @type {((given: Case) => string | null)[]}
 */
const GATES = [staleScreen, own, apiRole, consent, channel, state];

/**
 * @param {Rules} rules
 * @param {string} action
 * @param {Row} row
 * @param {Context} context
 * @returns {Reason | null} null: it may be done
 */
export function refusal(rules, action, row, context) {
  if (absent(rules, action, context)) return reason(rules, action, "setting_off");
  for (const gate of GATES) {
    const code = gate({ rules, action, row, context });
    if (code) return reason(rules, action, code);
  }
  return null;
}

/**
 * @param {Rules} rules
 * @param {string} action
 * @param {Row[]} rows
 * @param {Context} context
 */
export function applicable(rules, action, rows, context) {
  /** @type {Row[]} */
  const allowed = [];
  /** @type {{row: Row, code: string, sentence: string}[]} */
  const refused = [];
  for (const row of rows) {
    const why = refusal(rules, action, row, context);
    if (why) refused.push({ row, code: why.code, sentence: why.sentence });
    else allowed.push(row);
  }
  return { allowed, refused, absent: absent(rules, action, context) };
}

/**
 * The name under which the table knows a row's state and phase.
 * @param {Row} row
 */
export function situation({ state, phase }) {
  if (state === "active") return phase ?? "in_conversation";
  if (state === "waiting" && phase === "transfer_pending") {
    return "waiting_transfer_pending";
  }
  return state;
}

/**
 * The administrator has switched this power off: the button is not there at all.
 * @param {Rules} rules
 * @param {string} action
 * @param {Context} context
 */
function absent(rules, action, { settings }) {
  const name = /** @type {keyof Settings} */ (rules.switches[action]);
  return !settings?.[name];
}

/** @param {Case} given */
function staleScreen({ context }) {
  return context.stale ? "stale_screen" : null;
}

/** @param {Case} given */
function own({ action, row, context: { me } }) {
  const mine = Boolean(me?.agent) && row.agent === me?.agent;
  return WATCHING.has(action) && mine ? "own_conversation" : null;
}

/** @param {Case} given */
function apiRole({ action, context: { me } }) {
  const machine = me?.roles.includes("api_access");
  return action === "assign" && machine ? "api_role_present" : null;
}

/** @param {Case} given */
function consent({ action, row, context: { settings } }) {
  const awaited = settings?.consent_mode === "consent" && !row.consent_recorded;
  return WATCHING.has(action) && awaited ? "consent_missing" : null;
}

/** @param {Case} given */
function channel({ action, row }) {
  if (action !== "transfer") return null;
  if (row.channel_kind === "voice") return "wrong_channel";
  if (row.elevated) return "elevated";
  return row.phase === "with_bot" ? "bot_handled" : null;
}

/** @param {Case} given */
function state({ rules, action, row }) {
  const here = situation(row);
  if (rules.table[here]?.includes(action)) return null;
  return OFFERING.has(action) && row.offer ? "offer_pending" : `wrong_state.${here}`;
}

/**
 * @param {Rules} rules
 * @param {string} action
 * @param {string} key
 * @returns {Reason}
 */
function reason({ sentences }, action, key) {
  const sentence = sentences[`${action}.${key}`] ?? sentences[key] ?? "";
  const [code] = key.split(".");
  return { code, sentence, absent: key === "setting_off" };
}
