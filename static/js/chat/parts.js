/** The page's markup comes from the server; elements find their parts in it. */

import { pieces } from "../lib/chat-words.js";

/** @import { Words } from "../lib/chat-words.js" */

/**
 * An element; keys that start with "on" add listeners. Text goes in as text nodes.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string)} children
 */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/**
 * A text as nodes; addresses in it are links. For what the house writes, not for what
 * customers do.
 * @param {string} text
 */
export function linked(text) {
  const link = { target: "_blank", rel: "noopener noreferrer nofollow" };
  return pieces(text).map(({ text, href }) =>
    href ? h("a", { href, ...link }, text) : text,
  );
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} name
 * @returns {T}
 */
export function part(root, name) {
  return /** @type {T} */ (root.querySelector(`[data-part="${name}"]`));
}

/** @param {HTMLElement} node @param {string} text nothing: the node is not there */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === "";
}

/**
 * The sentences that the page brings along.
 * @returns {Record<string, string>}
 */
export function sentences() {
  const template = /** @type {HTMLTemplateElement} */ (
    document.getElementById("chat-words")
  );
  const all = [...template.content.children];
  return Object.fromEntries(all.map(({ id, textContent }) => [id, textContent ?? ""]));
}

/** An element of the chat: shown by its view, in the page's words. */
export class ChatElement extends HTMLElement {
  words = /** @type {Words} */ (/** @type {unknown} */ (null));

  /** @template {HTMLElement} [T=HTMLElement] @param {string} name @returns {T} */
  at(name) {
    return part(this, name);
  }

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
