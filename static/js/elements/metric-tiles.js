/** Seven figures of the viewer's queues; a press filters where that makes sense. */
import { clock, percent } from "../lib/format.js";
import { button, emit, h, icon, write } from "./dom.js";
import { elapsed, promiseOf } from "./marks.js";
import { SparkLine } from "./spark-line.js";
import { stateWord } from "./words.js";

/** @import { Tiles } from "../lib/types.js" */

/**
 * @typedef {object} TileKind
 * @property {string} key
 * @property {string} title
 * @property {string} definition
 * @property {(tiles: Tiles, now: number) => string} value
 * @property {(tiles: Tiles, now: number) => string} note
 * @property {(tiles: Tiles, now: number) => number | null} figure for the line
 * @property {((tiles: Tiles) => number | null)} [goal]
 * @property {Record<string, string[]>} [filter]
 * @property {((tiles: Tiles, now: number) => boolean)} [breached]
 */

const WITHOUT_AGENT = { state: ["open", "awaiting_acceptance"] };

/** @returns {TileKind[]} */
const kinds = () => [
  {
    key: "ongoing",
    title: gettext("Ongoing"),
    definition: gettext(
      "Conversations of your queues that are not closed, whatever their age.",
    ),
    value: (t) => figure(t.ongoing),
    note: () => "",
    figure: (t) => t.ongoing,
    filter: {},
  },
  {
    key: "waiting",
    title: gettext("Waiting for agent"),
    definition: gettext(
      "Open conversations without an agent, and those that are offered to one who has not accepted yet.",
    ),
    value: (t) => figure(t.waiting_for_agent),
    note: () => "",
    figure: (t) => t.waiting_for_agent,
    filter: WITHOUT_AGENT,
  },
  {
    key: "longest",
    title: gettext("Longest wait"),
    definition: gettext(
      "The time of the customer who has waited longest for an agent, against what that queue promises.",
    ),
    value: (t, now) =>
      t.longest_wait_since ? clock(elapsed(t.longest_wait_since, now)) : "–",
    note: (t) =>
      t.longest_wait_target_seconds
        ? interpolate(gettext("promised %s"), [clock(t.longest_wait_target_seconds)])
        : "",
    figure: (t, now) => (t.longest_wait_since ? elapsed(t.longest_wait_since, now) : 0),
    goal: (t) => t.longest_wait_target_seconds,
    filter: WITHOUT_AGENT,
    breached: (t, now) =>
      Boolean(t.longest_wait_since) &&
      promiseOf(
        elapsed(String(t.longest_wait_since), now),
        t.longest_wait_target_seconds,
      ) === "breach",
  },
  {
    key: "service",
    title: gettext("Service level"),
    definition: gettext(
      "Accepted within the promised time, of all accepted and abandoned today. Very short abandons are left out.",
    ),
    value: (t) => share(t.service_level),
    note: () => gettext("today"),
    figure: (t) => t.service_level,
  },
  {
    key: "abandon",
    title: gettext("Abandon rate"),
    definition: gettext(
      "Abandoned before an agent accepted, of all accepted and abandoned today.",
    ),
    value: (t) => share(t.abandon_rate, 1),
    note: () => gettext("today"),
    figure: (t) => t.abandon_rate,
  },
  {
    key: "agents",
    title: gettext("Agents available"),
    definition: gettext(
      "Agents of your queues who are signed in and have room for more work; beside it, how many are signed in.",
    ),
    value: (t) => figure(t.agents_available),
    note: (t) => interpolate(gettext("of %s on"), [t.agents_on]),
    figure: (t) => t.agents_available,
  },
  {
    key: "occupancy",
    title: gettext("Occupancy"),
    definition: gettext(
      "Capacity units in use, of all units of the agents who are signed in; beside it, both figures.",
    ),
    value: (t) => share(t.units_total ? t.units_used / t.units_total : null),
    note: (t) =>
      interpolate(
        gettext("%(used)s/%(total)s"),
        { used: t.units_used, total: t.units_total },
        true,
      ),
    figure: (t) => (t.units_total ? t.units_used / t.units_total : null),
  },
];

const STATES = /** @type {const} */ (["open", "active", "waiting", "wrap_up"]);
const STATE_FILTER = {
  open: ["open"],
  active: ["active"],
  waiting: ["waiting"],
  wrap_up: ["wrap_up"],
};

