/** What all cells of the grid share: built once, then only corrected. */
import { h } from "./dom.js";

/**
 * @typedef {Record<string, any>} Row
 * @typedef {object} CellWorld what a cell may look at
 * @property {any} store
 * @property {() => number} now server time in ms
 * @property {Set<any>} ticking the visible cells that show a running time
 * @property {(id: number) => boolean} isDelayed
 * @property {() => void} refresh
 */

/** Base of the cells: AG Grid calls init, refresh and destroy. */
export class Cell {
  /** @type {HTMLElement} */
  gui = h("span", { class: "cell-line" });
  /** @type {Row} */
  row = {};
  /** @type {CellWorld} */
  world = /** @type {any} */ (null);

  /** @param {any} params */
  init(params) {
    this.world = params.context;
    this.row = params.data;
    this.build();
    this.paint();
  }

  getGui() {
    return this.gui;
  }

  /** @param {any} params */
  refresh(params) {
    this.row = params.data;
    this.paint();
    return true;
  }

  destroy() {
    this.world.ticking.delete(this);
  }

  build() {}
  paint() {}

  /** @param {boolean} running */
  keepTicking(running) {
    if (running) this.world.ticking.add(this);
    else this.world.ticking.delete(this);
  }

  /** @param {unknown} id */
  agentName(id) {
    return this.world.store.agents.get(id)?.name ?? gettext("an agent");
  }
}
