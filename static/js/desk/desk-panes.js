/** The open conversations side by side; as many as have room. */
import { emit, h } from "../elements/dom.js";
import { Pane } from "./pane.js";

/** @typedef {Record<string, any>} Any */

const NARROWEST = 352;

export class DeskPanes extends HTMLElement {
  /** @type {any} */ open;
  /** @type {any} */ ticker;
  /** @type {any} */ world;
  /** @type {HTMLElement} */ empty = h("div");
  /** @type {Map<number, Pane>} */ #panes = new Map();
  #row = h("div", { class: "panes" });

  start() {
    this.replaceChildren(this.#row, this.empty);
    this.ticker.subscribe((/** @type {number} */ now) => {
      for (const pane of this.#panes.values()) pane.tick(now);
    });
    new ResizeObserver(() => this.#fit()).observe(this);
    this.addEventListener("focusin", (event) => this.#entered(event));
    this.addEventListener("pointerdown", (event) => this.#entered(event));
    this.#fit();
  }

  /** @returns {Pane | null} the one that keys are about */
  get focused() {
    return this.#panes.get(this.open.focused) ?? null;
  }

  /** @param {number} id */
  pane(id) {
    return this.#panes.get(id) ?? null;
  }

  /** Lay out what is open now, and paint it all. */
  lay() {
    const shown = this.open.shown;
    for (const id of [...this.#panes.keys()]) {
      if (!shown.includes(id)) this.#drop(id);
    }
    shown.forEach((/** @type {number} */ id, /** @type {number} */ place) => {
      const pane = this.#panes.get(id) ?? this.#add(id);
      if (this.#row.children[place] !== pane.node) {
        this.#row.insertBefore(pane.node, this.#row.children[place] ?? null);
      }
    });
    this.#row.dataset.count = String(shown.length);
    this.empty.hidden = shown.length > 0;
    this.paint();
  }

  paint() {
    const now = this.ticker.serverNow();
    for (const pane of this.#panes.values()) {
      pane.mark(pane.id === this.open.focused);
      pane.paint();
      pane.tick(now);
    }
  }

  /** @param {number} id */
  #add(id) {
    const pane = new Pane(id, this.world);
    this.#panes.set(id, pane);
    return pane;
  }

  /** @param {number} id */
  #drop(id) {
    this.#panes.get(id)?.node.remove();
    this.#panes.delete(id);
  }

  #fit() {
    const changed = this.open.setRoom(this.clientWidth / NARROWEST);
    if (changed) emit(this, "room-changed");
  }

  /** @param {Event} event */
  #entered(event) {
    const node = /** @type {Element} */ (event.target).closest(".pane");
    const id = Number(node?.getAttribute("data-conversation"));
    if (id && id !== this.open.focused) emit(this, "pane-focused", id);
  }
}

customElements.define("desk-panes", DeskPanes);
