/** Figures and small pictures that several elements share: trend, units, promises. */
import { svg } from "./dom.js";

/**
 * A line of values from -1 to 1 in a box.
 * @param {number[]} points
 * @param {number} width
 * @param {number} height
 * @param {number} [inset]
 */
export function trendPath(points, width, height, inset = 1) {
  const step = (width - 2 * inset) / Math.max(1, points.length - 1);
  const spots = points.map((value, index) => {
    const y = height / 2 - value * (height / 2 - inset - 1);
    return [round(inset + index * step), round(y)];
  });
  const path = `M${spots.map((spot) => spot.join(" ")).join("L")}`;
  return { path, spots, last: spots[spots.length - 1] ?? [0, 0] };
}

/**
 * @param {number | null | undefined} seconds
 * @param {number | null | undefined} promised
 */
export function promiseOf(seconds, promised) {
  if (seconds === null || seconds === undefined || !promised) return "";
  if (seconds > promised) return "breach";
  return seconds > promised * 0.75 ? "soon" : "";
}

/** A capacity bar with room for its overflow: 24 wide, then 10 for what is too much. */
export function unitsBar() {
  const used = svg("rect", { class: "units-used", y: 1, height: 4, rx: 1 });
  const over = svg("rect", { class: "units-over", x: 25, y: 0, height: 6, rx: 1 });
  const track = svg("rect", {
    class: "units-track",
    y: 1,
    width: 24,
    height: 4,
    rx: 1,
  });
  const node = svg(
    "svg",
    { class: "units-bar", "aria-hidden": "true" },
    track,
    used,
    over,
  );
  return { node, set: fill };

  /**
   * @param {number} units
   * @param {number} total
   */
  function fill(units, total) {
    const share = total > 0 ? units / total : Number(units > 0) * 2;
    used.setAttribute("width", String(round(24 * Math.min(1, share))));
    over.setAttribute("width", String(round(Math.min(9, 24 * Math.max(0, share - 1)))));
    node.classList.toggle("is-full", share >= 1);
  }
}

/**
 * @param {string} since
 * @param {number} now
 */
export function elapsed(since, now) {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
