/** Entry of the floor: builds the parts, hands them to each other, opens the stream. */

import { FloorAlerts } from "./elements/floor-alerts.js";
import { leaveBy, listenForKeys } from "./elements/keys.js";
import { csrf, element, readJson, socketAddress, whenAwake } from "./elements/page.js";
import { showPaused } from "./elements/pause-button.js";
import { refusalText } from "./elements/refusal-words.js";
import { startThemeSwitch } from "./elements/theme-switch.js";
import { Commands } from "./lib/commands.js";
import { trusted } from "./lib/freshness.js";
import { refusal } from "./lib/rules.js";
import { RowStore } from "./lib/store.js";
import { BoardStream } from "./lib/stream.js";
import { Ticker } from "./lib/ticker.js";
import { filtersFrom, matches, noFilters, queryOf } from "./lib/view-state.js";
import "./elements/alert-list.js";
import "./elements/assign-dialog.js";
import "./elements/close-dialog.js";
import "./elements/command-bar.js";
import "./elements/conversation-grid.js";
import "./elements/conversation-panel.js";
import "./elements/filter-bar.js";
import "./elements/freshness-badge.js";
import "./elements/key-help.js";
import "./elements/metric-tiles.js";
import "./elements/transfer-dialog.js";

/** @typedef {Record<string, any>} Any */

const config = readJson("floor-config");
const rules = readJson("floor-rules");
const locale = config.locale || document.documentElement.lang;

const store = new RowStore();
const ticker = new Ticker();
const commands = new Commands({
  ...{ store, csrf, root: `${config.api}conversations/` },
  offers: `${config.api}offers/`,
});
const stream = new BoardStream({
  url: socketAddress(config.board_socket),
  snapshotUrl: config.snapshot,
  store,
});

const grid = element("conversation-grid");
const panel = element("conversation-panel");
const bar = element("command-bar");
const filterBar = element("filter-bar");
const tiles = element("metric-tiles");
const badge = element("freshness-badge");
const bell = element("alert-list");
const alerts = new FloorAlerts({ store, commands, bell, ticker });
const assignDialog = element("assign-dialog");
const transferDialog = element("transfer-dialog");
const closeDialog = element("close-dialog");
const search = /** @type {HTMLInputElement} */ (element("#search"));
const pauseButton = element("#pause");
const main = element("#floor-main");
const narrow = matchMedia("(width <= 900px)");

let filters = filtersFrom(location.search);
let paused = false;
let counts = { shown: 0, total: 0, moved: 0, waiting: 0 };
let staleSince = 0;
/** @type {Element | null} */
let returnTo = null;

inject();
startParts();
listen();
keys();
stream.start();
ticker.start();
alerts.takeAsks(config.asks ?? []);

function inject() {
  const shared = { store, commands, ticker, locale };
  Object.assign(grid, shared, {
    storage: localStorage,
    nonce_: config.nonce,
    accepts,
    filtering,
  });
  Object.assign(panel, shared, {
    refusal: refusalOf,
    socketUrl: conversationSocket,
    untrusted: untrustedSentence,
  });
  Object.assign(filterBar, { store });
  Object.assign(tiles, { store, ticker });
  for (const dialog of [assignDialog, transferDialog, closeDialog]) {
    Object.assign(dialog, shared, { untrusted: untrustedSentence });
  }
  for (const one of [badge, bar, bell]) one.locale = locale;
}

function startParts() {
  for (const part of [grid, panel, filterBar, tiles]) part.start();
  for (const dialog of [assignDialog, transferDialog, closeDialog]) dialog.start();
  filterBar.columns = grid.columns;
  search.value = filters.q;
  showFilters();
  startThemeSwitch(element("#theme-switch"));
  badge.show(stream.freshness);
  paintBar();
}

