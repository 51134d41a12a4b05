/** The desk's top bar and title: sound, desktop notifications, how much waits. */
import { icon } from "../elements/dom.js";
import { ask, mayAsk } from "./desktop-notes.js";

/** @import { DeskSound } from "./sound.js" */

/**
 * @param {HTMLElement} press
 * @param {DeskSound} sound
 * @returns {() => void} switches it, for the key
 */
export function startMute(press, sound) {
  const paint = () => {
    const label = sound.muted ? gettext("Sound is off") : gettext("Sound is on");
    press.setAttribute("aria-pressed", String(sound.muted));
    press.title = `${label} (m)`;
    press.replaceChildren(icon(sound.muted ? "mute" : "sound"));
  };
  const toggle = () => {
    sound.muted = !sound.muted;
    paint();
  };
  press.setAttribute("aria-label", gettext("Mute"));
  press.addEventListener("click", toggle);
  paint();
  return toggle;
}

/**
 * @param {HTMLElement} press there only while the browser has not been asked
 * @param {(sentence: string) => void} note
 */
export function startNotes(press, note) {
  press.hidden = !mayAsk();
  press.addEventListener("click", async () => {
    const granted = await ask();
    press.hidden = !mayAsk();
    const refused = gettext(
      "Desktop notifications stay off; the browser's settings can allow them.",
    );
    note(granted ? gettext("Offers show as desktop notifications, too.") : refused);
  });
}

/** @returns {(count: number) => void} puts a number before the page's title */
export function startTitle() {
  const title = document.title;
  return (count) => {
    document.title = count ? `(${count}) ${title}` : title;
  };
}
