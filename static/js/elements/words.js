/** Words for the codes of the interface: one place, all through the catalogue. */

/** @typedef {Record<string, any>} Row */

const STATES = () => ({
  open: gettext("Open"),
  awaiting_acceptance: gettext("Offered"),
  in_conversation: gettext("In conversation"),
  with_bot: gettext("With bot"),
  transfer_pending: gettext("Transfer pending"),
  waiting: gettext("Waiting"),
  wrap_up: gettext("Wrap-up"),
  active: gettext("Active"),
  closed: gettext("Closed"),
});

const CHANNELS = () => ({
  live_chat: gettext("Live chat"),
  persistent_chat: gettext("Persistent chat"),
  sms: gettext("SMS"),
  whatsapp: gettext("WhatsApp"),
  messenger: gettext("Messenger"),
  voice: gettext("Voice"),
  record: gettext("Record"),
});

const MOODS = () => ({
  very_negative: gettext("very negative"),
  negative: gettext("negative"),
  slightly_negative: gettext("slightly negative"),
  neutral: gettext("neutral"),
  slightly_positive: gettext("slightly positive"),
  positive: gettext("positive"),
  very_positive: gettext("very positive"),
  unknown: gettext("unknown"),
});

const TRENDS = () => ({
  falling: gettext("falling"),
  rising: gettext("rising"),
  steady: gettext("steady"),
});

const PRESENCES = () => ({
  available: gettext("available"),
  busy: gettext("busy"),
  do_not_disturb: gettext("do not disturb"),
  away: gettext("away"),
  offline: gettext("offline"),
  inactive: gettext("inactive"),
});

const ACTIONS = () => ({
  monitor: gettext("Monitor"),
  unmonitor: gettext("Stop monitoring"),
  join: gettext("Join"),
  leave: gettext("Leave"),
  stop_reading: gettext("Leave"),
  assign: gettext("Assign"),
  transfer: gettext("Transfer"),
  force_close: gettext("Force close…"),
});

const LEAVINGS = () => ({
  force_closed: gettext("Force closed"),
  out_of_scope: gettext("Left your queues"),
  closed_by_agent: gettext("Closed by the agent"),
  ended_by_agent: gettext("Ended by the agent"),
  ended_by_customer: gettext("Ended by the customer"),
  customer_left: gettext("The customer left"),
  customer_disconnected: gettext("The customer was cut off"),
  auto_closed: gettext("Closed by a timer"),
  ended_by_bot: gettext("Ended by the bot"),
  resolved: gettext("Resolved"),
});

const MODES = () => ({
  primary: gettext("primary"),
  consult: gettext("consultant"),
  reading: gettext("reads along"),
  monitor: gettext("monitoring, unseen"),
  customer: gettext("customer"),
  bot: gettext("bot"),
});

