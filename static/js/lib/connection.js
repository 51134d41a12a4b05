/**
 * One WebSocket at a time. One that was let go says nothing any more.
 */
import { Inbox } from "./inbox.js";
import { inflate } from "./inflate.js";

/**
 * @typedef {object} Wire
 * @property {() => string} url
 * @property {new (url: string) => WebSocket} WebSocketClass
 * @property {(data: ArrayBuffer) => unknown} [inflate]
 */
/**
 * @typedef {object} Handlers
 * @property {(frame: any) => void} onframe
 * @property {(code: number, reason: string) => void} onclose not called after `drop`
 */

const OPEN = 1;
export const UNREADABLE = 4900;

export class Connection {
  /** @type {Handlers} another may take over what is said here */
  handlers;
  #wire;
  #inflate;
  /** @type {WebSocket | null} */
  #socket = null;

  /**
   * @param {Wire} wire
   * @param {Handlers} handlers
   */
  constructor(wire, handlers) {
    this.#wire = wire;
    this.handlers = handlers;
    this.#inflate = wire.inflate ?? inflate;
  }

  get open() {
    return this.#socket?.readyState === OPEN;
  }

  /** Neither open nor on its way. */
  get idle() {
    return this.#socket === null;
  }

  connect() {
    this.drop();
    const socket = new this.#wire.WebSocketClass(this.#wire.url());
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const inbox = this.#inbox(socket);
    socket.onmessage = ({ data }) => inbox.put(data);
    socket.onclose = ({ code, reason }) => this.#lost(socket, code, reason);
  }

  drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether there was a socket to send it
   */
  send(frame) {
    if (!this.#socket || !this.open) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** @param {WebSocket} socket */
  #inbox(socket) {
    return new Inbox({
      inflate: this.#inflate,
      wanted: () => socket === this.#socket,
      onframe: (frame) => this.handlers.onframe(frame),
      onerror: () => this.#break(socket),
    });
  }

  /** @param {WebSocket} socket */
  #break(socket) {
    this.#lost(socket, UNREADABLE, "");
    socket.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   * @param {string} reason
   */
  #lost(socket, code, reason) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.handlers.onclose(code, reason);
  }
}
