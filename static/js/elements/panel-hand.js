/** The agent's call for help in the panel: who, since when, what, and "seen to". */
import { timeOfDay } from "../lib/format.js";
import { button, emit, h, icon } from "./dom.js";

/** @typedef {Record<string, any>} Any */

export class PanelHand {
  locale = "en";
  node = h("section", {
    class: "panel-hand",
    "aria-label": gettext("Asks for help"),
    hidden: true,
  });
  #shown = "";

  /**
   * @param {Any} row
   * @param {string} agent
   * @param {string} off why nothing can be done about it just now
   */
  show({ id, hand, state }, agent, off) {
    const raised = state === "closed" ? null : hand;
    const print = raised ? [id, raised.since, raised.text, agent, off].join() : "";
    if (print === this.#shown) return;
    this.#shown = print;
    this.node.hidden = !raised;
    this.node.replaceChildren(...(raised ? this.#parts(id, raised, agent, off) : []));
  }

  /**
   * @param {number} id
   * @param {{since: string, text: string}} hand
   * @param {string} agent
   * @param {string} off
   */
  #parts(id, { since, text }, agent, off) {
    const time = timeOfDay(since, this.locale).slice(0, 5);
    const who = interpolate(
      gettext("%(agent)s asks for help, since %(time)s"),
      { agent, time },
      true,
    );
    const seen = button(
      {
        class: "button is-small",
        "aria-disabled": off ? "true" : null,
        title: off || null,
        onclick: () => off || emit(this.node, "hand-seen", id),
      },
      gettext("Seen to"),
    );
    return [
      icon("hand", "icon glyph raised-hand"),
      h("div", {}, h("b", {}, who), h("p", { dir: "auto" }, text)),
      seen,
    ];
  }
}
