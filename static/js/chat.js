/** The customer's chat: a session, and the elements that show it. */
import { ChatClosed, ChatEnded, ChatStart } from "./chat/forms.js";
import { Frame } from "./chat/frame.js";
import { part, sentences } from "./chat/parts.js";
import { Screens } from "./chat/screens.js";
import { ChatComposer, ChatHead, ChatTalk } from "./chat/talk.js";
import { browser } from "./lib/browser.js";
import { storageOf } from "./lib/chat-memory.js";
import { ChatSession } from "./lib/chat-session.js";
import { Words } from "./lib/chat-words.js";

/** @type {Record<string, any>} */
const ELEMENTS = {
  "chat-head": ChatHead,
  "chat-start": ChatStart,
  "chat-closed": ChatClosed,
  "chat-talk": ChatTalk,
  "chat-ended": ChatEnded,
  "chat-composer": ChatComposer,
};
for (const [name, kind] of Object.entries(ELEMENTS)) customElements.define(name, kind);

const config = JSON.parse(document.getElementById("chat-config")?.textContent ?? "{}");
const words = new Words(sentences(), config.locale);
const screens = new Screens(words);
const url = () => new URL(config.socket, location.href).href.replace(/^http/, "ws");
const world = { ...browser(), url, storage: storageOf("localStorage") };
const session = new ChatSession(config, world, changed);
const frame = config.embedded ? new Frame(config.origins ?? [], shown) : null;
const confirm = /** @type {HTMLDialogElement} */ (part(document, "confirm"));
const drafts = storageOf("sessionStorage");
const title = document.title;
const draftName = `chat:${config.site}:draft`;
let due = false;

/** Several changes at once are painted once. */
function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    paint();
  });
}

function paint() {
  const { view } = session;
  screens.paint(view);
  const { unread, state } = view;
  if (!state?.may_write) confirm.close();
  if (unread > 0 && isLookedAt()) return session.look();
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
  frame?.say("unread", unread);
  frame?.say("ongoing", state?.may_write === true);
}

function isLookedAt() {
  return !document.hidden && (frame?.shown ?? true);
}

/** @param {boolean} isShown by the page around */
function shown(isShown) {
  if (!isShown) return;
  screens.focus();
  changed();
}

/** @type {Record<string, (detail: any) => void>} */
const COMMANDS = {
  "chat-open": (question) => session.open(question),
  "chat-leave": (letter) => session.leave(letter),
  "chat-write": (text) => session.write(text),
  "chat-resend": (clientId) => session.resend(clientId),
  "chat-discard": (clientId) => session.discard(clientId),
  "chat-typing": () => session.typing(),
  "chat-draft": (text) => keepDraft(text),
  "chat-end-asked": () => confirm.showModal(),
  "chat-rate": ({ score, comment }) => session.rate(score, comment),
  "chat-again": () => again(),
  "chat-minimise": () => frame?.close(),
};
for (const [name, run] of Object.entries(COMMANDS)) {
  addEventListener(name, (event) => run(/** @type {CustomEvent} */ (event).detail));
}

function again() {
  keepDraft("");
  screens.start.clear();
  session.again();
}

/** @param {string} text */
function keepDraft(text) {
  try {
    drafts?.setItem(draftName, text);
  } catch {
    // Only a reload would miss it.
  }
}

confirm.addEventListener("close", () => {
  if (confirm.returnValue === "end") session.end();
  confirm.returnValue = "";
});

addEventListener("online", () => session.wake());
addEventListener("offline", () => session.cut());
addEventListener("pageshow", (event) => event.persisted && session.wake());
addEventListener("storage", ({ key, storageArea }) => {
  if (storageArea === world.storage) session.changedElsewhere(key);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  session.wake();
  changed();
});

/** The keyboard of a phone lies over the page; the page ends above it. */
function fit() {
  const { height, offsetTop } = /** @type {VisualViewport} */ (visualViewport);
  const { style } = document.documentElement;
  style.setProperty("--chat-height", `${height}px`);
  style.setProperty("--chat-top", `${offsetTop}px`);
}
visualViewport?.addEventListener("resize", fit);
visualViewport?.addEventListener("scroll", fit);

if ("customer_gone_seconds" in config)
  screens.talk.patience = config.customer_gone_seconds;
screens.head.embedded = config.embedded;
screens.composer.draft = drafts?.getItem(draftName) ?? "";
session.onbegin = () => screens.clear();
session.start();