export class MetricTiles extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ ticker;
  /** @type {Map<string, {node: HTMLElement, value: HTMLElement, note: HTMLElement, spark: SparkLine, kind: TileKind}>} */
  #tiles = new Map();
  /** @type {Map<string, HTMLButtonElement>} */
  #states = new Map();
  /** @type {(() => void)[]} */
  #ends = [];

  start() {
    this.replaceChildren(...kinds().map((kind) => this.#build(kind)));
    const paint = () => this.#paint();
    this.#ends.push(
      this.store.subscribe((/** @type {any} */ change) => change.metrics && paint()),
      this.ticker.subscribe(paint),
    );
  }

  disconnectedCallback() {
    for (const end of this.#ends.splice(0)) end();
  }

  /** @param {Record<string, string[]>} filters the present ones, to mark what they match */
  mark(filters) {
    const states = [...(filters.state ?? [])].sort().join();
    for (const { node, kind } of this.#tiles.values()) {
      const own = kind.filter?.state?.slice().sort().join();
      node.classList.toggle(
        "is-on",
        own !== undefined && own === states && kind.key === "waiting",
      );
    }
    for (const [name, press] of this.#states) {
      const own = STATE_FILTER[/** @type {"open"} */ (name)].slice().sort().join();
      press.setAttribute("aria-pressed", String(own === states));
    }
  }

  /** @param {TileKind} kind */
  #build(kind) {
    const parts = {
      value: h("span", { class: "tile-value" }, "–"),
      note: h("small", { class: "tile-note" }),
      spark: new SparkLine(),
      kind,
    };
    const head = h(
      "span",
      { class: "tile-head" },
      h("span", {}, kind.title),
      parts.note,
    );
    const definition = `definition-${kind.key}`;
    const face = this.#face(kind, definition, head, parts.value);
    const why = h(
      "span",
      { class: "tile-definition", role: "tooltip", id: definition },
      kind.definition,
    );
    const side = kind.key === "ongoing" ? this.#stateCounts() : parts.spark.node;
    const node = h("div", { class: "tile" }, face, side, why);
    this.#tiles.set(kind.key, { ...parts, node });
    return node;
  }

  /**
   * @param {TileKind} kind
   * @param {string} definition
   * @param {...Node} children
   */
  #face(kind, definition, ...children) {
    const all = { class: "tile-face", "aria-describedby": definition };
    if (!kind.filter)
      return h("div", { ...all, tabindex: 0, role: "group" }, ...children);
    return button(
      {
        ...all,
        onclick: () => emit(this, "filter-wanted", { state: [], ...kind.filter }),
      },
      ...children,
    );
  }

  #stateCounts() {
    return h(
      "div",
      { class: "tile-states" },
      ...STATES.map((name) => this.#stateCount(name)),
    );
  }

  /** @param {"open" | "active" | "waiting" | "wrap_up"} name */
  #stateCount(name) {
    const shape = name === "active" ? "in_conversation" : name;
    const ask = () => emit(this, "filter-wanted", { state: STATE_FILTER[name] });
    const all = { title: stateWord(name), "aria-pressed": "false", onclick: ask };
    const word = h("span", { class: "visually-hidden" }, stateWord(name));
    const press = button(
      all,
      icon(`s-${shape}`, `glyph state-${shape}`),
      word,
      h("b", {}, "–"),
    );
    this.#states.set(name, press);
    return press;
  }

  #paint() {
    const tiles = this.store.metrics;
    if (!tiles) return;
    const now = this.ticker.serverNow();
    for (const tile of this.#tiles.values()) paintTile(tile, tiles, now);
    for (const [name, press] of this.#states) {
      write(/** @type {Node} */ (press.lastChild), figure(tiles[name]));
    }
  }
}

/**
 * @param {{node: HTMLElement, value: HTMLElement, note: HTMLElement, spark: SparkLine, kind: TileKind}} tile
 * @param {Tiles} tiles
 * @param {number} now
 */
function paintTile({ node, value, note, spark, kind }, tiles, now) {
  write(value, kind.value(tiles, now));
  value.classList.toggle("is-long", (value.textContent ?? "").length > 5);
  spark.add(kind.figure(tiles, now), kind.goal?.(tiles) ?? null);
  const change = kind.key === "waiting" ? signed(spark.change) : "";
  write(note, kind.note(tiles, now) || change);
  node.classList.toggle("is-breach", kind.breached?.(tiles, now) ?? false);
}

/** @param {number} change */
function signed(change) {
  if (!change) return "";
  return change > 0 ? `+${figure(change)}` : `−${figure(-change)}`;
}

/** @param {number | null | undefined} value */
function figure(value) {
  return (value ?? 0).toLocaleString(document.documentElement.lang);
}

/**
 * @param {number | null} value
 * @param {number} [digits]
 */
function share(value, digits = 0) {
  return value === null ? "–" : percent(value, undefined, digits);
}

customElements.define("metric-tiles", MetricTiles);
