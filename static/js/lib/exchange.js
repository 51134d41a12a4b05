/**
 * One request to the API and its answer in one shape, whether it worked, was refused or
 * never arrived. A command that gets no answer is sent again with the same key, which
 * the server does once (docs/adr/0011-receipts.md).
 */
import { uniform } from "./backoff.js";
import { randomKey } from "./random-key.js";

/**
 * @typedef {{ok: true, status: number, [field: string]: any}} Success
 * @typedef {{ok: false, status: number, code: string, detail: string,
 *   [field: string]: any}} Refusal
 * @typedef {Success | Refusal} Outcome
 */
/**
 * @typedef {object} Net
 * @property {typeof globalThis.fetch} fetch
 * @property {() => AbortSignal} limit how long an answer may take, all tries together
 * @property {string} root
 * @property {() => string} csrf
 * @property {() => string} newKey
 * @property {(ms: number) => Promise<void>} pause
 * @property {() => number} random
 */

const ANSWER_WITHIN = 20_000;
const RETRIES = 4;
const FIRST_PAUSE = 300;
const NO_ANSWER = new Set([0, 502, 503, 504]);

/** @returns {Omit<Net, "root" | "csrf">} the browser's own */
export function overTheNet() {
  return {
    fetch: (...request) => globalThis.fetch(...request),
    limit: () => AbortSignal.timeout(ANSWER_WITHIN),
    newKey: randomKey,
    pause: (ms) => new Promise((resume) => globalThis.setTimeout(resume, ms)),
    random: () => Math.random(),
  };
}

/**
 * Sent until there is an answer, the time is up, or it has been tried often enough.
 * @param {Net} net
 * @param {string} method
 * @param {string} path below the root
 * @param {object} body
 * @returns {Promise<Outcome>}
 */
export async function command(net, method, path, body) {
  const [signal, key] = [net.limit(), net.newKey()];
  const keyed = { ...net, limit: () => signal };
  let outcome = await exchange(keyed, method, path, body, key);
  for (let retry = 0; retry < RETRIES && NO_ANSWER.has(outcome.status); retry += 1) {
    await net.pause(uniform([0, FIRST_PAUSE * 2 ** retry], net.random));
    if (signal.aborted) break;
    outcome = await exchange(keyed, method, path, body, key);
  }
  return outcome;
}

/**
 * @param {Net} net
 * @param {string} method
 * @param {string} path below the root
 * @param {object} [body]
 * @param {string} [key]
 * @returns {Promise<Outcome>}
 */
export async function exchange(net, method, path, body, key) {
  try {
    const asked = request(net, method, body, key);
    const response = await net.fetch(`${net.root}${path}`, asked);
    return outcomeOf(response.status, response.ok, await bodyOf(response));
  } catch {
    return { ok: false, status: 0, code: "network", detail: "" };
  }
}

/**
 * @param {Net} net
 * @param {string} method
 * @param {object} [body]
 * @param {string} [key]
 * @returns {RequestInit}
 */
function request({ limit, csrf }, method, body, key) {
  const signal = limit();
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (!body) return { method, headers, signal };
  headers["Content-Type"] = "application/json";
  headers["X-CSRFToken"] = csrf();
  if (key) headers["Idempotency-Key"] = key;
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
