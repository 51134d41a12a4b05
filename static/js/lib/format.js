/**
 * Numbers and times as people read them. The language can be handed in; without it the
 * page's own counts.
 */

/** @typedef {(text: string) => string} Gettext */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
export const NONE = "-";

/**
 * A length of time: 4:12, from an hour 3 h 12, from a day 1 d 2 h.
 * @param {number | null | undefined} seconds
 * @param {Gettext} [gettext]
 */
export function clock(seconds, gettext = catalogue) {
  if (seconds === null || seconds === undefined) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)}`;
  const hours = Math.floor((whole % DAY) / HOUR);
  const minutes = two(Math.floor((whole % HOUR) / MINUTE));
  if (whole < DAY) return fill(gettext("%(hours)s h %(minutes)s"), { hours, minutes });
  const days = Math.floor(whole / DAY);
  return fill(gettext("%(days)s d %(hours)s h"), { days, hours });
}

/**
 * @param {string | null | undefined} iso since when
 * @param {number} nowMs in the server's time
 * @returns {number | null} whole seconds, never below zero
 */
export function secondsSince(iso, nowMs) {
  if (!iso) return null;
  return Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1000));
}

/**
 * @param {number | null | undefined} share 0..1
 * @param {string} [locale]
 * @param {number} [digits]
 */
export function percent(share, locale = pageLanguage(), digits = 0) {
  if (share === null || share === undefined) return NONE;
  return new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);
}

/**
 * @param {string | null | undefined} iso
 * @param {string} [locale]
 * @param {string} [timeZone]
 */
export function timeOfDay(iso, locale = pageLanguage(), timeZone = undefined) {
  if (!iso || Number.isNaN(Date.parse(iso))) return NONE;
  const options = /** @type {const} */ ({
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(
    new Date(iso),
  );
}

/**
 * The age of the last proof: 0.1 s, 3 s, then as a clock.
 * @param {number | null | undefined} seconds
 * @param {Gettext} [gettext]
 * @param {string} [locale]
 */
export function ago(seconds, gettext = catalogue, locale = pageLanguage()) {
  if (seconds === null || seconds === undefined) return NONE;
  if (seconds >= MINUTE) return clock(seconds, gettext);
  const tenths = seconds < 1;
  const shown = tenths ? Math.floor(seconds * 10) / 10 : Math.floor(seconds);
  const digits = { minimumFractionDigits: tenths ? 1 : 0 };
  const number = new Intl.NumberFormat(locale, digits).format(shown);
  return fill(gettext("%(seconds)s s"), { seconds: number });
}

/**
 * Put values into a translated pattern, like Django's `interpolate(..., true)`.
 * @param {string} pattern
 * @param {Record<string, unknown>} values
 */
export function fill(pattern, values) {
  return pattern.replace(/%\((\w+)\)s/g, (all, name) =>
    name in values ? String(values[name]) : all,
  );
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}

/** @type {Gettext} Django's JavaScript catalogue where a page has loaded it */
function catalogue(text) {
  const { gettext } = /** @type {{gettext?: Gettext}} */ (globalThis);
  return gettext ? gettext(text) : text;
}

function pageLanguage() {
  return globalThis.document?.documentElement.lang || "en";
}
