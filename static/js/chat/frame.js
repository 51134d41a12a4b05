/**
 * The page around an embedded chat. It says whether the chat is looked at, and hears how
 * much is unread; it never hears what is written.
 */

export class Frame {
  #allowed;
  #onshown;
  /** @type {string} the origin that has spoken; nobody else is answered */
  #origin = "";
  /** @type {Map<string, unknown>} */
  #said = new Map();
  shown = true;

  /**
   * @param {readonly string[]} origins of the pages that may embed the chat
   * @param {(shown: boolean) => void} onshown
   */
  constructor(origins, onshown) {
    this.#allowed = new Set([...origins, location.origin]);
    this.#onshown = onshown;
    addEventListener("message", (event) => this.#heard(event));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  close() {
    this.#post({ floorwalker: "close" });
  }

  /** @param {"unread" | "ongoing"} name @param {unknown} value */
  say(name, value) {
    if (this.#said.get(name) === value) return;
    this.#said.set(name, value);
    this.#post({ floorwalker: name, value });
  }

  /** @param {MessageEvent} event */
  #heard({ source, origin, data }) {
    if (source !== parent || !this.#allowed.has(origin)) return;
    if (data?.floorwalker !== "shown" && data?.floorwalker !== "hidden") return;
    if (!this.#origin) {
      this.#origin = origin;
      for (const [name, value] of this.#said) this.#post({ floorwalker: name, value });
    }
    this.shown = data.floorwalker === "shown";
    this.#onshown(this.shown);
  }

  /** @param {KeyboardEvent} event */
  #key({ key, defaultPrevented }) {
    const inDialog = document.querySelector("dialog[open]");
    if (key === "Escape" && !defaultPrevented && !inDialog) this.close();
  }

  /** @param {object} message */
  #post(message) {
    if (this.#origin) parent.postMessage(message, this.#origin);
  }
}
