/** Entry of the desk: builds the parts, hands them to each other, opens the stream. */

import * as chrome from "./desk/chrome.js";
import { DeskActs } from "./desk/desk-acts.js";
import { startKeys } from "./desk/desk-keys.js";
import { offerEnded, whyNot } from "./desk/desk-words.js";
import { worldOf } from "./desk/desk-world.js";
import { notify, withdraw } from "./desk/desktop-notes.js";
import { DeskSound } from "./desk/sound.js";
import { alertText } from "./elements/alert-words.js";
import { element, readJson } from "./elements/page.js";
import { startThemeSwitch } from "./elements/theme-switch.js";
import { inOrder, neighbour } from "./lib/desk-lists.js";
import { trusted } from "./lib/freshness.js";
import "./desk/colleague-dialog.js";
import "./desk/desk-list.js";
import "./desk/desk-panes.js";
import "./desk/desk-side.js";
import "./desk/empty-desk.js";
import "./desk/offer-cards.js";
import "./desk/presence-menu.js";
import "./desk/small-dialogs.js";
import "./elements/alert-list.js";
import "./elements/freshness-badge.js";

/** @typedef {Record<string, any>} Any */

const config = readJson("desk-config");
const locale = config.locale || document.documentElement.lang;
const SOUND_EVERY = 8;
/** With how many messages a long conversation begins in a frame. */
const LONG = 300;

const world = worldOf(config, {
  outbox: (id) => panes.pane(id)?.paint(),
  notes: (id, state, detail) => side.tellNotes(id, state, detail),
});
const { store, ticker, commands, stream, open, marks, outbox, notes } = world;
const { drafts, othersTyping } = world;
const sound = new DeskSound(localStorage);

const main = element("#desk-main");
const cards = element("offer-cards");
const list = element("desk-list");
const panes = element("desk-panes");
const side = element("desk-side");
const empty = element("empty-desk");
const presence = element("presence-menu");
const badge = element("freshness-badge");
const alerts = element("alert-list");
const notice = element("notice-dialog");
const consult = element("consult-dialog");
const handOver = element("hand-over-dialog");
const hand = element("hand-dialog");
const finish = element("finish-dialog");
const help = element("desk-key-help");
const sideFrame = chrome.startSide(main);
const toggleMute = chrome.startMute(element("#mute"), sound);
const count = chrome.startTitle();
chrome.forgetOnLogout(outbox);

/** @type {Any[]} */
let replies = [];
let untrusted = true;
let settled = false;
/** @type {Set<number>} */
const readWhole = new Set();

const acts = new DeskActs({
  ...{ store, commands, outbox, drafts, notes, panes, open, cards },
  dialogs: { consult, handOver, hand, finish },
  ...{ note, show, closePane, showNotes, repaint: paint },
  untrusted: () => untrusted,
});

inject();
startParts();
listen();
keys();
stream.start();
outbox.start();
ticker.start();

function inject() {
  const shared = { store, commands, ticker, locale, untrusted: () => untrusted };
  for (const part of [cards, list, panes, side, empty, presence, notice]) {
    Object.assign(part, shared);
  }
  for (const part of [consult, handOver, hand]) Object.assign(part, shared);
  for (const part of [badge, alerts]) part.locale = locale;
  cards.offline = offline;
  Object.assign(list, {
    focused: () => open.focused,
    isOpen: (/** @type {number} */ id) => open.shown.includes(id),
    unread: (/** @type {number} */ id) => marks.unread(id, store.messages(id)),
    canSplit: () => open.room > 1,
  });
  Object.assign(side, { notes, focused: () => open.focused });
  Object.assign(panes, {
    open,
    empty,
    world: { ...world, replies: () => replies, untrusted: () => untrusted, locale },
  });
}

function startParts() {
  const all = [cards, list, panes, side, empty, presence];
  for (const part of [...all, consult, handOver, hand, finish, notice, help]) {
    part.start();
  }
  startThemeSwitch(element("#theme-switch"));
  chrome.startNotes(element("#ask-notes"), note);
  badge.show(stream.freshness);
}

