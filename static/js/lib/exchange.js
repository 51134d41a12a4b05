/**
 * One request to the API and its answer in one shape, whether it worked, was refused or
 * never arrived.
 */

/**
 * @typedef {{ok: true, status: number, [field: string]: any}} Success
 * @typedef {{ok: false, status: number, code: string, detail: string,
 *   [field: string]: any}} Refusal
 * @typedef {Success | Refusal} Outcome
 */
/**
 * @typedef {object} Net
 * @property {typeof globalThis.fetch} fetch
 * @property {() => AbortSignal} limit how long an answer may take
 * @property {string} root
 * @property {() => string} csrf
 */

const ANSWER_WITHIN = 20_000;

/** @returns {Pick<Net, "fetch" | "limit">} the browser's own */
export function overTheNet() {
  return {
    fetch: (...request) => globalThis.fetch(...request),
    limit: () => AbortSignal.timeout(ANSWER_WITHIN),
  };
}

/**
 * @param {Net} net
 * @param {string} method
 * @param {string} path below the root
 * @param {object} [body]
 * @returns {Promise<Outcome>}
 */
export async function exchange(net, method, path, body) {
  try {
    const response = await net.fetch(`${net.root}${path}`, request(net, method, body));
    return outcomeOf(response.status, response.ok, await bodyOf(response));
  } catch {
    return { ok: false, status: 0, code: "network", detail: "" };
  }
}

/**
 * @param {Net} net
 * @param {string} method
 * @param {object} [body]
 * @returns {RequestInit}
 */
function request({ limit, csrf }, method, body) {
  const signal = limit();
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (!body) return { method, headers, signal };
  headers["Content-Type"] = "application/json";
  headers["X-CSRFToken"] = csrf();
  return { method, headers, signal, body: JSON.stringify(body) };
}

/** @param {Response} response */
async function bodyOf(response) {
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}

/**
 * @param {number} status
 * @param {boolean} ok
 * @param {any} body
 * @returns {Outcome}
 */
function outcomeOf(status, ok, body) {
  if (ok) return { ...body, ok: true, status };
  return { code: "network", detail: "", ...body, ok: false, status };
}
