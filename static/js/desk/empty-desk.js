/** What stands where no conversation is open: what to do, and why nothing comes. */
import { button, emit, h, icon, write } from "../elements/dom.js";

/** @typedef {Record<string, any>} Any */

export class EmptyDesk extends HTMLElement {
  /** @type {any} */ store;
  /** @type {any} */ commands;
  #title = h("h2");
  #text = h("p");
  #act = h("div", { class: "empty-acts" });
  #why = h("div", { class: "empty-why" });
  #asked = "";

  start() {
    this.replaceChildren(
      icon("live_chat", "icon empty-icon"),
      this.#title,
      this.#text,
      this.#act,
      this.#why,
    );
    this.paint();
  }

  paint() {
    const { title, text, act } = this.#message();
    write(this.#title, title);
    write(this.#text, text);
    this.#act.replaceChildren(...act);
    this.#explain();
  }

  /** @returns {{title: string, text: string, act: HTMLElement[]}} */
  #message() {
    const { store } = this;
    if (!store.loaded)
      return { title: gettext("Loading your desk…"), text: "", act: [] };
    if (store.offers.size)
      return {
        title: gettext("Somebody waits for you"),
        text: gettext("Accept the offer with F8, or decline it with F9."),
        act: [],
      };
    if (store.entries.size)
      return {
        title: gettext("Nothing is open"),
        text: gettext("Open a conversation from the list, or press Alt+1."),
        act: [],
      };
    const { presence } = store.agent;
    if (presence === "offline" || presence === "away" || presence === "inactive") {
      const press = button(
        { class: "button is-primary", onclick: () => emit(this, "available-wanted") },
        gettext("Become available"),
      );
      return {
        title: gettext("You get no work now"),
        text: gettext("Your presence says that you are not here."),
        act: [press],
      };
    }
    if (store.pickable.length)
      return {
        title: gettext("Nothing is yours yet"),
        text: gettext(
          "Pick a conversation from the list; queues that are given out by hand wait for that.",
        ),
        act: [],
      };
    if (store.queues.length === 0)
      return {
        title: gettext("You are in no queue"),
        text: gettext("A supervisor or administrator has to make you a member of one."),
        act: [],
      };
    return {
      title: gettext("All quiet"),
      text: gettext(
        "The next conversation is offered to you here. Leave this page open.",
      ),
      act: [],
    };
  }

  /** The server's own reasons, asked for once per situation. */
  async #explain() {
    const { store } = this;
    const idle = store.loaded && store.entries.size + store.offers.size === 0;
    const situation = idle
      ? `${store.agent.presence} ${store.agent.used_units} ${store.pickable.length}`
      : "";
    if (situation === this.#asked) return;
    this.#asked = situation;
    if (!idle) return this.#why.replaceChildren();
    const answer = await this.commands.routing();
    if (situation !== this.#asked) return;
    this.#why.replaceChildren(...(answer.ok ? reasons(answer.now) : []));
  }
}

/** @param {Any[]} now queue by queue */
function reasons(now) {
  if (!now?.length) return [];
  const lines = now.flatMap(({ queue_name: name, waiting, reason_text: text }) => [
    h("dt", {}, name),
    h(
      "dd",
      {},
      waiting
        ? `${interpolate(ngettext("%s waits", "%s wait", waiting), [waiting])}: ${text}`
        : text,
    ),
  ]);
  return [h("h3", {}, gettext("Your queues just now")), h("dl", {}, ...lines)];
}

customElements.define("empty-desk", EmptyDesk);
