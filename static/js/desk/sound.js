/** Sounds of the desk, made and not loaded; browsers keep them silent before a gesture. */

const NOTES = /** @type {Record<string, [number, number][]>} */ ({
  offer: [
    [660, 0],
    [880, 0.16],
  ],
  message: [[520, 0]],
});
const LENGTH = 0.14;
const LOUD = /** @type {Record<string, number>} */ ({ offer: 0.16, message: 0.06 });
const KEY = "desk.muted";

export class DeskSound {
  #storage;
  /** @type {AudioContext | null} */
  #context = null;

  /** @param {Storage} storage where "muted" is remembered */
  constructor(storage) {
    this.#storage = storage;
    const wake = () => void this.#wake();
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, wake, { once: true, capture: true });
    }
  }

  get muted() {
    return this.#storage.getItem(KEY) === "1";
  }

  set muted(muted) {
    this.#storage.setItem(KEY, muted ? "1" : "0");
  }

  /** @param {"offer" | "message"} name */
  play(name) {
    const context = this.#context;
    if (this.muted || context?.state !== "running") return;
    for (const [pitch, after] of NOTES[name]) tone(context, pitch, after, LOUD[name]);
  }

  async #wake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") await this.#context.resume();
  }
}

/**
 * @param {AudioContext} context
 * @param {number} pitch
 * @param {number} after seconds
 * @param {number} loud
 */
function tone(context, pitch, after, loud) {
  const start = context.currentTime + after;
  const voice = context.createOscillator();
  const level = context.createGain();
  voice.frequency.value = pitch;
  level.gain.setValueAtTime(0, start);
  level.gain.linearRampToValueAtTime(loud, start + 0.02);
  level.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
  voice.connect(level).connect(context.destination);
  voice.start(start);
  voice.stop(start + LENGTH);
}