function listen() {
  stream.subscribe(freshnessChanged);
  stream.onpulse(({ server_time }) => ticker.observe(server_time));
  stream.onalert((alert) => alerts.take(alert));
  stream.onsignedout(() => location.assign("/accounts/login/?next=/"));
  stream.onforbidden(() => location.reload());
  store.subscribe(storeChanged);
  commands.subscribe(paintBar);
  for (const [name, act] of Object.entries(handlers())) {
    document.addEventListener(name, (event) =>
      act(/** @type {CustomEvent} */ (event).detail),
    );
  }
  whenAwake(() => stream.wake());
  addEventListener("popstate", () => useFilters(filtersFrom(location.search), false));
  search.addEventListener("input", () =>
    useFilters({ ...filters, q: search.value.trim() }),
  );
  leaveBy(search, ["Enter", "ArrowDown"], () => grid.focusRow());
  narrow.addEventListener("change", coverList);
  pauseButton.addEventListener("click", togglePause);
  element("#show-keys").addEventListener("click", showKeys);
}

/** What the elements ask for by events. */
function handlers() {
  return /** @type {Record<string, (detail: any) => void>} */ ({
    "refresh-wanted": () => void stream.refresh(),
    "open-wanted": open,
    "close-wanted": close,
    "filter-wanted": (wanted) => useFilters({ ...filters, ...wanted }),
    "filters-cleared": clearFilters,
    "resort-wanted": () => grid.refilter(),
    "selection-cleared": () => grid.clearSelection(),
    "pause-wanted": togglePause,
    selection: paintBar,
    counted: (told) => {
      counts = told;
      filterBar.count(told);
      paintBar();
    },
    command: ({ action, id }) => void command(action, id),
    "hand-seen": (id) => void seenTo(id),
    "consult-answered": (wanted) => void answerConsult(wanted),
    "command-done": giveFocusBack,
  });
}

function keys() {
  const onTarget = (/** @type {string} */ action) => () => {
    const [row] = target().rows;
    if (row) void command(action, row.id);
  };
  listenForKeys({
    "/": () => search.select(),
    "?": showKeys,
    j: () => grid.move(1),
    k: () => grid.move(-1),
    a: onTarget("assign"),
    t: onTarget("transfer"),
    m: onTarget("monitor"),
    x: onTarget("force_close"),
    r: () => void stream.refresh(),
    p: togglePause,
    Escape: stepBack,
  });
}

/** @param {KeyboardEvent} event */
function stepBack(event) {
  if (document.querySelector(".menu:popover-open")) return;
  if (event.target === search) return leaveSearch();
  if (!panel.hidden) close();
  else grid.clearSelection();
}

function leaveSearch() {
  if (search.value === "") return grid.focusRow();
  search.value = "";
  useFilters({ ...filters, q: "" });
}

/** @param {Any} row */
function accepts(row) {
  return matches(/** @type {any} */ (row), filters, store);
}

function filtering() {
  return Object.values(filters).some((value) => value.length > 0);
}

/**
 * @param {Any} wanted
 * @param {boolean} [remember]
 */
function useFilters(wanted, remember = true) {
  filters = { ...noFilters(), ...wanted };
  const address = `${location.pathname}${queryOf(filters, location.search)}`;
  if (remember) history.replaceState(null, "", address);
  else search.value = filters.q;
  showFilters();
  grid.refilter();
}

function showFilters() {
  const { q, ...chips } = filters;
  filterBar.show(chips);
  tiles.mark(chips);
}

function clearFilters() {
  search.value = "";
  useFilters(noFilters());
}

function togglePause() {
  paused = !paused;
  grid.paused = paused;
  showPaused(pauseButton, paused);
  paintBar();
}

/** @param {Any} freshness */
function freshnessChanged(freshness) {
  badge.show(freshness);
  const stale = isStale();
  if (stale && !staleSince) staleSince = performance.now();
  if (!stale) staleSince = 0;
  const before = document.body.classList.contains("is-stale");
  document.body.classList.toggle("is-stale", stale);
  paintBar();
  if (before && !stale) panel.wake();
  if (before !== stale || !panel.hidden) panel.paint();
}

/** @param {Any} change */
function storeChanged(change) {
  if (change.queues.size || change.snapshot) showFilters();
  filterBar.hands = alerts.hands;
  paintBar();
}

/** The rows are old, and it is said so; while only catching up they are not greyed yet. */
function isStale() {
  return stream.freshness.kind === "reconnecting";
}

function isUntrusted() {
  return !trusted(stream.freshness);
}

function untrustedSentence() {
  return isUntrusted() ? (rules.sentences.stale_screen ?? "") : "";
}

