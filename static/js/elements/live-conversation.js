/** One monitored conversation: its socket, and what has come over it so far. */

/** @typedef {Record<string, any>} Any */

const RETRY_MS = 1500;
const REFUSED = 4403;
const SIGNED_OUT = 4401;

export class LiveConversation {
  /** @type {Map<number, Any>} */
  messages = new Map();
  /** @type {Any[]} */
  participants = [];
  /** @type {Any[]} */
  timeline = [];
  /** @type {Any | null} */
  sentiment = null;
  /** "connecting", "live" or why it ended */
  status = "connecting";
  ended = "";
  #url;
  #tell;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;

  /**
   * @param {string} url
   * @param {(what: string, live: LiveConversation) => void} tell what has changed
   */
  constructor(url, tell) {
    this.#url = url;
    this.#tell = tell;
    this.#connect();
  }

  stop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => this.#closed(socket, code));
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    const final = this.ended || code === REFUSED || code === SIGNED_OUT;
    this.#set("status", final ? "ended" : "connecting");
    if (!final) this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
  }

  /** @param {Any} frame */
  #take(frame) {
    if (this.status !== "live" && frame.type !== "ended") this.#set("status", "live");
    if (frame.type === "message") this.messages.set(frame.message.id, frame.message);
    else if (frame.type === "participants") this.participants = frame.participants;
    else if (frame.type === "timeline") this.timeline = frame.events;
    else if (frame.type === "sentiment") this.sentiment = frame.sentiment;
    else if (frame.type === "ended") this.ended = frame.reason || "ended";
    this.#tell(frame.type, this);
  }

  /**
   * @param {"status"} name
   * @param {string} value
   */
  #set(name, value) {
    if (this[name] === value) return;
    this[name] = value;
    this.#tell(name, this);
  }
}
