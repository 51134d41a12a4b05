/**
 * A name that nobody else gives: of a command, of a message.
 */

/** Without `crypto.randomUUID`, which a page without TLS does not have. */
export function randomKey() {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