function listen() {
  stream.subscribe(freshnessChanged);
  stream.on("pulse", ({ server_time }) => ticker.observe(server_time));
  stream.on("hello", greeted);
  stream.on("typing", typed);
  stream.on("alert", alerted);
  stream.on("signedout", () => location.assign("/accounts/login/?next=/desk/"));
  stream.on("forbidden", () => location.reload());
  store.subscribe(changed);
  ticker.subscribe(everySecond);
  for (const [name, act] of Object.entries(handlers())) {
    document.addEventListener(name, (event) =>
      act(/** @type {CustomEvent} */ (event).detail),
    );
  }
  addEventListener("online", wake);
  addEventListener("focus", seen);
  addEventListener("pagehide", () => notes.flushAll());
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  addEventListener("storage", () => outbox.sync());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return notes.flushAll();
    wake();
    seen();
  });
  element("#show-keys").addEventListener("click", () => help.open());
  element("#close-side").addEventListener("click", toggleSide);
}

/** What the elements ask for by events. */
function handlers() {
  return /** @type {Record<string, (detail: any) => void>} */ ({
    "refresh-wanted": () => stream.refresh(),
    "open-wanted": (id) => show(id),
    "pane-wanted": ({ id, beside }) => show(id, beside),
    "pane-closed": closePane,
    "pane-focused": focusPane,
    "room-changed": paint,
    "list-wanted": backToList,
    "side-wanted": (id) => {
      open.focus(id);
      toggleSide();
    },
    "desk-command": ({ id, action }) => void acts.act(id, action),
    "command-done": ({ id }) => panes.pane(id)?.focus(),
    "offer-answered": ({ id, answer }) =>
      void acts.answer(store.offers.get(id) ?? null, answer),
    "offer-left": () => list.focusItem(),
    "offer-withdrawn": ({ id, offer }) => void acts.withdraw(id, offer),
    consultant: ({ id, what, user }) => void acts.consultant(id, what, user),
    "pick-wanted": ({ row, queue }) => void acts.pick(row, queue),
    "finish-confirmed": (id) => void acts.finish(id),
    "available-wanted": () => void acts.bePresent("available"),
  });
}

function keys() {
  startKeys({
    answer: (answer) => void acts.answer(cards.first, answer),
    press: (actions) => void actions.some((one) => panes.focused?.press(one)),
    switchAudience: () => panes.focused?.switchAudience(),
    closePane: () => open.focused !== null && closePane(open.focused),
    refresh: () => stream.refresh(),
    help: () => help.open(),
    back: backToList,
    ...{ step, showNumber, toggleMute },
  });
}

/** @param {Any} change of the store */
function changed(change) {
  if (change.whole && !settled) settle();
  for (const [id, messages] of change.messages) heard(id, messages, change.whole);
  for (const { offer, state } of change.ended) ended(offer, state);
  for (const { id } of change.gone) if (!open.shown.includes(id)) forget(id);
  if (change.offered.length) offered(change.offered);
  if (change.notice) notice.show(store.notice);
  paint();
}

/** The first desk of this page: what was open before a reload is, if it is still there. */
function settle() {
  settled = true;
  for (const id of [...open.shown]) if (!store.entries.has(id)) open.close(id);
  main.classList.toggle("is-reading", open.focused !== null);
  void loadReplies();
}

async function loadReplies() {
  const answer = await commands.quickReplies();
  if (answer.ok) replies = answer.quick_replies;
}

function paint() {
  cards.paint();
  list.paint();
  panes.lay();
  side.paint();
  empty.paint();
  presence.paint();
  seen();
  for (const id of open.shown) readBack(id);
}

/** @param {number} id of a conversation of which the desk holds only the end */
function readBack(id) {
  if (readWhole.has(id) || store.messages(id).length < LONG) return;
  readWhole.add(id);
  void commands.readBack(id);
}

/** @param {Any[]} offers */
function offered(offers) {
  cards.announce(offers);
  sound.play("offer");
  for (const offer of offers)
    notify(offer, () => cards.querySelector("button")?.focus());
}

/**
 * @param {Any} offer
 * @param {string} state
 */
function ended(offer, state) {
  withdraw(offer.id);
  const sentence = offerEnded(state, offer);
  if (sentence) note(sentence, "warning");
}

