/** The customer's last six messages as a line, with the message that moved the mood. */
import { timeOfDay } from "../lib/format.js";
import { h, icon, svg } from "./dom.js";
import { trendPath } from "./marks.js";
import { moodWord, trendWord } from "./words.js";

const LEFT = 24;
const WIDTH = 296;
const HEIGHT = 52;

/**
 * @param {Record<string, any>} sentiment of the row
 * @param {Record<string, any>[]} messages of the customer, oldest first, when known
 * @param {number | null} movedBy id of the message that moved it
 * @param {string} locale
 * @returns {HTMLElement[]} a caption and a picture
 */
export function moodChart(sentiment, messages, movedBy, locale) {
  const { level, trend, points = [] } = sentiment;
  const known = level !== "unknown" && points.length > 0;
  const word =
    known && trend !== "steady"
      ? `${moodWord(level)}, ${trendWord(trend)}`
      : moodWord(level);
  const face = icon(`m-${level}`, `mood mood-${level}`);
  const caption = h(
    "div",
    { class: "panel-caption" },
    h("span", {}, gettext("Mood")),
    h("span", {}, word, face),
  );
  if (!known) return [caption];
  return [
    caption,
    picture(points, level, markOf(messages, movedBy, points.length, locale), word),
  ];
}

/**
 * @param {number[]} points
 * @param {string} level
 * @param {{index: number, text: string} | null} mark
 * @param {string} word
 */
function picture(points, level, mark, word) {
  const line = points.length > 1 ? points : [points[0], points[0]];
  const { path, spots, last } = trendPath(line, WIDTH, HEIGHT, 4);
  const label = interpolate(gettext("Mood over the last messages, now %s"), [word]);
  const series = svg(
    "g",
    { transform: `translate(${LEFT} 2)`, class: `mood-${level}` },
    svg("path", { class: "series", d: path }),
    mark && pointer(spots[mark.index], mark),
    svg("circle", { cx: last[0], cy: last[1], r: 3.5 }),
  );
  const frame = svg("path", { class: "edge", d: `M${LEFT} 4H320M${LEFT} 52H320` });
  const middle = svg("path", { class: "middle", d: `M${LEFT} 28H320` });
  return /** @type {any} */ (
    svg(
      "svg",
      { class: "mood-chart", viewBox: "0 0 320 58", role: "img", "aria-label": label },
      frame,
      middle,
      end("positive", 0),
      end("very_negative", 44),
      series,
    )
  );
}

/**
 * @param {string} level
 * @param {number} y
 */
function end(level, y) {
  const use = svg("use", { href: `#i-m-${level}` });
  return svg(
    "svg",
    {
      x: 0,
      y,
      width: 14,
      height: 14,
      class: `mood mood-${level}`,
      "aria-hidden": "true",
    },
    use,
  );
}

/**
 * @param {number[] | undefined} spot
 * @param {{text: string}} mark
 */
function pointer(spot, { text }) {
  if (!spot) return null;
  const [x, y] = spot;
  const before = x > WIDTH / 2;
  const place = {
    x: before ? x - 5 : x + 5,
    y: y < 20 ? 50 : 10,
    "text-anchor": before ? "end" : "start",
  };
  return svg(
    "g",
    {},
    svg("path", { class: "moved", d: `M${x} 0V54` }),
    svg("circle", { cx: x, cy: y, r: 3 }),
    svg("text", place, text),
  );
}

/**
 * Where among the last points the message stands that moved the mood.
 * @param {Record<string, any>[]} messages
 * @param {number | null} movedBy
 * @param {number} count
 * @param {string} locale
 */
function markOf(messages, movedBy, count, locale) {
  const recent = messages.slice(-count);
  const index = recent.findIndex(({ id }) => id === movedBy);
  if (index < 0) return null;
  const { text, at } = recent[index];
  const quote = text.length > 24 ? `${text.slice(0, 22).trimEnd()}…` : text;
  return {
    index: index + count - recent.length,
    text: `“${quote}”, ${timeOfDay(at, locale).slice(0, 5)}`,
  };
}
