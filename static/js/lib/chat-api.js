/** The customer's requests. The token goes into a header, never into an address. */
import { Undelivered, undelivered } from "./outbox.js";

/** @typedef {{code: string, detail: string, seconds: number, body: any}} Trouble */

/** An answer that is no success; 0 when there was none. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {any} [body]
   * @param {string} [token] with which it was asked
   */
  constructor(status, body = {}, token = "") {
    super(body.code ?? (status ? `http_${status}` : "network"));
    this.status = status;
    this.body = body;
    this.token = token;
  }

  /** Nothing was decided: the same may be asked again. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status >= 500;
  }

  /** @returns {Trouble} for people */
  get trouble() {
    const { code = this.message, detail = "", retry_after = 0 } = this.body;
    return { code, detail, seconds: Math.ceil(retry_after), body: this.body };
  }
}

const PATIENCE = 15_000;

export class ChatApi {
  #world;

  /**
   * @param {object} world
   * @param {string} world.api
   * @param {string} world.site
   * @param {string} world.locale
   * @param {typeof globalThis.fetch} world.fetch
   * @param {() => string} world.token
   */
  constructor(world) {
    this.#world = world;
  }

  door() {
    return this.#ask("GET", `?site=${encodeURIComponent(this.#world.site)}`);
  }

  /** @param {object} opening */
  open(opening) {
    return this.#ask("POST", "", { site: this.#world.site, ...opening });
  }

  /** @param {object} message */
  leave(message) {
    return this.#ask("POST", "offline/", { site: this.#world.site, ...message });
  }

  /** @param {number} after */
  read(after) {
    return this.#ask("GET", `?after=${after}`, undefined, this.#world.token());
  }

  end() {
    return this.#ask("POST", "end/", {}, this.#world.token());
  }

  /** @param {number} score @param {string} comment */
  rate(score, comment) {
    return this.#ask("POST", "rating/", { score, comment }, this.#world.token());
  }

  /**
   * As the outbox wants it; what else a refusal means is for whoever is told of it.
   * @param {{text: string, clientId: string}} item
   * @param {AbortSignal} signal
   * @param {(refused: Refused) => void} onrefused
   */
  async send({ text, clientId }, signal, onrefused) {
    const body = { text, client_id: clientId };
    try {
      return await this.#ask("POST", "messages/", body, this.#world.token(), signal);
    } catch (error) {
      const refused = /** @type {Refused} */ (error);
      if (!refused.status) throw new Undelivered("network");
      onrefused(refused);
      throw undelivered(refused.status, refused.body);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {string} [token]
   * @param {AbortSignal} [signal]
   */
  async #ask(method, path, body, token, signal = AbortSignal.timeout?.(PATIENCE)) {
    const { api, locale, fetch } = this.#world;
    /** @type {Record<string, string>} */
    const headers = { "Accept-Language": locale };
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Chat ${token}`;
    const request = { method, headers, signal, body: body && JSON.stringify(body) };
    const answer = await fetch(api + path, {
      ...request,
      credentials: "omit",
      cache: "no-store",
    }).catch(() => {
      throw new Refused(0);
    });
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, content, token);
    return content;
  }
}
