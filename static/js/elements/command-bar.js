/** The bar below the list: what can be done with the selected or open conversation. */
import { clock, timeOfDay } from "../lib/format.js";
import { actionButton } from "./action-button.js";
import { button, emit, h, icon } from "./dom.js";

const ACTIONS = ["assign", "monitor", "transfer", "force_close"];
const KEYS = /** @type {Record<string, string>} */ ({
  assign: "a",
  transfer: "t",
  monitor: "m",
  unmonitor: "m",
  force_close: "x",
});

/**
 * @typedef {object} BarState
 * @property {any[]} rows the selected ones, or the open or focused one
 * @property {boolean} selected whether they were ticked
 * @property {boolean} untrusted commands wait
 * @property {boolean} stale the screen is old, and says so
 * @property {any} freshness
 * @property {number} age seconds since the last proof
 * @property {{shown: number, total: number}} counts
 * @property {boolean} paused
 * @property {number} waiting rows that changed behind the pause
 * @property {boolean} monitored whether the viewer monitors the first of the rows
 * @property {(action: string, row: any) => any} refusal
 */

export class CommandBar extends HTMLElement {
  locale = "en";
  #shown = "";

  /** @param {BarState} state */
  show(state) {
    const print = fingerprint(state);
    if (print === this.#shown) return;
    this.#shown = print;
    const focused = focusedAction(this);
    this.classList.toggle("is-stale", state.stale);
    this.replaceChildren(...this.#parts(state));
    const again = focused && this.querySelector(`[data-action="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {BarState} state */
  #parts(state) {
    if (state.stale) return this.#stale(state);
    if (state.rows.length === 0) return this.#idle(state);
    if (state.rows.length > 1) return this.#many(state);
    return this.#one(state);
  }

  /** @param {BarState} state */
  #idle({ counts, paused, waiting }) {
    if (paused) return this.#paused(waiting);
    const rows = ngettext("%s row", "%s rows", counts.shown);
    const total = h(
      "span",
      { class: "strong" },
      interpolate(rows, [counts.shown.toLocaleString(this.locale)]),
    );
    return [total, h("i", { class: "rule" }), hints()];
  }

  /** @param {number} waiting */
  #paused(waiting) {
    const rows = ngettext("%s row has changed", "%s rows have changed", waiting);
    return [
      icon("pause"),
      h("span", { class: "strong" }, gettext("Updates are paused")),
      h(
        "span",
        { class: "quiet" },
        interpolate(rows, [waiting.toLocaleString(this.locale)]),
      ),
      button(
        { class: "button", onclick: () => emit(this, "pause-wanted") },
        gettext("Resume"),
        h("kbd", { "aria-hidden": "true" }, "P"),
      ),
    ];
  }

  /** @param {BarState} state */
  #one(state) {
    const [row] = state.rows;
    /** @type {HTMLElement[]} */
    const on = [];
    /** @type {HTMLElement[]} */
    const off = [];
    for (const each of ACTIONS) {
      const stop = each === "monitor" && state.monitored;
      const action = stop ? "unmonitor" : each;
      const refusal = stop ? null : state.refusal(action, row);
      if (refusal?.absent) continue;
      const part = this.#command(action, row, refusal, on.length === 0);
      (refusal ? off : on).push(part);
    }
    const rule = off.length && on.length ? [h("i", { class: "rule" })] : [];
    return [...this.#subject(state), h("i", { class: "rule" }), ...on, ...rule, ...off];
  }

  /** @param {BarState} state */
  #subject({ rows, selected }) {
    const name = rows[0].customer?.name || gettext("Unknown customer");
    const text = selected ? interpolate(gettext("Selected: %s"), [name]) : name;
    const label = h("span", { class: "bar-subject clip", title: name }, text);
    return selected ? [label, this.#clear()] : [label];
  }

  #clear() {
    const label = gettext("Clear the selection");
    return button(
      {
        class: "icon-button",
        title: label,
        "aria-label": label,
        onclick: () => emit(this, "selection-cleared"),
      },
      icon("x"),
    );
  }

  /**
   * @param {string} action
   * @param {any} row
   * @param {any} refusal
   * @param {boolean} first
   */
  #command(action, row, refusal, first) {
    const className = first && action !== "force_close" ? "is-primary" : "";
    const act = () => emit(this, "command", { action, id: row.id });
    const { press, why } = actionButton(action, refusal, act, {
      className: refusal ? "" : className,
      key: KEYS[action],
    });
    return why ? h("span", { class: "refused" }, press, why) : press;
  }

  /** @param {BarState} state */
  #many({ rows, refusal }) {
    const count = interpolate(ngettext("%s selected", "%s selected", rows.length), [
      rows.length.toLocaleString(this.locale),
    ]);
    const sentence = gettext(
      "Commands act on one conversation at a time; leave one selected",
    );
    const buttons = ACTIONS.filter((action) => !refusal(action, rows[0])?.absent).map(
      (action) =>
        actionButton(
          action,
          { code: "one_at_a_time", sentence, absent: false },
          () => {},
        ).press,
    );
    const why = h("span", { class: "small clip quiet", id: "one-at-a-time" }, sentence);
    for (const press of buttons) press.setAttribute("aria-describedby", why.id);
    return [
      h("span", { class: "strong" }, count),
      this.#clear(),
      h("i", { class: "rule" }),
      ...buttons,
      why,
    ];
  }

  /** @param {BarState} state */
  #stale({ freshness, age, refusal, rows }) {
    const wait = gettext("Commands wait until the list is proven fresh.");
    const all = ["assign", "transfer", "force_close"].filter(
      (action) => !refusal(action, rows[0] ?? {})?.absent,
    );
    const buttons = all.map(
      (action) =>
        actionButton(
          action,
          { code: "stale_screen", sentence: wait, absent: false },
          () => {},
        ).press,
    );
    for (const press of buttons) press.setAttribute("aria-describedby", "stale-why");
    const refresh = button(
      {
        class: "button",
        "data-action": "refresh",
        onclick: () => emit(this, "refresh-wanted"),
      },
      icon("refresh"),
      gettext("Refresh"),
    );
    const text = h(
      "span",
      { class: "clip", id: "stale-why" },
      h("b", { class: "strong" }, this.#asOf(freshness, age)),
      " ",
      wait,
    );
    return [
      h("i", { class: "spin", "aria-hidden": "true" }),
      text,
      h("span", { class: "push" }),
      ...buttons,
      refresh,
    ];
  }

  /**
   * @param {any} freshness
   * @param {number} age
   */
  #asOf({ asOf }, age) {
    if (!asOf) return gettext("No connection yet.");
    const words = {
      time: timeOfDay(asOf, this.locale),
      age: age < 60 ? interpolate(gettext("%s s"), [age]) : clock(age),
    };
    return interpolate(gettext("As of %(time)s, %(age)s ago."), words, true);
  }
}

function hints() {
  const all = [
    ["↑↓", gettext("move")],
    ["↵", gettext("open")],
    ["a", gettext("assign")],
    ["m", gettext("monitor")],
    ["/", gettext("search")],
    ["?", gettext("all keys")],
  ];
  return h(
    "span",
    { class: "bar-hints", "aria-hidden": "true" },
    ...all.map(([key, word]) => h("span", {}, h("kbd", {}, key), word)),
  );
}

/** @param {HTMLElement} bar */
function focusedAction(bar) {
  const { activeElement } = document;
  return bar.contains(activeElement)
    ? activeElement?.getAttribute("data-action")
    : null;
}

/**
 * What the bar would show; painting only on a difference keeps buttons under the pointer.
 * @param {BarState} state
 */
function fingerprint(state) {
  const {
    rows,
    selected,
    monitored,
    stale,
    untrusted,
    paused,
    waiting,
    counts,
    freshness,
    age,
  } = state;
  const about =
    rows.length === 1
      ? ACTIONS.map((action) => state.refusal(action, rows[0])?.sentence ?? "")
      : [];
  return JSON.stringify([
    rows.length > 1 ? rows.length : rows.map((row) => [row.id, row.customer?.name]),
    selected,
    monitored,
    stale,
    untrusted,
    paused,
    about,
    stale ? [freshness.asOf, age] : rows.length ? 0 : [counts.shown, waiting],
  ]);
}

customElements.define("command-bar", CommandBar);
