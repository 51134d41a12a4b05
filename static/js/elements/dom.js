/** Small builders for HTML and SVG nodes; text always goes in as text nodes. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown>} Attributes
 */

/**
 * An HTML element. Keys that start with "on" add listeners, the rest are attributes.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  dress(node, attributes);
  node.append(...kept(children));
  return node;
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  dress(node, attributes);
  node.append(...kept(children));
  return node;
}

/**
 * A symbol of the page's sprite; with a label it is an image, without it is decoration.
 * @param {string} name
 * @param {string} [className]
 * @param {string} [label]
 */
export function icon(name, className = "icon", label = "") {
  const meaning = label
    ? { role: "img", "aria-label": label }
    : { "aria-hidden": "true" };
  const use = svg("use", { href: `#i-${name}` });
  return svg("svg", { class: className, ...meaning }, use);
}

/**
 * Point an existing icon at another symbol.
 * @param {Element} image
 * @param {string} name
 * @param {string} className
 * @param {string} label
 */
export function repoint(image, name, className, label) {
  image.firstElementChild?.setAttribute("href", `#i-${name}`);
  image.setAttribute("class", className);
  if (label) image.setAttribute("aria-label", label);
}

/**
 * @param {Attributes} attributes
 * @param {...Child} children
 * @returns {HTMLButtonElement}
 */
export function button(attributes, ...children) {
  const all = { type: "button", ...attributes };
  return /** @type {HTMLButtonElement} */ (h("button", all, ...children));
}

/**
 * Tell listeners further up; elements speak only by events.
 * @param {EventTarget} source
 * @param {string} name
 * @param {unknown} [detail]
 */
export function emit(source, name, detail) {
  source.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

/**
 * Write text only where it differs, so that nothing is laid out for nothing.
 * @param {Node} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {Element} node
 * @param {Attributes} attributes
 */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) {
      node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Child[]} children */
function kept(children) {
  return /** @type {(Node | string)[]} */ (
    children
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => (typeof child === "number" ? String(child) : child))
  );
}