const EVENTS = () => ({
  "conversation.opened": gettext("Conversation opened"),
  "conversation.bot_took": gettext("A bot took it"),
  "conversation.bot_escalated": gettext("The bot passed it on"),
  "conversation.bot_ended": gettext("The bot ended it"),
  "conversation.picked": gettext("Picked from the queue"),
  "conversation.released": gettext("Released to the queue"),
  "conversation.finished": gettext("Ended by the agent"),
  "conversation.customer_ended": gettext("Ended by the customer"),
  "conversation.closed": gettext("Closed"),
  "conversation.waited": gettext("Waits for the customer"),
  "conversation.revived": gettext("Taken up again"),
  "conversation.resolved": gettext("Resolved"),
  "conversation.elevated": gettext("Elevated to voice or video"),
  "conversation.consent_recorded": gettext("Consent recorded"),
  "conversation.force_closed": gettext("Force closed"),
  "conversation.assigned": gettext("Assigned"),
  "conversation.assigned_to_queue": gettext("Assigned to a queue"),
  "conversation.transfer_offered": gettext("Transfer offered"),
  "conversation.auto_closed": gettext("Closed by a timer"),
  "conversation.call_timed_out": gettext("The call timed out"),
  "conversation.overflowed": gettext("Overflow of the queue"),
  "conversation.handed_over": gettext("The agent offers it on"),
  "conversation.handed_over_to_queue": gettext("The agent gave it to a queue"),
  "conversation.transfer_withdrawn": gettext("Transfer taken back"),
  "conversation.agent_lost": gettext("The agent was cut off"),
  "conversation.units_freed": gettext("Units freed"),
  "offer.made": gettext("Offered"),
  "offer.accepted": gettext("Offer accepted"),
  "offer.declined": gettext("Offer declined"),
  "offer.timed_out": gettext("Offer timed out"),
  "message.whispered": gettext("Whispered"),
  "monitoring.started": gettext("Monitoring began"),
  "monitoring.ended": gettext("Monitoring ended"),
  "supervisor.joined": gettext("A supervisor joined"),
  "supervisor.left": gettext("A supervisor left"),
  "consult.asked": gettext("Asked to read along"),
  "consult.accepted": gettext("Reads along"),
  "consult.declined": gettext("Declined to read along"),
  "consult.timed_out": gettext("Did not answer the call for help"),
  "consult.withdrawn": gettext("Call for help taken back"),
  "consult.ended": gettext("The agent ended the help"),
  "consultant.added": gettext("Added to the chat"),
  "consultant.left": gettext("A consultant left"),
  "hand.raised": gettext("The agent asked for help"),
  "hand.lowered": gettext("The call for help was seen to"),
  "notes.saved": gettext("Notes saved"),
  "customer.gone": gettext("The customer's browser is gone"),
  "customer.back": gettext("The customer is back"),
  "customer.rated": gettext("Rated by the customer"),
});

const ACTORS = () => ({
  system: gettext("system"),
  customer: gettext("customer"),
  agent: gettext("agent"),
  supervisor: gettext("supervisor"),
  bot: gettext("bot"),
});

/** @param {string} code */
export const stateWord = (code) => look(STATES(), code);
/** @param {string} code */
export const channelWord = (code) => look(CHANNELS(), code);
/** @param {string} code */
export const moodWord = (code) => look(MOODS(), code);
/** @param {string} code */
export const trendWord = (code) => look(TRENDS(), code);
/** @param {string} code */
export const presenceWord = (code) => look(PRESENCES(), code);
/** @param {string} code */
export const actionWord = (code) => look(ACTIONS(), code);
/** @param {string} code */
export const modeWord = (code) => look(MODES(), code);
/** @param {string} code */
export const eventWord = (code) => look(EVENTS(), code);
/** @param {string} name of a person, or what kind of actor it was */
export const actorWord = (name) =>
  /** @type {Record<string, string>} */ (ACTORS())[name] ?? name;

export const choices = {
  state: STATES,
  channel: CHANNELS,
  sentiment: MOODS,
};

/**
 * Which shape and word a row's state has.
 * @param {Row} row
 */
export function stateOf(row) {
  if (row.phase) return row.phase;
  return row.state;
}

/**
 * The state in words; a pending transfer names its target.
 * @param {Row} row
 * @param {(id: unknown) => string} agentName
 */
export function stateText(row, agentName) {
  const code = stateOf(row);
  if (code === "transfer_pending" && row.offer) {
    return interpolate(gettext("To %s"), [agentName(row.offer.agent)]);
  }
  return stateWord(code);
}

/**
 * Why a row is leaving the list.
 * @param {{reason: string, by?: string}} leaving
 */
export function leavingText({ reason, by }) {
  if (by) return interpolate(gettext("Force closed by %s"), [by]);
  return LEAVINGS()[/** @type {"resolved"} */ (reason)] ?? gettext("Closed");
}

/**
 * @param {Record<string, string>} words
 * @param {string} code
 */
function look(words, code) {
  return words[code] ?? readable(code);
}

/** @param {string} code */
function readable(code) {
  const text = String(code ?? "").replace(/[._]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
