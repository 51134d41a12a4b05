/** Which columns somebody wants, how wide, in what order; and what fits besides. */
import { ColumnMemory } from "../lib/column-memory.js";
import { fitFor } from "./grid-columns.js";

/** @typedef {{id: string, [field: string]: unknown}} Column */

const EVENTS = ["columnMoved", "columnResized", "sortChanged"];
const BY_HAND = new Set(["uiColumnMoved", "uiColumnResized", "uiColumnSorted"]);

export class ColumnChoice {
  #memory;
  /** @type {any} */ #api;
  /** @type {HTMLElement | null} */ #element = null;
  /** @type {Set<string>} */ #unwanted = new Set();
  /** @type {any} */ #fitted = null;
  #measured = true;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#memory = new ColumnMemory(storage);
  }

  /**
   * @param {any} api of the grid
   * @param {HTMLElement} element whose width counts
   */
  attach(api, element) {
    this.#api = api;
    this.#element = element;
    this.#recall();
    for (const name of EVENTS)
      api.addEventListener(name, (/** @type {any} */ event) => this.#changed(event));
    const watch = new ResizeObserver(([entry]) => this.#fit(entry.contentRect.width));
    watch.observe(element);
    this.#fit(element.clientWidth);
  }

  /** @param {string} id */
  wants(id) {
    return !this.#unwanted.has(id);
  }

  /**
   * @param {string} id
   * @param {boolean} wanted
   */
  choose(id, wanted) {
    if (wanted) this.#unwanted.delete(id);
    else this.#unwanted.add(id);
    this.#show();
    this.#keep();
  }

  reset() {
    this.#memory.forget();
    this.#unwanted.clear();
    this.#measured = true;
    this.#api.resetColumnState();
    this.#show();
  }

  #recall() {
    const columns = this.#memory.load();
    if (!columns) return;
    this.#unwanted = new Set(
      columns.filter(({ unwanted }) => unwanted).map(({ id }) => id),
    );
    this.#measured = !columns.some(({ width }) => width);
    const state = columns.map(({ id, width, sort, sortIndex }) => ({
      colId: id,
      width,
      sort,
      sortIndex,
    }));
    this.#api.applyColumnState({ state, applyOrder: true });
  }

  /** @param {any} event */
  #changed({ source, finished }) {
    if (!BY_HAND.has(source) || finished === false) return;
    if (source === "uiColumnResized") this.#measured = false;
    this.#keep();
  }

  #keep() {
    const state = this.#api.getColumnState();
    const own = state.filter(
      (/** @type {any} */ { colId }) => !colId.startsWith("ag-"),
    );
    this.#memory.save(own.map((/** @type {any} */ one) => this.#entry(one)));
  }

  /** @param {any} one */
  #entry({ colId, width, sort, sortIndex }) {
    const kept = this.#measured ? undefined : width;
    return {
      id: colId,
      width: kept,
      sort,
      sortIndex,
      unwanted: this.#unwanted.has(colId),
    };
  }

  /** @param {number} width */
  #fit(width) {
    const fit = fitFor(width);
    if (!width || fit === this.#fitted) return;
    this.#fitted = fit;
    this.#show();
  }

  #show() {
    const { without, widths } = this.#fitted ?? fitFor(window.innerWidth);
    const hidden = new Set([...without, ...this.#unwanted]);
    const all = this.#api
      .getColumns()
      .map((/** @type {any} */ column) => column.getColId());
    const state = all.map((/** @type {string} */ colId) => ({
      colId,
      hide: hidden.has(colId),
      ...(this.#measured ? measure(widths, colId) : {}),
    }));
    this.#api.applyColumnState({ state });
    // What only that column says in words stands elsewhere then.
    this.#element?.classList.toggle("is-without-note", hidden.has("note"));
  }
}

/**
 * @param {Record<string, number>} widths
 * @param {string} id
 */
function measure(widths, id) {
  return widths[id] ? { width: widths[id] } : {};
}
