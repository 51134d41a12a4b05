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

const SIDE = "desk.side";

/**
 * The column beside the panes: there or not on a wide screen, over them on a narrow one.
 * @param {HTMLElement} main
 */
export function startSide(main) {
  const over = matchMedia("(width <= 1100px)");
  main.classList.toggle("no-side", localStorage.getItem(SIDE) === "0");
  return {
    toggle() {
      if (over.matches) return void main.classList.toggle("side-over");
      const off = main.classList.toggle("no-side");
      localStorage.setItem(SIDE, off ? "0" : "1");
    },
    show() {
      if (over.matches) main.classList.add("side-over");
      else main.classList.remove("no-side");
    },
    /** @returns {boolean} whether it lay over the panes */
    uncover() {
      const was = main.classList.contains("side-over");
      main.classList.remove("side-over");
      return was;
    },
  };
}

/**
 * Whoever signs out leaves no words behind on a machine that others use too.
 * @param {any} outbox
 */
export function forgetOnLogout(outbox) {
  const form = document.querySelector("#account-menu form");
  form?.addEventListener("submit", () => {
    outbox.clear();
    sessionStorage.clear();
  });
}
