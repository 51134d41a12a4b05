/**
 * The order-free fingerprint of everything on the screen: XOR of an 8-byte BLAKE2b
 * of each thing's kind, id and version, the same as the server's.
 */
import { blake2b } from "@noble/hashes/blake2.js";

/** @typedef {"c" | "a" | "q"} Kind */

const encoder = new TextEncoder();
const EIGHT_BYTES = { dkLen: 8 };

export class Digest {
  #high = 0;
  #low = 0;

  /**
   * Put a thing in, or take it out again: XOR is its own inverse.
   * @param {Kind} kind
   * @param {number} id
   * @param {number} version
   */
  toggle(kind, id, version) {
    this.turn(`${kind}:${id}:${version}`);
  }

  /** @param {string} name of a thing as it is: kind, id, whatever tells it from before */
  turn(name) {
    const hash = blake2b(encoder.encode(name), EIGHT_BYTES);
    const view = new DataView(hash.buffer, hash.byteOffset, 8);
    this.#high ^= view.getUint32(0);
    this.#low ^= view.getUint32(4);
  }

  /** 16 hex digits; all zeros for nothing. */
  get hex() {
    return word(this.#high) + word(this.#low);
  }

  reset() {
    this.#high = 0;
    this.#low = 0;
  }
}

/** @param {number} bits */
function word(bits) {
  return (bits >>> 0).toString(16).padStart(8, "0");
}
