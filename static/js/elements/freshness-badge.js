/** Says in one place how fresh the screen is, and always offers a refresh. */
import { timeOfDay } from "../lib/format.js";
import { button, emit, h, icon, write } from "./dom.js";

/** @import { Freshness } from "../lib/types.js" */

const WORDS = () => ({
  live: gettext("Live"),
  catching_up: gettext("Catching up"),
  reconnecting: gettext("Reconnecting"),
  polling: gettext("Live updates blocked"),
});

const TITLES = () => ({
  live: gettext("Proven: the screen shows what the server has."),
  catching_up: gettext(
    "The connection is open; the proof that the screen is right has not come yet.",
  ),
  reconnecting: gettext(
    "No connection. The rows are as of the time shown, commands wait.",
  ),
  polling: gettext(
    "The live connection is blocked; the floor is fetched every few seconds.",
  ),
});

export class FreshnessBadge extends HTMLElement {
  locale = "en";
  #word = h("span", { class: "word" });
  #age = h("span", { class: "age" });
  #spoken = h("span", { class: "visually-hidden", role: "status" });
  #badge = h(
    "span",
    { class: "badge" },
    h("i", { class: "mark", "aria-hidden": "true" }),
    this.#word,
    this.#age,
  );
  #kind = "";

  connectedCallback() {
    const label = gettext("Refresh (r)");
    const all = {
      class: "icon-button",
      title: label,
      "aria-label": gettext("Refresh"),
    };
    const press = button(
      { ...all, onclick: () => emit(this, "refresh-wanted") },
      icon("refresh"),
    );
    this.replaceChildren(this.#badge, press, this.#spoken);
  }

  disconnectedCallback() {
    this.replaceChildren();
  }

  /** @param {Freshness} freshness */
  show(freshness) {
    write(this.#age, this.#detail(freshness));
    if (freshness.kind === this.#kind) return;
    this.#kind = freshness.kind;
    this.#badge.dataset.state = freshness.kind;
    this.#badge.title = TITLES()[freshness.kind];
    write(this.#word, WORDS()[freshness.kind]);
    write(this.#spoken, WORDS()[freshness.kind]);
  }

  /** @param {Freshness} freshness */
  #detail(freshness) {
    if (freshness.kind === "live") {
      const age = freshness.age.toLocaleString(this.locale, {
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      });
      return interpolate(gettext("%s s"), [age]);
    }
    if (freshness.kind === "catching_up" || !freshness.asOf) return "";
    return interpolate(gettext("data as of %s"), [
      timeOfDay(freshness.asOf, this.locale),
    ]);
  }
}

customElements.define("freshness-badge", FreshnessBadge);
