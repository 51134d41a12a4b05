/**
 * What part of the floor somebody looks at: filters that live in the URL.
 */

/** @import { Agent, Id, Queue, Row } from "./types.js" */

/**
 * @typedef {object} Filters
 * @property {string[]} queue ids
 * @property {string[]} agent ids, or "none"
 * @property {string[]} state states and phases
 * @property {string[]} channel
 * @property {string[]} sentiment
 * @property {string[]} hand "raised"
 * @property {string} q words to find
 */
/** @typedef {{agents: Map<Id, Agent>, queues: Map<Id, Queue>}} Names */

const ID = /^\d+$/;
const STATES = [
  ...["open", "active", "waiting", "wrap_up", "closed"],
  ...["awaiting_acceptance", "in_conversation", "with_bot", "transfer_pending"],
];
const CHANNELS = [
  ...["live_chat", "persistent_chat", "sms", "whatsapp", "messenger", "voice"],
  "record",
];
const LEVELS = [
  ...["very_negative", "negative", "slightly_negative", "neutral"],
  ...["slightly_positive", "positive", "very_positive", "unknown"],
];

/** @type {Record<Exclude<keyof Filters, "q">, (value: string) => boolean>} */
const KNOWN = {
  queue: (value) => ID.test(value),
  agent: (value) => value === "none" || ID.test(value),
  state: (value) => STATES.includes(value),
  channel: (value) => CHANNELS.includes(value),
  sentiment: (value) => LEVELS.includes(value),
  hand: (value) => value === "raised",
};
const NAMES = /** @type {(keyof typeof KNOWN)[]} */ (Object.keys(KNOWN));

/** @type {Record<keyof typeof KNOWN, (row: Row) => (string | null)[]>} */
const VALUES = {
  queue: (row) => [String(row.queue)],
  agent: (row) => [String(row.agent ?? row.offer?.agent ?? "none")],
  state: (row) => [row.state, row.phase],
  channel: (row) => [row.channel],
  sentiment: (row) => [row.sentiment.level],
  hand: (row) => [row.hand ? "raised" : null],
};

/** @returns {Filters} */
export function noFilters() {
  const any = { queue: [], agent: [], state: [], channel: [], sentiment: [] };
  return { ...any, hand: [], q: "" };
}

/**
 * @param {string} query as in `location.search`; what is not understood is left out
 * @returns {Filters}
 */
export function filtersFrom(query) {
  const given = new URLSearchParams(query);
  const filters = noFilters();
  for (const name of NAMES) {
    const values = (given.get(name) ?? "").split(",");
    filters[name] = [...new Set(values.filter(KNOWN[name]))];
  }
  return { ...filters, q: (given.get("q") ?? "").trim() };
}

/**
 * @param {Filters} filters
 * @param {string} [query] parameters of others in it are kept
 * @returns {string} with a leading "?", or nothing
 */
export function queryOf(filters, query = "") {
  const result = new URLSearchParams(query);
  for (const name of [...NAMES, /** @type {const} */ ("q")]) {
    const value = String(filters[name]);
    if (value === "") result.delete(name);
    else result.set(name, value);
  }
  const text = result.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

/**
 * @param {Row} row
 * @param {Filters} filters
 * @param {Names} names
 */
export function matches(row, filters, names) {
  const chosen = NAMES.every(
    (name) =>
      filters[name].length === 0 ||
      VALUES[name](row).some(
        (value) => value !== null && filters[name].includes(value),
      ),
  );
  return chosen && found(row, filters.q, names);
}

/**
 * Every word must be somewhere in what the row shows.
 * @param {Row} row
 * @param {string} q
 * @param {Names} names
 */
function found(row, q, { agents, queues }) {
  if (q.trim() === "") return true;
  const shown = [
    ...[String(row.id), row.customer.name, row.subject, row.bot_name],
    ...[queues.get(row.queue)?.name, agentName(row, agents)],
  ];
  const text = shown.join("\n").toLocaleLowerCase();
  const words = q.toLocaleLowerCase().trim().split(/\s+/);
  return words.every((word) => text.includes(word));
}

/**
 * @param {Row} row
 * @param {Map<Id, Agent>} agents
 */
function agentName(row, agents) {
  const id = row.agent ?? row.offer?.agent;
  return id === undefined ? "" : (agents.get(id)?.name ?? "");
}
