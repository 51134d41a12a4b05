/**
 * A set of callbacks; one that throws must not keep the others, or the stream, from
 * going on, yet its error must be seen.
 */

/** @template T */
export class Listeners {
  /** @type {Set<(value: T) => void>} */
  #callbacks = new Set();

  /**
   * @param {(value: T) => void} callback
   * @returns {() => void} takes it away again
   */
  add(callback) {
    this.#callbacks.add(callback);
    return () => {
      this.#callbacks.delete(callback);
    };
  }

  /** @param {T} value */
  tell(value) {
    for (const callback of [...this.#callbacks]) {
      try {
        callback(value);
      } catch (error) {
        rethrowLater(error);
      }
    }
  }
}

/** @param {unknown} error */
function rethrowLater(error) {
  queueMicrotask(() => {
    throw error;
  });
}
