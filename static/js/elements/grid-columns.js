/** The columns of the floor: measures, what makes a cell change, how rows compare. */
import {
  AgentCell,
  ChannelCell,
  CustomerCell,
  HandlingCell,
  MoodCell,
  NoteCell,
  StateCell,
  SubjectCell,
  TextCell,
  WaitedCell,
} from "./cells.js";
import { channelWord, stateOf, stateWord } from "./words.js";

/** @typedef {Record<string, any>} Row */

const MOOD_RANK = /** @type {Record<string, number>} */ ({
  very_negative: 0,
  negative: 1,
  slightly_negative: 2,
  neutral: 3,
  unknown: 4,
  slightly_positive: 5,
  positive: 6,
  very_positive: 7,
});

const MEASURES = {
  note: 136,
  customer: 113,
  state: 145,
  queue: 62,
  agent: 204,
  mood: 76,
};
const ROOMY = { ...MEASURES, note: 174, customer: 156, queue: 114, agent: 224 };
const TIGHT = { ...MEASURES, note: 126, agent: 166 };
const NARROW = { ...TIGHT, mood: 70 };
const SMALL = ["queue", "note", "handling", "agent", "channel", "mood"];
const PHONE = { ...NARROW, customer: 96, state: 132 };

/** What a width allows: measures, and which columns are left out; widest first. */
const FITS = [
  { from: 1220, widths: ROOMY, without: [] },
  { from: 1035, widths: MEASURES, without: [] },
  { from: 987, widths: TIGHT, without: [] },
  { from: 925, widths: TIGHT, without: ["queue"] },
  { from: 720, widths: NARROW, without: ["queue", "note", "handling"] },
  { from: 560, widths: NARROW, without: ["queue", "note", "handling", "agent"] },
  { from: 420, widths: PHONE, without: SMALL },
  { from: 0, widths: { ...PHONE, customer: 148 }, without: [...SMALL, "subject"] },
];

/** Names for the column chooser, in the order of the screen. */
export const columnNames = () => ({
  note: gettext("Needs you"),
  customer: gettext("Customer"),
  subject: gettext("Subject"),
  state: gettext("State"),
  queue: gettext("Queue"),
  agent: gettext("Agent, units"),
  channel: gettext("Channel"),
  waited: gettext("Waited"),
  handling: gettext("Handling"),
  mood: gettext("Mood"),
});

/** @param {number} width */
export function fitFor(width) {
  return FITS.find((fit) => width >= fit.from) ?? FITS[FITS.length - 1];
}

/**
 * @param {any} world
 * @returns {any[]} AG Grid's column definitions
 */
export function columnsFor(world) {
  const names = columnNames();
  return [
    {
      ...column("note", names, 180, NoteCell, () => noteKey(world), byUrgency),
      initialSort: "desc",
    },
    column("customer", names, 113, CustomerCell, () => customerKey, byText(customerOf)),
    {
      ...column("subject", names, 200, SubjectCell, () => subjectOf, byText(subjectOf)),
      flex: 1,
      minWidth: 96,
    },
    column("state", names, 145, StateCell, () => stateKey, byText(stateName)),
    column(
      "queue",
      names,
      62,
      TextCell,
      () => queueName(world),
      byText(queueName(world)),
    ),
    column(
      "agent",
      names,
      166,
      AgentCell,
      () => agentKey(world),
      byText(agentName(world)),
    ),
    {
      ...column(
        "channel",
        names,
        28,
        ChannelCell,
        () => channelKey,
        byText(channelName),
      ),
      headerTooltip: names.channel,
      resizable: false,
    },
    number("waited", names, 54, WaitedCell, waitedKey, byWait),
    number("handling", names, 63, HandlingCell, handlingKey, byTime(handlingKey)),
    column("mood", names, 70, MoodCell, () => moodKey, byMood),
  ].map((one) => ({
    ...one,
    cellClass: `${one.cellClass} cell-${one.colId}`,
    comparator: holding(world.order, one.context.compare),
  }));
}

/**
 * @param {string} colId
 * @param {Record<string, string>} names
 * @param {number} width
 * @param {any} cellRenderer
 * @param {() => (row: Row) => unknown} reader
 * @param {(a: Row, b: Row) => number} compare
 */
function column(colId, names, width, cellRenderer, reader, compare) {
  const read = reader();
  return {
    colId,
    headerName: names[colId],
    width,
    cellRenderer,
    cellClass: "",
    valueGetter: (/** @type {any} */ { data }) => (data ? read(data) : ""),
    context: { compare },
  };
}

/**
 * What the rows' content says about their order, held or not.
 * @param {any} api
 * @returns {((a: Row, b: Row) => number)[]}
 */
export function sortedBy(api) {
  const sorted = api
    .getColumnState()
    .filter((/** @type {any} */ { sort }) => sort)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => a.sortIndex - b.sortIndex);
  return sorted.map((/** @type {any} */ { colId, sort }) => {
    const { compare } = api.getColumnDef(colId).context;
    const way = sort === "desc" ? -1 : 1;
    return (/** @type {Row} */ a, /** @type {Row} */ b) => way * compare(a, b);
  });
}

