/**
 * The fingerprint of the desk: the agent, each conversation with its last message, and
 * each offer, the same as the server's.
 */
import { Digest } from "./digest.js";

/** @import { Agent, Id, Versioned } from "./types.js" */

/**
 * @param {Agent | null} agent
 * @param {Iterable<Versioned>} entries
 * @param {Iterable<Id>} offers
 * @param {(id: Id) => number} lastMessage 0 for none
 */
export function digestOf(agent, entries, offers, lastMessage) {
  const digest = new Digest();
  if (agent) digest.turn(`a:${agent.id}:${agent.version}`);
  for (const { id, version } of entries) {
    digest.turn(`c:${id}:${version}:${lastMessage(id)}`);
  }
  for (const id of offers) digest.turn(`o:${id}`);
  return digest.hex;
}
