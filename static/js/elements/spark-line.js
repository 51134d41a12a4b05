/** A short line of figures that this page has seen itself, newest at the right. */
import { svg } from "./dom.js";

const WIDTH = 72;
const HEIGHT = 24;
const MOST = 60;
const FIRST_MS = 2000;

export class SparkLine {
  #line = svg("path", { class: "spark-line" });
  #area = svg("path", { class: "spark-area" });
  #goal = svg("path", { class: "spark-goal" });
  #end = svg("circle", { r: 2 });
  node = svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    this.#area,
    this.#goal,
    this.#line,
    this.#end,
  );
  /** @type {number[]} */
  #values = [];
  #every = FIRST_MS;
  #last = -FIRST_MS;

  /**
   * @param {number | null} value
   * @param {number | null} [goal]
   * @param {number} [now]
   */
  add(value, goal = null, now = performance.now()) {
    if (value === null) return;
    const due = now - this.#last >= this.#every;
    if (due) this.#last = now;
    if (due) this.#values.push(value);
    else this.#values[this.#values.length - 1] = value;
    if (this.#values.length > MOST) this.#thin();
    this.#draw(goal);
  }

  /** Every second value goes, so that the line covers the page's whole life. */
  #thin() {
    const last = this.#values.length - 1;
    this.#values = this.#values.filter((_, index) => (last - index) % 2 === 0);
    this.#every *= 2;
  }

  /** How far the figure has moved since the page was opened. */
  get change() {
    return this.#values.length < 2
      ? 0
      : this.#values[this.#values.length - 1] - this.#values[0];
  }

  /** @param {number | null} goal */
  #draw(goal) {
    const values = this.#values;
    this.node.toggleAttribute("hidden", values.length < 3);
    const scale = scaleFor(goal === null ? values : [...values, goal]);
    const step = WIDTH / Math.max(1, values.length - 1);
    const spots = values.map((value, index) => [round(index * step), scale(value)]);
    const path = spots.map((spot) => spot.join(" ")).join("L");
    this.#line.setAttribute("d", `M${path}`);
    this.#area.setAttribute("d", `M${path}V${HEIGHT}H0Z`);
    this.#goal.setAttribute("d", goal === null ? "" : `M0 ${scale(goal)}H${WIDTH}`);
    this.#end.setAttribute("cx", String(WIDTH));
    this.#end.setAttribute("cy", String(spots[spots.length - 1]?.[1] ?? 0));
  }
}

/** @param {number[]} values */
function scaleFor(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 1;
  const flat = high === low;
  return (/** @type {number} */ value) =>
    flat ? HEIGHT / 2 : round(HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
