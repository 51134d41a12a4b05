/** What the desk works with and no one sees: store, stream, commands, memories. */
import { csrf, socketAddress } from "../elements/page.js";
import { DeskCommands } from "../lib/desk-commands.js";
import { Drafts } from "../lib/desk-drafts.js";
import { NotesKeeper } from "../lib/desk-notes.js";
import { OpenPanes } from "../lib/desk-panes.js";
import { DeskStore } from "../lib/desk-store.js";
import { DeskStream } from "../lib/desk-stream.js";
import { OthersTyping, OwnTyping } from "../lib/desk-typing.js";
import { ReadMarks } from "../lib/desk-unread.js";
import { Outbox, undelivered } from "../lib/outbox.js";
import { Ticker } from "../lib/ticker.js";

/** @typedef {Record<string, any>} Any */
/** @import { NoteState } from "../lib/desk-notes.js" */
/** @import { Item } from "../lib/outbox.js" */

/**
 * @param {Any} config of the page
 * @param {object} told
 * @param {(id: number) => void} told.outbox what is unsent there is different now
 * @param {(id: number, state: NoteState, detail: string) => void} told.notes
 */
export function worldOf(config, told) {
  const own = `desk.${config.user?.id ?? ""}`;
  const store = new DeskStore();
  const commands = new DeskCommands({ store, csrf, root: config.api });
  const stream = new DeskStream({ url: socketAddress(config.socket), store });
  const clock = () => performance.now();
  const notes = new NotesKeeper({
    save: (id, text) => commands.saveNotes(id, text),
    tell: told.notes,
    timers: {
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (handle) => clearTimeout(/** @type {number} */ (handle)),
    },
  });
  return {
    ...{ store, commands, stream, notes },
    ticker: new Ticker(),
    open: new OpenPanes(sessionStorage, `${own}.panes`),
    drafts: new Drafts(sessionStorage, `${own}.draft`),
    marks: new ReadMarks(sessionStorage, `${own}.read`),
    ownTyping: new OwnTyping(clock, (frame) => stream.send(frame)),
    othersTyping: new OthersTyping(clock),
    outbox: outboxOf(own, { store, commands }, told.outbox),
  };
}

/**
 * @param {string} name
 * @param {{store: DeskStore, commands: DeskCommands}} world
 * @param {(id: number) => void} told
 */
function outboxOf(name, { store, commands }, told) {
  const outbox = new Outbox({
    ...{ name, storage: localStorage, send, onsent },
    onchange: (key) => told(Number(key)),
  });
  return outbox;

  /**
   * @param {Item} item
   * @param {AbortSignal} signal
   */
  async function send({ key, text, extra, clientId }, signal) {
    const visibility = /** @type {"public" | "internal"} */ (extra.visibility);
    const message = { text, visibility, client_id: clientId };
    const answer = await commands.say(Number(key), message, signal);
    if (!answer.ok) throw undelivered(answer.status, answer);
    return answer;
  }

  /**
   * @param {Item} item
   * @param {Any} answer
   */
  function onsent({ key, clientId }, { message }) {
    store.runAhead();
    store.message(Number(key), { ...message, mine: true, client_id: clientId });
    outbox.confirm(clientId);
  }
}
