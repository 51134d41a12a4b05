/**
 * What the agent does, over HTTP. Nothing is painted before the server has said yes;
 * what it answers may run ahead of the stream.
 */
import { command, exchange, overTheNet } from "./exchange.js";

/** @import { DeskStore } from "./desk-store.js" */
/** @import { DeskOffer, Visibility } from "./desk-types.js" */
/** @import { Net, Outcome } from "./exchange.js" */
/** @import { Id } from "./types.js" */

/** @typedef {"pick" | "release" | "finish" | "wait" | "revive" | "close"} Step */

export class DeskCommands {
  #net;
  #store;

  /** @param {Partial<Net> & {csrf: () => string, store: DeskStore}} world */
  constructor({ store, ...world }) {
    this.#net = { ...overTheNet(), root: "/api/v1/", ...world };
    this.#store = store;
  }

  /**
   * @param {DeskOffer} offer
   * @param {"accept" | "decline"} answer
   */
  async answerOffer(offer, answer) {
    const outcome = await this.#ask("POST", `offers/${offer.id}/${answer}/`, {});
    const row = outcome.ok ? outcome.conversation : null;
    const consult = offer.kind === "consult";
    const role = consult ? "consult" : "primary";
    if (row && answer === "accept") {
      this.#store.answer(row, { role, queue_name: offer.queue_name });
    }
    if (outcome.ok || outcome.code === "offer_ended") {
      this.#store.runAhead();
      this.#store.offerEnded(offer.id, outcome.ok ? `${answer}d` : "");
    }
    return outcome;
  }

  /** @param {Id} offer a consult, or an own transfer, that is taken back */
  withdraw(offer) {
    return this.#ask("POST", `offers/${offer}/withdraw/`, {});
  }

  /**
   * @param {Id} id
   * @param {Step} step
   * @param {{state_version?: number, notes?: string}} [body]
   */
  step(id, step, body = {}) {
    return this.#versioned(id, `${step}/`, body);
  }

  /**
   * @param {{id: Id, state_version: number, queue: Id}} row of a manual queue
   * @param {string} queueName
   */
  async pick({ id, state_version }, queueName) {
    const outcome = await this.#ask("POST", `conversations/${id}/pick/`, {
      state_version,
    });
    if (outcome.ok) {
      this.#store.answer(outcome.conversation, { queue_name: queueName });
    }
    return outcome;
  }

  /**
   * @param {Id} id
   * @param {{agent?: Id, supervisor?: Id, text: string}} body
   */
  consult(id, body) {
    return this.#versioned(id, "consult/", body);
  }

  /**
   * @param {Id} id
   * @param {"add" | "end"} what
   * @param {Id} user
   */
  async consultant(id, what, user) {
    const outcome = await this.#ask("POST", `conversations/${id}/consult/${what}/`, {
      user,
    });
    this.#people(id, outcome);
    return outcome;
  }

  /** @param {Id} id */
  leave(id) {
    return this.#ask("POST", `conversations/${id}/leave/`, {});
  }

  /**
   * @param {Id} id
   * @param {{agent?: Id, queue?: Id, text: string}} body
   */
  handOver(id, body) {
    return this.#versioned(id, "hand-over/", body);
  }

  /**
   * @param {Id} id
   * @param {string} text
   */
  raiseHand(id, text) {
    return this.#ask("POST", `conversations/${id}/hand/`, { text });
  }

  /** @param {Id} id */
  lowerHand(id) {
    return this.#ask("DELETE", `conversations/${id}/hand/`, {});
  }

  /**
   * @param {Id} id
   * @param {string} text
   */
  saveNotes(id, text) {
    return this.#ask("PUT", `conversations/${id}/notes/`, { text });
  }

  /**
   * @param {Id} id
   * @param {{text: string, visibility: Visibility, client_id: string}} message
   * @param {AbortSignal} signal
   */
  say(id, message, signal) {
    const limit = () => signal;
    const path = `conversations/${id}/messages/`;
    return exchange({ ...this.#net, limit }, "POST", path, message);
  }

  /**
   * The whole transcript where the desk holds only its end.
   * @param {Id} id
   */
  async readBack(id) {
    const first = this.#store.messages(id)[0]?.id ?? 0;
    for (let after = 0; after < first; ) {
      const path = `conversations/${id}/messages/?after=${after}`;
      const outcome = await this.#ask("GET", path);
      const messages = outcome.ok ? outcome.messages : [];
      if (messages.length === 0) return;
      this.#store.earlier(id, messages);
      after = messages[messages.length - 1].id;
    }
  }

  /** @param {Id} id */
  colleagues(id) {
    return this.#ask("GET", `conversations/${id}/colleagues/`);
  }

  /**
   * @param {string} presence
   * @param {string} label of the house's own, or nothing
   */
  async setPresence(presence, label) {
    const { agent } = this.#store;
    const outcome = await this.#ask("PATCH", `agents/${agent?.id}/`, {
      state_version: agent?.state_version,
      presence,
      presence_label: label,
    });
    if (outcome.agent) {
      this.#store.runAhead();
      this.#store.presence(outcome.agent);
    }
    return outcome;
  }

  /** @param {string} since ISO */
  presenceHistory(since) {
    const id = this.#store.agent?.id;
    const query = new URLSearchParams({ since });
    return this.#ask("GET", `agents/${id}/presence-history/?${query}`);
  }

  quickReplies() {
    return this.#ask("GET", "quick-replies/");
  }

  /** Why nothing comes, queue by queue. */
  routing() {
    return this.#ask("GET", "desk/routing/");
  }

  /** @param {string} version of the notice's text */
  async acknowledge(version) {
    const outcome = await this.#ask("POST", "desk/notice/", { text_version: version });
    if (outcome.ok && outcome.notice) this.#store.noticed(outcome.notice);
    return outcome;
  }

  /**
   * @param {Id} id
   * @param {string} path
   * @param {object} body
   */
  #versioned(id, path, body) {
    const state_version = this.#store.entries.get(id)?.state_version;
    return this.#ask("POST", `conversations/${id}/${path}`, { state_version, ...body });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<Outcome>}
   */
  async #ask(method, path, body) {
    const net = this.#net;
    const asked = body ? command(net, method, path, body) : exchange(net, method, path);
    const outcome = await asked;
    if (typeof outcome.conversation?.version === "number") {
      this.#store.answer(outcome.conversation);
    }
    return outcome;
  }

  /**
   * @param {Id} id
   * @param {Outcome} outcome
   */
  #people(id, outcome) {
    if (outcome.ok && outcome.participants) {
      this.#store.amend(id, { participants: outcome.participants });
    }
  }
}
