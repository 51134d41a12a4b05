/**
 * The shapes of the desk's frames and answers, as JSDoc types. Nothing runs here.
 */

/** @import { Agent, Id, Row } from "./types.js" */

/** @typedef {"public" | "internal"} Visibility */
/**
 * @typedef {object} Person
 * @property {Id} id
 * @property {string} kind customer, agent, supervisor, bot
 * @property {string | null} mode primary, consult
 * @property {string} name
 * @property {string | null} since
 * @property {boolean} you
 * @property {Id | null} user
 * @property {boolean} [is_added] a consultant who may write to the customer
 */
/** @typedef {{id: Id, name: string, expires_at: string, text: string}} Consult */
/**
 * @typedef {object} OwnPart what the desk knows about a conversation beyond its row
 * @property {"primary" | "consult"} role
 * @property {boolean} is_added
 * @property {Person[]} participants
 * @property {string} notes
 * @property {Consult[]} consults
 * @property {string} queue_name
 * @property {number} earlier
 * @property {{soon: number, breach: number}} unanswered
 */
/** @typedef {{kind: string, at: string} | null} Closes */
/** @typedef {{since: string, text: string} | null} Hand */
/** @typedef {Row & OwnPart & {closes: Closes, hand: Hand}} Entry */
/**
 * @typedef {object} DeskOffer
 * @property {Id} id
 * @property {"work" | "transfer" | "consult"} kind
 * @property {string} state
 * @property {number} units
 * @property {number} units_over
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} offered_by
 * @property {boolean} handed_over
 * @property {string} text
 * @property {Row} conversation
 * @property {string} queue_name
 */
/**
 * @typedef {object} Message
 * @property {number} id
 * @property {string} at
 * @property {{kind: string, name: string}} sender
 * @property {Visibility} visibility
 * @property {string} text
 * @property {string} [sentiment]
 * @property {string} [code]
 * @property {Record<string, unknown>} [params]
 * @property {string} [client_id]
 * @property {boolean} [mine]
 */
/** @typedef {{text: string, text_version: string, acknowledged: boolean}} Notice */
/**
 * @typedef {object} Desk
 * @property {string} server_time
 * @property {string} compared_at
 * @property {string} digest
 * @property {Agent} agent
 * @property {Notice | null} notice
 * @property {DeskOffer[]} offers
 * @property {Entry[]} conversations
 * @property {{name: string, base: string}[]} labels
 * @property {{id: Id, name: string}[]} queues
 * @property {{queue: Id, waiting: number}[]} waiting
 * @property {Row[]} pickable
 * @property {Record<string, Message[]>} [messages]
 */
/**
 * What a frame or an answer did to the store.
 * @typedef {object} DeskChange
 * @property {boolean} whole everything may be different
 * @property {Set<Id>} entries
 * @property {{id: Id, reason: string, entry: Entry}[]} gone
 * @property {DeskOffer[]} offered
 * @property {{offer: DeskOffer, state: string}[]} ended
 * @property {Map<Id, Message[]>} messages
 * @property {boolean} agent
 * @property {boolean} notice
 * @property {boolean} pickable
 */

export {};
