import { h } from "../elements/dom.js";
import { pieces } from "../lib/chat-links.js";

/**
 * A text as nodes; addresses in it are links. For what the house writes, not for what
 * customers do.
 * @param {string} text
 */
export function linked(text) {
  return pieces(text).map((piece) =>
    piece.href ? link(piece.text, piece.href) : piece.text,
  );
}

/** @param {string} text @param {string} href */
function link(text, href) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}
