/** Desktop notifications: asked for by a button, shown only while nobody looks here. */
import { offerFacts, offerTitle, subjectOf } from "./desk-words.js";

/** @typedef {Record<string, any>} Any */

/** @type {Map<number, Notification>} */
const shown = new Map();

/** Whether there is something to ask: never before somebody presses the button. */
export function mayAsk() {
  return "Notification" in globalThis && Notification.permission === "default";
}

/** @returns {Promise<boolean>} */
export async function ask() {
  return (await Notification.requestPermission()) === "granted";
}

/**
 * @param {Any} offer
 * @param {() => void} come what a click on it does
 */
export function notify(offer, come) {
  const granted = "Notification" in globalThis && Notification.permission === "granted";
  if (!granted || document.hasFocus()) return;
  const body = `${subjectOf(offer.conversation)}\n${offerFacts(offer)}`;
  const note = new Notification(offerTitle(offer), { body, tag: `offer-${offer.id}` });
  note.onclick = () => {
    globalThis.focus();
    note.close();
    come();
  };
  shown.set(offer.id, note);
}

/** @param {number} id of an offer that has ended */
export function withdraw(id) {
  shown.get(id)?.close();
  shown.delete(id);
}
