/** Offers to the agent, each with a ring that empties; F8 and F9 answer the most urgent. */
import { button, emit, h, svg, write } from "../elements/dom.js";
import { byUrgency, countdown, ringDash } from "../lib/desk-countdown.js";
import { clock } from "../lib/format.js";
import { offerCost, offerFacts, offerTitle, subjectOf } from "./desk-words.js";

/** @import { DeskOffer } from "../lib/desk-types.js" */

/** @typedef {{node: HTMLElement, tick: (now: number) => void, busy: (on: boolean) => void, fail: (sentence: string) => void}} Card */

const RADIUS = 24;
const NEARLY_OVER = 15;

export class OfferCards extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ ticker;
  /** @type {() => string} */ offline = () => "";
  /** @type {Map<number, Card>} */ #cards = new Map();
  #spoken = h("div", {
    class: "visually-hidden",
    role: "status",
    "aria-live": "assertive",
  });
  #list = h("div", { class: "offers" });

  start() {
    this.replaceChildren(this.#list, this.#spoken);
    this.ticker.subscribe((/** @type {number} */ now) => this.#tick(now));
    this.paint();
  }

  /** The offer that the keys answer. */
  get first() {
    return byUrgency(this.store.offers.values())[0] ?? null;
  }

  /** @param {DeskOffer[]} offers that have just come */
  announce(offers) {
    const now = this.ticker.serverNow();
    const sentences = offers.map((offer) =>
      interpolate(
        gettext(
          "%(title)s: %(subject)s. %(seconds)s seconds. F8 accepts, F9 declines.",
        ),
        {
          title: offerTitle(offer),
          subject: subjectOf(offer.conversation),
          seconds: countdown(offer, now).left,
        },
        true,
      ),
    );
    if (sentences.length) write(this.#spoken, sentences.join(" "));
  }

  paint() {
    const offers = byUrgency(this.store.offers.values());
    const ids = new Set(offers.map(({ id }) => id));
    for (const id of [...this.#cards.keys()]) if (!ids.has(id)) this.#drop(id);
    for (const offer of offers) if (!this.#cards.has(offer.id)) this.#add(offer);
    offers.forEach((offer, index) => {
      const node = this.#card(offer.id).node;
      node.classList.toggle("is-first", index === 0);
      if (this.#list.children[index] !== node) {
        this.#list.insertBefore(node, this.#list.children[index] ?? null);
      }
    });
    this.#tick(this.ticker.serverNow());
  }

  /**
   * @param {number} id
   * @param {boolean} on
   */
  busy(id, on) {
    this.#cards.get(id)?.busy(on);
  }

  /**
   * @param {number} id
   * @param {string} sentence
   */
  fail(id, sentence) {
    this.#cards.get(id)?.fail(sentence);
  }

  /** @param {number} id */
  #card(id) {
    return /** @type {Card} */ (this.#cards.get(id));
  }

  /** @param {DeskOffer} offer */
  #add(offer) {
    const answer = (/** @type {string} */ what) =>
      emit(this, "offer-answered", { id: offer.id, answer: what });
    this.#cards.set(offer.id, cardOf(offer, answer, this.offline));
  }

  /** @param {number} id */
  #drop(id) {
    const { node } = this.#card(id);
    const inside = node.contains(document.activeElement);
    node.remove();
    this.#cards.delete(id);
    if (inside) emit(this, "offer-left");
  }

  /** @param {number} now */
  #tick(now) {
    for (const card of this.#cards.values()) card.tick(now);
  }
}

/**
 * @param {DeskOffer} offer
 * @param {(answer: "accept" | "decline") => void} answer
 * @param {() => string} offline why nothing can be answered just now
 * @returns {Card}
 */
function cardOf(offer, answer, offline) {
  const ring = ringOf();
  const title = h(
    "h2",
    {
      class: "offer-subject clip",
      id: `offer-${offer.id}`,
      lang: offer.conversation.language || null,
    },
    subjectOf(offer.conversation),
  );
  const error = h("p", { class: "offer-error", role: "alert", hidden: true });
  const press = [
    choice("accept", gettext("Accept"), "F8", "button is-primary"),
    choice("decline", gettext("Decline"), "F9", "button"),
  ];
  const node = h(
    "section",
    {
      class: `offer${offer.kind === "consult" ? " is-consult" : ""}`,
      "aria-labelledby": title.id,
    },
    h(
      "div",
      { class: "offer-head" },
      ring.node,
      h(
        "div",
        { class: "offer-what" },
        h("p", { class: "offer-from" }, offerTitle(offer)),
        title,
        h("p", { class: "offer-facts clip" }, offerFacts(offer)),
      ),
    ),
    h(
      "p",
      { class: `offer-cost${offer.units_over ? " is-over" : ""}`, dir: "auto" },
      offerCost(offer),
    ),
    h("div", { class: "offer-answers" }, ...press),
    error,
  );
  return { node, tick, busy, fail };

  /**
   * @param {"accept" | "decline"} what
   * @param {string} word
   * @param {string} key
   * @param {string} className
   */
  function choice(what, word, key, className) {
    const act = () => {
      if (one.getAttribute("aria-disabled") !== "true") answer(what);
    };
    const one = button(
      { class: className, "data-answer": what, onclick: act },
      word,
      h("kbd", { "aria-hidden": "true" }, key),
    );
    return one;
  }

  /** @param {number} now */
  function tick(now) {
    const time = countdown(offer, now);
    ring.set(time);
    const why = time.left === 0 ? gettext("Its time is over.") : offline();
    for (const one of press) {
      if (why) one.setAttribute("aria-disabled", "true");
      else one.removeAttribute("aria-disabled");
      one.title = why;
    }
  }

  /** @param {boolean} on */
  function busy(on) {
    for (const one of press) one.setAttribute("aria-busy", String(on));
  }

  /** @param {string} sentence */
  function fail(sentence) {
    write(error, sentence);
    error.hidden = sentence === "";
  }
}

/** A ring whose arc steps once a second: it is never animated. */
function ringOf() {
  const round = { cx: 28, cy: 28, r: RADIUS };
  const arc = svg("circle", {
    ...round,
    class: "ring-left",
    transform: "rotate(-90 28 28)",
  });
  const text = svg("text", { x: 28, y: 33 });
  const node = svg(
    "svg",
    { class: "ring", viewBox: "0 0 56 56", role: "img" },
    svg("circle", { ...round, class: "ring-track" }),
    arc,
    text,
  );
  return { node, set };

  /** @param {{left: number, share: number}} time */
  function set({ left, share }) {
    arc.setAttribute("stroke-dasharray", ringDash(share, RADIUS));
    write(text, clock(left));
    node.classList.toggle("is-ending", left <= NEARLY_OVER);
    const words = ngettext("%s second left", "%s seconds left", left);
    node.setAttribute("aria-label", interpolate(words, [left]));
  }
}

customElements.define("offer-cards", OfferCards);
