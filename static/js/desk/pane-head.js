/** Head of an open conversation: what it is, how it stands, and what can be done. */
import { button, emit, h, icon, write } from "../elements/dom.js";
import { openBelow } from "../elements/popover-place.js";
import { stateOf, stateText } from "../elements/words.js";
import { closing, countdown } from "../lib/desk-countdown.js";
import { possible } from "../lib/desk-rules.js";
import { clock, secondsSince } from "../lib/format.js";
import {
  closingText,
  customerOf,
  deskAction,
  deskMeaning,
  subjectOf,
  whyNot,
} from "./desk-words.js";
import { steadily } from "./steady.js";

/** @typedef {Record<string, any>} Any */

const IN_MENU = new Set(["wait", "release"]);
const FILLED = new Set(["close", "revive"]);
const ICONS = /** @type {Record<string, string>} */ ({ hand: "hand", lower: "hand" });
let serial = 0;

export class PaneHead {
  #id;
  #title = h("h2", { class: "clip", tabindex: -1 });
  #facts = h("div", { class: "pane-facts" });
  #time = h("span");
  #actions = h("div", {
    class: "pane-actions",
    role: "group",
    "aria-label": gettext("Commands"),
  });
  #why = h("p", { class: "pane-why", id: `pane-why-${++serial}`, hidden: true });
  #closes = h("p", { class: "pane-closes", hidden: true });
  #note = h("p", { class: "pane-note", role: "status", hidden: true });
  #menu = h("div", {
    class: "menu",
    popover: "auto",
    "aria-label": gettext("More commands"),
  });
  #paintActions;
  node;
  /** @type {Any[]} */ #possible = [];
  #shown = "";

  /**
   * @param {number} id
   * @param {HTMLElement} owner of the events
   */
  constructor(id, owner) {
    this.#id = id;
    const back = tool(gettext("Back to the list"), "back", () =>
      emit(owner, "list-wanted"),
    );
    back.classList.add("pane-back");
    const tools = h(
      "div",
      { class: "pane-tools" },
      tool(gettext("Details"), "cols", () => emit(owner, "side-wanted", id)),
      tool(gettext("Close this pane"), "x", () => emit(owner, "pane-closed", id)),
    );
    this.node = h(
      "header",
      { class: "pane-head" },
      h(
        "div",
        { class: "pane-title" },
        back,
        h("div", { class: "pane-what" }, this.#title, this.#facts),
        this.#actions,
        tools,
      ),
      this.#why,
      this.#closes,
      this.#note,
      this.#menu,
    );
    this.#paintActions = steadily(this.#actions, () => this.#actionsAnew(owner));
  }

  focus() {
    this.#title.focus();
  }

  /**
   * @param {Any} entry
   * @param {{untrusted: boolean, unsent: number, gone: boolean}} here
   */
  show(entry, here) {
    write(this.#title, subjectOf(entry));
    this.#title.lang = entry.language || "";
    this.#facts.replaceChildren(...facts(entry, here.gone), this.#time);
    this.#possible = here.gone ? [] : possible(/** @type {any} */ (entry), here);
    const shown = JSON.stringify(this.#possible);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#paintActions();
  }

  /**
   * @param {Any} entry
   * @param {number} now
   */
  tick(entry, now) {
    const since =
      entry.state === "active"
        ? (entry.accepted_at ?? entry.state_since)
        : entry.state_since;
    write(this.#time, offeredText(entry, now) || clock(secondsSince(since, now)));
    const soon = closing(entry.closes, now);
    this.#closes.hidden = !soon;
    this.#closes.classList.toggle("soon", Boolean(soon && soon.seconds < 300));
    if (soon) write(this.#closes, closingText(soon));
  }

  /** @param {string} sentence */
  tell(sentence) {
    write(this.#note, sentence);
    this.#note.hidden = sentence === "";
  }

  /** @param {string} action presses its button, if there is one */
  press(action) {
    const one = this.#possible.find((each) => each.action === action);
    if (one && !one.code) emit(this.node, "desk-command", { id: this.#id, action });
    return Boolean(one);
  }

  /** @param {HTMLElement} owner */
  #actionsAnew(owner) {
    const focused = this.#actions.querySelector(":focus")?.getAttribute("data-action");
    const plain = this.#possible.filter(({ action }) => !IN_MENU.has(action));
    const more = this.#possible.filter(({ action }) => IN_MENU.has(action));
    const why = this.#possible.find(({ code }) => code)?.code ?? "";
    write(this.#why, whyNot(why));
    this.#why.hidden = why === "" || plain.every(({ code }) => !code);
    const buttons = plain.map((one) => this.#button(one, owner));
    if (more.length) buttons.splice(-1, 0, this.#more(more, owner));
    this.#actions.replaceChildren(...buttons);
    if (focused) this.#refocus(focused);
  }

  /** @param {string} action */
  #refocus(action) {
    const again =
      this.#actions.querySelector(`[data-action="${action}"]`) ??
      this.#actions.querySelector("button");
    /** @type {HTMLElement | null} */ (again)?.focus();
  }

  /**
   * @param {Any} one
   * @param {HTMLElement} owner
   */
  #button({ action, code }, owner) {
    const filled = FILLED.has(action) && !code ? " is-primary" : "";
    const act = () => {
      if (!code) emit(owner, "desk-command", { id: this.#id, action });
    };
    return button(
      {
        class: `button is-small${filled}`,
        "data-action": action,
        title: code ? whyNot(code) : deskMeaning(action),
        "aria-disabled": code ? "true" : null,
        "aria-describedby": code ? this.#why.id : null,
        onclick: act,
      },
      ICONS[action] ? icon(ICONS[action]) : null,
      deskAction(action),
    );
  }

  /**
   * @param {Any[]} actions
   * @param {HTMLElement} owner
   */
  #more(actions, owner) {
    const items = actions.map(({ action, code }) =>
      button(
        {
          class: "menu-item is-explained",
          "aria-disabled": code ? "true" : null,
          onclick: () => {
            if (code) return;
            this.#menu.hidePopover();
            emit(owner, "desk-command", { id: this.#id, action });
          },
        },
        h(
          "span",
          {},
          deskAction(action),
          h("small", {}, code ? whyNot(code) : deskMeaning(action)),
        ),
      ),
    );
    this.#menu.replaceChildren(...items);
    const label = gettext("More commands");
    const press = button(
      {
        class: "button is-small",
        "data-action": "more",
        "aria-label": label,
        title: label,
        "aria-haspopup": "true",
        onclick: () => openBelow(this.#menu, press),
      },
      icon("more"),
    );
    return press;
  }
}

/**
 * How long a pending transfer may still be answered.
 * @param {Any} entry
 * @param {number} now
 */
function offeredText({ phase, offer }, now) {
  if (phase !== "transfer_pending" || !offer) return "";
  return interpolate(gettext("%s left"), [clock(countdown(offer, now).left)]);
}

/**
 * @param {string} label
 * @param {string} picture
 * @param {() => void} act
 */
function tool(label, picture, act) {
  return button(
    { class: "icon-button", title: label, "aria-label": label, onclick: act },
    icon(picture),
  );
}

/**
 * @param {Any} entry
 * @param {boolean} gone
 */
function facts(entry, gone) {
  const code = gone ? "closed" : stateOf(entry);
  const target = entry.offer_target ?? gettext("another agent");
  const state = gone
    ? gettext("No longer on your desk")
    : stateText(entry, () => target);
  const words = entry.is_added
    ? gettext("You are in the chat; the customer knows")
    : gettext("You are asked; the customer does not see you");
  const asked = entry.role === "consult" && !gone;
  return [
    icon(`s-${code === "with_bot" ? "in_conversation" : code}`, `glyph state-${code}`),
    h("span", {}, state),
    h("i", { "aria-hidden": "true" }, "·"),
    h("span", { class: "clip" }, customerOf(entry)),
    asked
      ? h(
          "span",
          { class: "pane-asked" },
          icon(entry.is_added ? "eye" : "lock", "icon glyph"),
          words,
        )
      : null,
    h("i", { "aria-hidden": "true" }, "·"),
  ].filter((part) => part !== null);
}