/**
 * @param {number} id
 * @param {Any[]} messages
 * @param {boolean} whole
 */
function heard(id, messages, whole) {
  for (const { sender, client_id, mine } of messages) {
    othersTyping.said(id, sender);
    if (mine && client_id) outbox.confirm(client_id);
  }
  const news = messages.some(({ sender, mine }) => !mine && sender.kind !== "system");
  const away = document.hidden || !open.shown.includes(id);
  if (news && away && !whole) sound.play("message");
}

/** Whatever is in an open pane of a visible page has been seen. */
function seen() {
  if (!document.hidden && document.hasFocus()) {
    const news = open.shown.map((id) => marks.seen(id, store.messages(id)));
    if (news.some(Boolean)) list.paint();
  }
  paintTitle();
}

function paintTitle() {
  const unread = [...store.entries.keys()].map((id) =>
    marks.unread(id, store.messages(id)),
  );
  count(unread.reduce((sum, one) => sum + one, store.offers.size));
}

/** @param {import("./lib/types.js").Freshness} freshness */
function freshnessChanged(freshness) {
  badge.show(freshness);
  const stale = freshness.kind === "reconnecting";
  const doubt = !trusted(freshness);
  document.body.classList.toggle("is-stale", stale);
  if (doubt === untrusted) return;
  untrusted = doubt;
  if (store.loaded) paint();
}

/** Why offers cannot be answered: only without any connection, the server decides else. */
function offline() {
  return stream.freshness.kind === "reconnecting" ? whyNot("stale") : "";
}

/** @param {Any} hello */
function greeted({ server_time }) {
  ticker.observe(server_time);
  outbox.wake();
}

function wake() {
  stream.wake();
  outbox.wake();
}

/** @param {Any} frame */
function typed({ conversation: id, sender, visibility }) {
  othersTyping.typed(id, sender, visibility);
  panes.pane(id)?.paintTyping();
}

/** @param {Any} alert */
function alerted(alert) {
  const names = { conversations: store.entries, agents: new Map() };
  alerts.add({ ...alert, text: alertText(alert, names) });
}

/** @param {number} now */
function everySecond(now) {
  if (store.offers.size && Math.floor(now / 1000) % SOUND_EVERY === 0)
    sound.play("offer");
}

/**
 * @param {number} id
 * @param {boolean} [beside]
 */
function show(id, beside = false) {
  if (!store.entries.has(id) && !store.left.has(id)) return;
  if (beside && open.room > 1) open.openBeside(id);
  else open.open(id);
  main.classList.add("is-reading");
  paint();
  panes.pane(id)?.focus();
}

/** @param {number} id */
function focusPane(id) {
  open.focus(id);
  list.paint();
  side.paint();
  panes.paint();
  seen();
}

/** @param {number} id */
function closePane(id) {
  open.close(id);
  if (!store.entries.has(id)) forget(id);
  if (open.focused === null) backToList();
  paint();
  if (panes.focused) panes.focused.focus();
  else list.focusItem();
}

/** @param {number} id that has left the desk */
function forget(id) {
  outbox.clear(id);
  drafts.drop(id);
  notes.forget(id);
  marks.forget(id);
}

function backToList() {
  if (document.querySelector(".menu:popover-open")) return;
  if (sideFrame.uncover()) return panes.focused?.focus();
  main.classList.remove("is-reading");
  list.focusItem();
}

/** @param {number} step */
function step(step) {
  const id = neighbour(inOrder(store.entries.values()), open.focused, step);
  if (id !== null) show(id);
}

/** @param {number} index */
function showNumber(index) {
  const id = inOrder(store.entries.values())[index];
  if (id !== undefined) show(id);
}

function toggleSide() {
  sideFrame.toggle();
  paint();
}

/** @param {number} id */
function showNotes(id) {
  open.focus(id);
  sideFrame.show();
  paint();
  side.focusNotes(id);
}

/**
 * @param {string} text
 * @param {string} [level]
 * @param {number | null} [conversation]
 */
function note(text, level = "info", conversation = null) {
  alerts.add({ id: `note-${performance.now()}`, level, text, conversation });
}
