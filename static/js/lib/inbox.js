/**
 * Decodes what a socket receives and hands it on strictly in order: unpacking a
 * snapshot takes a while, and whatever comes after it has to wait.
 */

/**
 * @typedef {object} Receiver
 * @property {(data: ArrayBuffer) => unknown} inflate may answer with a promise
 * @property {() => boolean} wanted false once the socket was let go
 * @property {(frame: any) => void} onframe
 * @property {() => void} onerror something came that cannot be read
 */

export class Inbox {
  #receiver;
  /** @type {unknown[]} */
  #waiting = [];
  #unpacking = false;

  /** @param {Receiver} receiver */
  constructor(receiver) {
    this.#receiver = receiver;
  }

  /** @param {unknown} data text, or a binary snapshot */
  put(data) {
    this.#waiting.push(data);
    this.#drain();
  }

  #drain() {
    while (!this.#unpacking && this.#waiting.length > 0) {
      this.#attempt(() => this.#open(this.#waiting.shift()));
    }
  }

  /** @param {unknown} data */
  #open(data) {
    if (typeof data === "string") return this.#hand(JSON.parse(data));
    const content = this.#receiver.inflate(/** @type {ArrayBuffer} */ (data));
    if (content instanceof Promise) this.#handLater(content);
    else this.#handSnapshot(content);
  }

  /** @param {Promise<unknown>} content */
  #handLater(content) {
    this.#unpacking = true;
    content
      .then((snapshot) => this.#attempt(() => this.#handSnapshot(snapshot)))
      .catch(() => this.#fail())
      .finally(() => {
        this.#unpacking = false;
        this.#drain();
      });
  }

  /** @param {unknown} content */
  #handSnapshot(content) {
    this.#hand({ .../** @type {object} */ (content), type: "snapshot" });
  }

  /** @param {unknown} frame */
  #hand(frame) {
    if (this.#receiver.wanted()) this.#receiver.onframe(frame);
  }

  /** @param {() => void} step */
  #attempt(step) {
    try {
      step();
    } catch {
      this.#fail();
    }
  }

  #fail() {
    this.#waiting = [];
    if (this.#receiver.wanted()) this.#receiver.onerror();
  }
}
