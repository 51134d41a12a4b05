/**
 * What one frame or answer did to the store, and how rows are laid on the shelves.
 */

/** @import { Change, Gone, Id, Row, Versioned } from "./types.js" */
/** @import { Shelf } from "./shelf.js" */

/** @returns {Change} */
export function noChange() {
  return {
    snapshot: false,
    conversations: new Set(),
    gone: [],
    agents: new Set(),
    queues: new Set(),
    settings: false,
    metrics: false,
  };
}

/**
 * @template {Versioned} T
 * @param {Shelf<T>} shelf
 * @param {T[]} rows
 * @param {Set<Id>} changed
 */
export function putAll(shelf, rows, changed) {
  for (const row of rows) {
    if (shelf.put(row)) changed.add(row.id);
  }
}

/**
 * @template {Versioned} T
 * @param {Shelf<T>} shelf
 * @param {Gone[]} departures
 * @param {Set<Id>} changed
 */
export function removeAll(shelf, departures, changed) {
  for (const gone of departures) {
    if (shelf.remove(gone)) changed.add(gone.id);
  }
}

/**
 * @param {Row | {gone: Gone}} answer
 * @returns {Gone | null}
 */
export function departure(answer) {
  if ("gone" in answer) return answer.gone;
  if (answer.state !== "closed") return null;
  return { id: answer.id, version: answer.version, reason: answer.status_reason };
}
