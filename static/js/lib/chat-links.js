/** Addresses in a text: what becomes a link. Nothing but whole http(s) addresses does. */

/** @typedef {{text: string, href?: string}} Piece */

const ADDRESS = /https?:\/\/[^\s<>"'`]+/gi;
const TRAILING = /[.,;:!?*_~»”’]+$/;
const CLOSERS = /** @type {const} */ ([
  ["(", ")"],
  ["[", "]"],
]);

/**
 * @param {string} text
 * @returns {Piece[]} joined they are the text again
 */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** @param {string} address without the sentence's own punctuation */
function trimmed(address) {
  let rest = address.replace(TRAILING, "");
  for (const [open, close] of CLOSERS) {
    while (rest.endsWith(close) && count(rest, close) > count(rest, open))
      rest = rest.slice(0, -1).replace(TRAILING, "");
  }
  return rest;
}

/**
 * A name before the host makes one site look like another.
 * @param {string} address
 */
function safe(address) {
  try {
    const url = new URL(address);
    const plain = !url.username && !url.password && url.hostname;
    return plain && /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** @param {string} text @param {string} mark */
function count(text, mark) {
  return text.split(mark).length - 1;
}
