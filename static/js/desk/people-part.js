/** Who is in the conversation, who is asked to come, and what the agent can do about it. */
import { button, emit, h, icon, write } from "../elements/dom.js";
import { actorWord, modeWord } from "../elements/words.js";
import { countdown } from "../lib/desk-countdown.js";
import { clock, timeOfDay } from "../lib/format.js";

/** @typedef {Record<string, any>} Any */
/** @import { Consult } from "../lib/desk-types.js" */

/**
 * @param {Any} entry
 * @param {HTMLElement} owner of the events
 * @param {{locale: string, now: () => number, off: string}} here off: why nothing can be done
 * @returns {{nodes: HTMLElement[], tick: (now: number) => void}}
 */
export function peoplePart(entry, owner, here) {
  const ticks = /** @type {((now: number) => void)[]} */ ([]);
  const primary = entry.role === "primary";
  const others = entry.participants.filter(
    (/** @type {Any} */ one) => one.kind !== "customer" && !(one.you && primary),
  );
  const people = others.map((/** @type {Any} */ one) =>
    person(one, entry, owner, here),
  );
  const asked = entry.consults.map((/** @type {Consult} */ one) =>
    consult(one, entry, owner, here, ticks),
  );
  const alone = people.length + asked.length === 0;
  const nobody = h(
    "p",
    { class: "small quiet" },
    gettext("Nobody but you and the customer."),
  );
  const list = h("ul", { class: "side-people" }, ...people, ...asked);
  return {
    nodes: [alone ? nobody : list],
    tick: (now) => ticks.forEach((tick) => void tick(now)),
  };
}

/**
 * @param {Any} one
 * @param {Any} entry
 * @param {HTMLElement} owner
 * @param {{locale: string, off: string}} here
 */
function person(one, entry, owner, { locale, off }) {
  const { mode, name, you, user, since } = one;
  const shown = you ? interpolate(gettext("You, %s"), [name]) : name;
  const role = roleOf(one);
  const when = since
    ? interpolate(gettext("since %s"), [timeOfDay(since, locale).slice(0, 5)])
    : "";
  const mine = entry.role === "primary" && mode === "consult" && !you && user;
  const may = (/** @type {string} */ what, /** @type {string} */ word) =>
    press(word, off, () => emit(owner, "consultant", { id: entry.id, what, user }));
  return h(
    "li",
    {},
    icon("user", "icon presence"),
    h("span", { class: "clip" }, shown),
    h("span", { class: "role", title: when }, role),
    mine
      ? h(
          "span",
          { class: "side-acts" },
          one.is_added ? null : may("add", gettext("Add to the chat")),
          may("end", one.is_added ? gettext("Remove") : gettext("End consult")),
        )
      : null,
  );
}

/** @param {Any} one */
function roleOf({ kind, mode, is_added: added }) {
  if (mode !== "consult") return modeWord(mode ?? kind);
  const role = kind === "supervisor" ? actorWord("supervisor") : modeWord("consult");
  return added ? interpolate(gettext("%s, in the chat"), [role]) : role;
}

/**
 * @param {Consult} one that is asked and has not answered
 * @param {Any} entry
 * @param {HTMLElement} owner
 * @param {{now: () => number, off: string}} here
 * @param {((now: number) => void)[]} ticks
 */
function consult(one, entry, owner, here, ticks) {
  const left = h("span", { class: "role" });
  ticks.push((now) =>
    write(
      left,
      interpolate(gettext("asked, %s left"), [clock(countdown(one, now).left)]),
    ),
  );
  const back = press(gettext("Take back"), here.off, () =>
    emit(owner, "offer-withdrawn", { id: entry.id, offer: one.id }),
  );
  return h(
    "li",
    { class: "is-asked" },
    icon("s-awaiting_acceptance", "glyph state-awaiting_acceptance"),
    h("span", { class: "clip", title: one.text || null }, one.name),
    left,
    h("span", { class: "side-acts" }, back),
  );
}

/**
 * @param {string} word
 * @param {string} off
 * @param {() => void} act
 */
function press(word, off, act) {
  return button(
    {
      class: "button is-small",
      "aria-disabled": off ? "true" : null,
      title: off || null,
      onclick: () => off || act(),
    },
    word,
  );
}
