/** What the server has put into the page: data, parts, the token, addresses. */

/** @param {string} id */
export function readJson(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}

/** @param {string} selector @returns {any} */
export function element(selector) {
  return document.querySelector(selector);
}

export function csrf() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return /** @type {HTMLInputElement | null} */ (field)?.value ?? "";
}

/** @param {string} path */
export function socketAddress(path) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

/** @param {() => void} wake online again, visible again, back from the page cache */
export function whenAwake(wake) {
  addEventListener("online", () => wake());
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("visibilitychange", () => !document.hidden && wake());
}