/**
 * A held order goes before what the rows say, whichever way they are sorted.
 * @param {import("./row-order.js").RowOrder} order
 * @param {(a: Row, b: Row) => number} compare
 */
function holding(order, compare) {
  return (
    /** @type {unknown} */ _a,
    /** @type {unknown} */ _b,
    /** @type {any} */ x,
    /** @type {any} */ y,
    /** @type {boolean} */ descending,
  ) => {
    const held = order.compareHeld(x.data.id, y.data.id);
    if (held === null) return compare(x.data, y.data);
    return descending ? -held : held;
  };
}

/**
 * @param {string} colId
 * @param {Record<string, string>} names
 * @param {number} width
 * @param {any} renderer
 * @param {(row: Row) => unknown} read
 * @param {(a: Row, b: Row) => number} compare
 */
function number(colId, names, width, renderer, read, compare) {
  const one = column(colId, names, width, renderer, () => read, compare);
  return { ...one, cellClass: "cell-number", headerClass: "ag-right-aligned-header" };
}

/** @param {any} world */
function noteKey(world) {
  return (/** @type {Row} */ row) =>
    row.leaving
      ? `leaving ${row.leaving.reason}`
      : `${world.isDelayed(row.id)} ${handKey(row)}`;
}

/** @param {Row} row */
const handKey = ({ hand }) => (hand ? `${hand.since} ${hand.text}` : "");
/** @param {Row} row */
const customerKey = (row) =>
  `${customerOf(row)} ${handKey(row)} ${Boolean(row.leaving)}`;

/** @param {Row} row */
const customerOf = (row) => row.customer?.name || gettext("Unknown customer");
/** @param {Row} row */
const subjectOf = (row) => row.subject || gettext("No subject");
/** @param {Row} row */
const stateName = (row) => stateWord(stateOf(row));
/** @param {Row} row */
const stateKey = (row) =>
  [
    row.state,
    row.phase,
    row.offer?.id,
    row.offer?.expires_at,
    row.closes?.kind,
    row.closes?.at,
    Boolean(row.leaving),
  ].join();
/** @param {Row} row */
const channelKey = (row) => `${row.channel} ${row.elevated ?? ""}`;
/** @param {Row} row */
const channelName = (row) => channelWord(row.channel);
/** @param {Row} row */
const waitedKey = (row) =>
  [row.wait_since, row.waited_seconds, row.queue, Boolean(row.leaving)].join();
/** @param {Row} row */
const handlingKey = (row) => (row.leaving ? "" : (row.accepted_at ?? ""));
/** @param {Row} row */
const moodKey = (row) =>
  [row.sentiment?.level, row.sentiment?.trend, row.sentiment?.points].join();

/** @param {any} world */
function queueName(world) {
  return (/** @type {Row} */ row) => world.store.queues.get(row.queue)?.name ?? "";
}

/** @param {any} world */
function agentKey(world) {
  return (/** @type {Row} */ row) => {
    const agent = world.store.agents.get(row.agent ?? row.offer?.agent);
    return [row.agent, agent?.id, agent?.version, row.phase, row.bot_name].join();
  };
}

/** @param {any} world */
function agentName(world) {
  return (/** @type {Row} */ row) =>
    world.store.agents.get(row.agent ?? row.offer?.agent)?.name ?? row.bot_name ?? "";
}

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

/** @param {(row: Row) => string} read */
function byText(read) {
  return (/** @type {Row} */ a, /** @type {Row} */ b) =>
    collator.compare(read(a), read(b)) || a.id - b.id;
}

/** @param {(row: Row) => any} read */
function byTime(read) {
  return (/** @type {Row} */ a, /** @type {Row} */ b) =>
    later(read(a), read(b)) || a.id - b.id;
}

/**
 * Longest first when ascending: who waits now, since when, then who waited.
 * @param {Row} a
 * @param {Row} b
 */
function byWait(a, b) {
  return (
    later(a.wait_since, b.wait_since) ||
    (b.waited_seconds ?? 0) - (a.waited_seconds ?? 0) ||
    a.id - b.id
  );
}

/**
 * @param {Row} a
 * @param {Row} b
 */
function byMood(a, b) {
  return moodRank(a) - moodRank(b) || a.id - b.id;
}

/**
 * Until the attention column has its own weights: who asks for help, who waits for an
 * agent, then mood.
 * Descending puts the worst row first.
 * @param {Row} a
 * @param {Row} b
 */
function byUrgency(a, b) {
  return (
    later(b.hand?.since, a.hand?.since) ||
    later(b.wait_since, a.wait_since) ||
    byMood(b, a)
  );
}

/** @param {Row} row */
function moodRank(row) {
  return MOOD_RANK[row.sentiment?.level] ?? MOOD_RANK.unknown;
}

/**
 * Earlier ISO times first, missing ones last.
 * @param {string | null | undefined} a
 * @param {string | null | undefined} b
 */
function later(a, b) {
  if (a === b) return 0;
  if (!a) return 1;
  if (!b) return -1;
  return a < b ? -1 : 1;
}