/**
 * @param {string} action
 * @param {Any} row
 */
function refusalOf(action, row) {
  const context = { settings: store.settings, me: store.me, stale: isUntrusted() };
  if (row.leaving)
    return refusal(
      rules,
      action,
      /** @type {any} */ ({ ...row, state: "closed", phase: null, offer: null }),
      context,
    );
  return refusal(rules, action, /** @type {any} */ (row), context);
}

/** What a command is about: the ticked rows, else the focused, else the open one. */
function target() {
  const ticked = grid.selected;
  if (ticked.length) return { rows: ticked, selected: true };
  const one = grid.focused ?? (panel.id_ ? grid.shown(panel.id_) : null);
  return { rows: one && !one.leaving ? [one] : [], selected: false };
}

function paintBar() {
  const { freshness } = stream;
  const age = staleSince ? Math.floor((performance.now() - staleSince) / 1000) : 0;
  const about = target();
  bar.show({
    ...about,
    monitored: about.rows.length === 1 && panel.isMonitored(about.rows[0].id),
    ...{ counts, paused, freshness, age },
    waiting: counts.waiting,
    stale: isStale(),
    untrusted: isUntrusted(),
    refusal: refusalOf,
  });
}

/**
 * @param {string} action
 * @param {number} id
 */
async function command(action, id) {
  const row = grid.shown(id) ?? store.conversations.get(id);
  if (!row) return;
  const own = action === "monitor" && panel.isMonitored(id) ? "unmonitor" : action;
  const ending = own === "unmonitor" || own === "leave";
  const refused = ending ? null : refusalOf(own, row);
  if (refused?.absent) return;
  if (refused) return alerts.note(row, refused.sentence);
  returnTo = document.activeElement;
  if (own === "assign") assignDialog.open(row);
  else if (own === "transfer") transferDialog.open(row);
  else if (own === "force_close") closeDialog.open(row);
  else await takePart(own, row);
}

/**
 * @param {string} action
 * @param {Any} row
 */
async function takePart(action, row) {
  const calls = /** @type {Record<string, (id: number) => Promise<Any>>} */ ({
    monitor: (id) => commands.monitor(id),
    unmonitor: (id) => commands.unmonitor(id),
    join: (id) => commands.join(id),
    leave: (id) => commands.leave(id),
  });
  if (action === "monitor" || action === "join") open(row.id);
  const answer = await calls[action](row.id);
  if (!answer.ok) return alerts.note(row, refusalText(/** @type {any} */ (answer)));
  if (action === "unmonitor") panel.mute(row.id);
  else panel.listen(row.id, answer.participants);
  paintBar();
}

/** @param {number} id a conversation whose agent asked for help */
async function seenTo(id) {
  const problem = untrustedSentence() || (await alerts.seen(id));
  const row = store.conversations.get(id);
  if (problem && row) alerts.note(row, problem);
}

/** @param {{offer: number, conversation: number, answer: "accept" | "decline"}} wanted */
async function answerConsult(wanted) {
  const done = await alerts.answer(wanted);
  if (!done || wanted.answer === "decline") return;
  open(wanted.conversation);
  panel.listen(wanted.conversation);
  panel.focus();
}

/** @param {number} id */
function open(id) {
  if (!store.conversations.has(id)) return;
  panel.hidden = false;
  main.classList.add("has-panel");
  coverList();
  grid.mark(id);
  void panel.open(id);
  paintBar();
}

function close() {
  const id = panel.id_;
  const inside = panel.contains(document.activeElement);
  panel.close();
  panel.hidden = true;
  main.classList.remove("has-panel");
  coverList();
  grid.mark(0);
  if (inside) grid.focusRow(id);
  paintBar();
}

/** On a narrow screen the panel lies over the list, which must not be reached then. */
function coverList() {
  element("#rows").inert = !panel.hidden && narrow.matches;
}

function giveFocusBack() {
  const place =
    returnTo instanceof HTMLElement && returnTo.isConnected ? returnTo : null;
  if (place && place !== document.body) place.focus();
  else grid.focusRow();
}

function showKeys() {
  element("key-help").open();
}

/** @param {number} id */
function conversationSocket(id) {
  return socketAddress(`/ws/conversations/${id}/`);
}
