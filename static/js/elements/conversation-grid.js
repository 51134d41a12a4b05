/** The list of ongoing conversations: the one file that knows AG Grid. */
import { AllCommunityModule, createGrid, ModuleRegistry } from "ag-grid-community";
import { ColumnChoice } from "./column-choice.js";
import { button, emit, h } from "./dom.js";
import { Flashes } from "./flashes.js";
import { columnsFor, sortedBy } from "./grid-columns.js";
import { theme } from "./grid-theme.js";
import { RowFeed } from "./row-feed.js";
import { RowOrder } from "./row-order.js";

ModuleRegistry.registerModules([AllCommunityModule]);

/** @typedef {Record<string, any>} Row */

const AT_REST_MS = 60_000;
// The server gathers for 100 ms already; this only joins the frames of one tick.
const GATHER_MS = 20;

export class ConversationGrid extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ ticker;
  /** @type {any} */ commands;
  /** @type {any} */ storage;
  /** @type {(row: Row) => boolean} */ accepts = () => true;
  /** @type {() => boolean} */ filtering = () => true;
  nonce_ = "";
  #order = new RowOrder();
  /** @type {any} */ #api;
  /** @type {any} */ #feed;
  /** @type {any} */ #columns;
  #body = h("div", { class: "grid-body" });
  #message = h("div", { class: "grid-message", role: "status" });
  #open = 0;
  #touched = 0;
  #leave = new AbortController();
  /** @type {(() => void)[]} */ #ends = [];
  #ticking = new Set();
  #delayed = new Set();

  /** Properties are injected first; then the app calls this once. */
  start() {
    this.append(this.#body, this.#message);
    const world = this.#world();
    this.#feed = new RowFeed(this.store, (change) => this.#take(change));
    this.#columns = new ColumnChoice(this.storage);
    this.#api = createGrid(this.#body, this.#options(world));
    this.#columns.attach(this.#api, this);
    this.#ends.push(
      this.store.subscribe((/** @type {any} */ change) => this.#change(change)),
      this.ticker.subscribe((/** @type {number} */ now) => this.#tick(now)),
      this.commands.subscribe(() => this.#notes()),
    );
    this.#watchHands();
    this.#say();
  }

  disconnectedCallback() {
    this.#leave.abort();
    for (const end of this.#ends.splice(0)) end();
    this.#api?.destroy();
  }

  get selected() {
    return this.#api
      ? this.#api.getSelectedNodes().map((/** @type {any} */ n) => n.data)
      : [];
  }

  /** The row under the keyboard's focus, if the grid has it. */
  get focused() {
    if (!this.#api || !this.#body.contains(document.activeElement)) return null;
    const cell = this.#api.getFocusedCell();
    return cell
      ? (this.#api.getDisplayedRowAtIndex(cell.rowIndex)?.data ?? null)
      : null;
  }

  get columns() {
    return this.#columns;
  }

  /** @param {number} id what is on the screen, which is what a command is about */
  shown(id) {
    return this.#feed.rows.get(id) ?? null;
  }

  /** @param {number} id of the conversation in the panel, 0 for none */
  mark(id) {
    const nodes = [this.#open, id].map((one) => this.#api.getRowNode(String(one)));
    this.#open = id;
    this.#api.redrawRows({ rowNodes: nodes.filter(Boolean) });
  }

  clearSelection() {
    this.#api.deselectAll();
  }

  /** Another filter or an asked-for sort: show it at once, held or not. */
  refilter() {
    this.#order.forget();
    this.#feed.dropLeft();
    this.#api.onFilterChanged();
    this.#holdAgain();
    this.#tell();
  }

  /** @param {boolean} paused */
  set paused(paused) {
    this.#feed.paused = paused;
    this.#tell();
  }

  /** @param {number} step rows down from the focused one */
  move(step) {
    const cell = this.#api.getFocusedCell();
    const last = this.#api.getDisplayedRowCount() - 1;
    const row = Math.min(last, Math.max(0, cell ? cell.rowIndex + step : 0));
    if (row < 0) return;
    this.#api.ensureIndexVisible(row);
    this.#api.setFocusedCell(row, cell?.column ?? "customer");
  }

  /** @param {number} [id] */
  focusRow(id) {
    const node = id ? this.#api.getRowNode(String(id)) : null;
    if (node?.displayed) this.#api.setFocusedCell(node.rowIndex, "customer");
    else this.move(0);
  }

  #world() {
    return {
      store: this.store,
      ticking: this.#ticking,
      now: () => this.ticker.serverNow(),
      isDelayed: (/** @type {number} */ id) => this.#delayed.has(id),
      order: this.#order,
      refresh: () => emit(this, "refresh-wanted"),
    };
  }

  #notes() {
    // Sorting asks this of every row, thousands of times a second.
    this.#delayed = new Set(this.commands.delayedIds(Date.now()));
    this.#repaint(["note"]);
  }

  /** @param {any} world */
  #options(world) {
    return /** @type {any} */ ({
      theme,
      themeCssLayer: "grid",
      styleNonce: this.nonce_,
      context: world,
      columnDefs: columnsFor(world),
      defaultColDef: {
        sortable: true,
        resizable: true,
        suppressHeaderMenuButton: true,
      },
      selectionColumnDef: {
        width: 34,
        resizable: false,
        cellClass: "cell-box",
        headerClass: "cell-box",
        pinned: null,
        lockPosition: "left",
      },
      rowSelection: {
        mode: "multiRow",
        enableClickSelection: false,
        selectAll: "filtered",
        isRowSelectable: (/** @type {any} */ node) => !node.data?.leaving,
      },
      rowData: [],
      getRowId: (/** @type {any} */ { data }) => String(data.id),
      asyncTransactionWaitMillis: GATHER_MS,
      animateRows: false,
      suppressColumnMoveAnimation: true,
      suppressNoRowsOverlay: true,
      suppressDragLeaveHidesColumns: true,
      suppressContextMenu: true,
      suppressMenuHide: false,
      rowBuffer: 8,
      ensureDomOrder: true,
      isExternalFilterPresent: () => this.filtering(),
      deltaSort: true,
      doesExternalFilterPass: (/** @type {any} */ { data }) => this.#passes(data),
      rowClassRules: {
        "is-shown": (/** @type {any} */ { data }) => data?.id === this.#open,
        "is-leaving": (/** @type {any} */ { data }) => Boolean(data?.leaving),
      },
      onRowClicked: (/** @type {any} */ { data, event }) => this.#click(data, event),
      onCellKeyDown: (/** @type {any} */ { data, event }) => this.#key(data, event),
      onSelectionChanged: () => emit(this, "selection"),
      onCellFocused: () => emit(this, "selection"),
      onSortChanged: () => this.#resorted(),
      onModelUpdated: () => this.#tell(),
      onAsyncTransactionsFlushed: () => this.#flushed(),
    });
  }

  #flashes = new Flashes();

  /** @param {Row} row */
  #passes(row) {
    return (
      this.#order.keeps(row.id) || this.accepts(row.leaving ? row.leaving.row : row)
    );
  }

  /** @param {any} change */
  #change(change) {
    this.#feed.take(change);
    if (change.queues.size) this.#repaint(["queue", "waited"]);
    if (change.agents.size) this.#repaint(["agent", "state"], change.agents);
    if (change.snapshot) this.#say();
    if (this.#feed.paused) this.#tell();
  }

  /**
   * A difference between what is on the screen and what the store holds.
   * @param {{add: Row[], update: Row[], remove: Row[], old: Row[]}} change
   */
  #take({ add, update, remove, old }) {
    this.#flashes.plan(old, update);
    this.#api.applyTransactionAsync({ add, update, remove });
  }

  #flushed() {
    this.#flashes.show(this.#api);
    this.#say();
  }

  /**
   * @param {string[]} columns
   * @param {Set<number>} [agents] only rows of these
   */
  #repaint(columns, agents) {
    const nodes = this.#api.getRenderedNodes();
    const rowNodes = agents
      ? nodes.filter((/** @type {any} */ { data }) => concerns(data, agents))
      : nodes;
    if (rowNodes.length) this.#api.refreshCells({ rowNodes, columns });
  }

  /** @param {number} now */
  #tick(now) {
    for (const cell of this.#ticking) cell.tick(now);
    this.#notes();
    this.#hands();
    if (this.#order.held) this.#countMoved();
    else this.#feed.sweep();
  }

  /**
   * @param {Row} row
   * @param {any} event
   */
  #click(row, event) {
    if (event?.target?.closest?.(".ag-selection-checkbox, button")) return;
    if (!row.leaving) emit(this, "open-wanted", row.id);
  }

  /**
   * @param {Row} row
   * @param {KeyboardEvent} event
   */
  #key(row, event) {
    if (event.key !== "Enter" || row?.leaving) return;
    emit(this, "open-wanted", row.id);
  }

  #resorted() {
    this.#order.forget();
    this.#api.refreshClientSideRowModel("sort");
    this.#holdAgain();
  }

  #holdAgain() {
    if (this.#order.held) this.#order.hold(this.#ids());
  }

  #watchHands() {
    const { signal } = this.#leave;
    const check = () => queueMicrotask(() => this.#hands());
    for (const name of ["pointerenter", "pointerleave", "focusin", "focusout"]) {
      this.addEventListener(name, check, { signal });
    }
    const touch = () => this.#touch();
    for (const name of ["pointermove", "pointerdown", "wheel", "keydown", "focusin"]) {
      this.addEventListener(name, touch, { signal, passive: true });
    }
  }

  #touch() {
    this.#touched = performance.now();
    if (!this.#order.held) this.#hands();
  }

  /** A pointer that rests here, or a focus left behind, is nobody working in the list. */
  get #inUse() {
    const here = this.matches(":hover") || this.#body.contains(document.activeElement);
    return here && performance.now() - this.#touched < AT_REST_MS;
  }

  #hands() {
    const busy = this.#inUse;
    if (busy === this.#order.held) return;
    if (busy) this.#order.hold(this.#ids());
    else this.#settle();
  }

  #settle() {
    this.#order.release();
    this.#feed.sweep();
    this.#api.onFilterChanged();
    this.#api.refreshClientSideRowModel("sort");
  }

  #ids() {
    /** @type {number[]} */
    const ids = [];
    this.#api.forEachNodeAfterFilterAndSort((/** @type {any} */ n) =>
      ids.push(n.data.id),
    );
    return ids;
  }

  /** Seldom, because it sorts everything: what the list would look like if not held. */
  #countMoved() {
    const compare = sortedBy(this.#api);
    /** @type {any[]} */
    const nodes = [];
    this.#api.forEachNodeAfterFilter((/** @type {any} */ node) => nodes.push(node));
    nodes.sort((a, b) => {
      for (const one of compare) {
        const order = one(a.data, b.data);
        if (order !== 0) return order;
      }
      return 0;
    });
    this.#order.compare(nodes.map((node) => node.data.id));
    this.#tell();
  }

  #tell() {
    if (!this.#api) return;
    const total = this.store.conversations.size;
    emit(this, "counted", {
      // rows that are just leaving stand in the list but do not count
      shown: Math.min(this.#api.getDisplayedRowCount(), total),
      total,
      moved: this.#order.moved + this.#feed.leaving,
      waiting: this.#feed.waiting,
    });
    this.#say();
  }

  #say() {
    if (!this.#api) return;
    const shown = this.#api.getDisplayedRowCount();
    this.#message.toggleAttribute("hidden", shown > 0);
    if (shown === 0) this.#message.replaceChildren(...this.#words());
  }

  #words() {
    if (!this.store.settings) return [h("strong", {}, gettext("Loading the floor…"))];
    if (this.store.conversations.size === 0) {
      const hint = gettext("New conversations appear here by themselves.");
      return [h("strong", {}, gettext("No ongoing conversations")), h("p", {}, hint)];
    }
    const clear = () => emit(this, "filters-cleared");
    return [
      h("strong", {}, gettext("No conversation matches the filters")),
      button({ class: "button", onclick: clear }, gettext("Clear filters")),
    ];
  }
}

/**
 * @param {Row} row
 * @param {Set<number>} agents
 */
function concerns(row, agents) {
  return agents.has(row?.agent) || agents.has(row?.offer?.agent);
}

customElements.define("conversation-grid", ConversationGrid);
