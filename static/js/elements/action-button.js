/** A command's button: off it stays focusable and tells why; a power switched off is absent. */
import { button, h } from "./dom.js";
import { actionWord } from "./words.js";

/** @typedef {null | {code: string, sentence: string, absent: boolean}} Refusal */

let serial = 0;

/**
 * @param {string} action
 * @param {Refusal} refusal
 * @param {() => void} act
 * @param {{className?: string, key?: string}} [look]
 * @returns {{press: HTMLButtonElement, why: HTMLElement | null}}
 */
export function actionButton(action, refusal, act, { className = "", key = "" } = {}) {
  const danger = action === "force_close" && !refusal ? " is-danger" : "";
  const all = { class: `button ${className}${danger}`, "data-action": action };
  const keys =
    key && !refusal ? h("kbd", { "aria-hidden": "true" }, key.toUpperCase()) : null;
  if (!refusal) {
    const press = button({ ...all, onclick: act }, actionWord(action), keys);
    return { press, why: null };
  }
  const id = `why-${++serial}`;
  const off = {
    ...all,
    "aria-disabled": "true",
    "aria-describedby": id,
    title: refusal.sentence,
  };
  const why = h(
    "span",
    { id, class: "clip", title: refusal.sentence },
    refusal.sentence,
  );
  return { press: button(off, actionWord(action)), why };
}
