/** Pure pieces of the conversation panel: head, people, timeline. */
import { clock, timeOfDay } from "../lib/format.js";
import { actionButton } from "./action-button.js";
import { button, h, icon } from "./dom.js";
import { elapsed, unitsBar } from "./marks.js";
import { eventText } from "./message-words.js";
import {
  actionWord,
  channelWord,
  modeWord,
  presenceWord,
  stateOf,
  stateText,
} from "./words.js";

/** @typedef {Record<string, any>} Any */

/** Why there is no monitoring stands in the transcript's place already. */
const TOLD_BELOW = new Set(["monitor", "join"]);

/**
 * @param {Any} row
 * @param {Any} store
 */
export function facts(row, store) {
  const code = stateOf(row);
  const shape = code === "with_bot" ? "in_conversation" : code;
  const name = (/** @type {any} */ id) =>
    store.agents.get(id)?.name ?? gettext("an agent");
  const parts = [
    row.customer?.name || gettext("Unknown customer"),
    store.queues.get(row.queue)?.name ?? "",
    channelWord(row.channel),
  ];
  const label = stateText(row, name);
  return [
    icon(`s-${shape}`, `glyph state-${code}`, label),
    ...parts
      .filter(Boolean)
      .flatMap((part, index) => [
        index ? h("i", {}, "·") : null,
        h("span", { class: index === 0 ? "clip" : "" }, part),
      ])
      .filter((part) => part !== null),
  ];
}

/**
 * The running time of the head: handling, else waiting.
 * @param {Any} row
 * @param {number} now
 */
export function runningTime(row, now) {
  const since = row.accepted_at ?? row.wait_since ?? row.opened_at;
  return since ? clock(elapsed(since, now)) : "";
}

/**
 * @param {{action: string, refusal: any}[]} offers in order
 * @param {(action: string) => void} act
 */
export function actionRow(offers, act) {
  const buttons = [];
  const sentences = new Map();
  for (const { action, refusal } of offers) {
    if (refusal?.absent) continue;
    const { press, why } = actionButton(action, refusal, () => act(action), {
      className: "is-small",
    });
    buttons.push(press);
    if (why)
      sentences.set(refusal.sentence, [
        ...(sentences.get(refusal.sentence) ?? []),
        { why, action },
      ]);
  }
  const why = [...sentences].map(([sentence, all]) => refusedLine(sentence, all));
  return [
    h("div", { class: "panel-actions" }, ...buttons),
    ...(why.length ? [h("div", { class: "panel-why" }, ...why)] : []),
  ];
}

/**
 * @param {string} sentence
 * @param {{why: HTMLElement, action: string}[]} all
 */
function refusedLine(sentence, all) {
  for (const { why } of all) why.className = "visually-hidden";
  const described = all.map(({ why }) => why);
  const told = all.filter(({ action }) => !TOLD_BELOW.has(action));
  if (told.length === 0) return h("p", { class: "visually-hidden" }, ...described);
  const names = told
    .map(({ action }) => actionWord(action).replace("…", ""))
    .join(", ");
  return h("p", {}, h("b", {}, `${names}: `), sentence, ...described);
}

/**
 * How the viewer takes part: null, "monitor", "reading" (asked for help, unseen by the
 * customer), "consult" or "primary".
 * @param {Any[]} participants
 */
export function partOf(participants) {
  const you = participants.find((one) => one.you);
  return you ? modeOf(you) : null;
}

/**
 * @param {Any[]} participants
 * @param {Any} row
 * @param {Any} store
 * @param {string} locale
 */
export function people(participants, row, store, locale) {
  return participants
    .filter(({ kind }) => kind !== "customer")
    .map((one) => person(one, agentOf(one, row, store), locale));
}

/**
 * @param {Any} one
 * @param {Any | null} agent
 * @param {string} locale
 */
function person(one, agent, locale) {
  const { kind, name, since, you } = one;
  const mode = modeOf(one);
  const shown = you ? interpolate(gettext("You, %s"), [name]) : name;
  const role = modeWord(mode ?? kind);
  const when =
    mode === "consult" && since
      ? `${role}, ${interpolate(gettext("since %s"), [timeOfDay(since, locale).slice(0, 5)])}`
      : role;
  return h(
    "li",
    {},
    face(kind, mode, agent),
    h("span", { class: "clip" }, shown),
    ...(agent ? units(agent) : []),
    h("span", { class: "role", title: when }, when),
  );
}

/** @param {Any} one */
function modeOf({ mode, is_added: isAdded }) {
  return mode === "consult" && isAdded === false ? "reading" : mode;
}

/**
 * The agent behind a participant, whose load is shown: two may have the same name.
 * @param {Any} one
 * @param {Any} row
 * @param {Any} store
 */
function agentOf({ kind, mode, user }, row, store) {
  if (kind !== "agent") return null;
  const primary = mode === "primary" && store.agents.get(row.agent);
  if (primary && primary.user === user) return primary;
  for (const agent of store.agents.values()) if (agent.user === user) return agent;
  return null;
}

/**
 * @param {string} kind
 * @param {string} mode
 * @param {Any | null} agent
 */
function face(kind, mode, agent) {
  if (agent)
    return icon(
      `p-${agent.presence}`,
      `presence presence-${agent.presence}`,
      presenceWord(agent.presence),
    );
  if (kind === "bot") return icon("p-bot", "presence presence-bot");
  if (mode === "monitor" || mode === "reading")
    return h("span", { class: "is-unseen" }, icon("eye", "icon presence"));
  return icon("user", "icon presence");
}

/** @param {Any} agent */
function units({ used_units: used, total_units: total }) {
  const bar = unitsBar();
  bar.set(used, total);
  const over = used > total ? " is-over" : "";
  return [bar.node, h("span", { class: `units-figure${over}` }, `${used}/${total}`)];
}

/**
 * @param {Any[]} events newest last
 * @param {Any} store
 * @param {boolean} all
 * @param {string} locale
 * @param {() => void} toggle
 */
export function timeline(events, store, all, locale, toggle) {
  const newest = [...events].reverse().slice(0, all ? undefined : 3);
  const text = all ? gettext("fewer") : interpolate(gettext("all %s"), [events.length]);
  const more =
    events.length > 3
      ? button(
          { class: "link-button", "aria-expanded": String(all), onclick: toggle },
          text,
        )
      : null;
  const lines = newest.map((event) =>
    h(
      "li",
      {},
      h("time", { datetime: event.at }, timeOfDay(event.at, locale)),
      h("i"),
      h("span", {}, eventText(event, store)),
    ),
  );
  return [
    h("div", { class: "panel-caption" }, h("span", {}, gettext("Timeline")), more),
    h("ul", { class: "timeline" }, ...lines),
  ];
}
