/**
 * The world that a stream lives in: by default the browser's own, in tests a made one.
 */

/** @import { RowStore } from "./store.js" */
/** @import { Timers } from "./types.js" */

/**
 * @typedef {object} Options
 * @property {string} url of the socket
 * @property {string} snapshotUrl
 * @property {RowStore} store
 * @property {new (url: string) => WebSocket} [WebSocketClass]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {Timers["setTimeout"]} [setTimeout]
 * @property {Timers["clearTimeout"]} [clearTimeout]
 * @property {Timers["now"]} [now] a clock that goes on while the machine sleeps
 * @property {Timers["random"]} [random]
 * @property {() => boolean} [hidden] whether nobody looks at this tab
 * @property {(data: ArrayBuffer) => unknown} [inflate]
 */

/** @returns {Required<Omit<Options, "url" | "snapshotUrl" | "store" | "inflate">>} */
export function browser() {
  return {
    WebSocketClass: globalThis.WebSocket,
    fetch: (...request) => globalThis.fetch(...request),
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: (handle) => globalThis.clearTimeout(/** @type {number} */ (handle)),
    now: () => Date.now(),
    random: () => Math.random(),
    hidden: () => globalThis.document?.hidden ?? false,
  };
}
