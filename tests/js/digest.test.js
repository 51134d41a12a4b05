/** The fingerprint is the server's own: literals are from Python's hashlib.blake2b. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Digest } from "../../static/js/lib/digest.js";

test("nothing on the screen is all zeros", () => {
  assert.equal(new Digest().hex, "0000000000000000");
});

test("a single thing has the digest that Python computes for it", () => {
  const vectors = /** @type {const} */ ([
    ["c", 1, 1, "b5e82caadc0132a0"],
    ["c", 7, 41, "50a541c74eebd90d"],
    ["c", 10000, 123456789, "4eff71b8f7135323"],
    ["a", 3, 2, "759605e4536f9a7e"],
    ["q", 5, 9, "dcb3b3e996107734"],
  ]);
  for (const [kind, id, version, expected] of vectors) {
    const digest = new Digest();
    digest.toggle(kind, id, version);
    assert.equal(digest.hex, expected);
  }
});

test("several things are combined without regard to their order", () => {
  const digest = new Digest();
  digest.toggle("q", 5, 9);
  digest.toggle("c", 7, 41);
  digest.toggle("a", 3, 2);
  digest.toggle("c", 1, 1);
  assert.equal(digest.hex, "4c68db60579506e7");
});

test("two thousand conversations have the digest that Python computes", () => {
  const digest = new Digest();
  for (let id = 1; id <= 2000; id += 1) digest.toggle("c", id, id * 7);
  assert.equal(digest.hex, "29d70519c5afc78f");
});

test("what is toggled twice is out again, and reset takes out everything", () => {
  const digest = new Digest();
  digest.toggle("c", 1, 1);
  digest.toggle("a", 3, 2);
  digest.toggle("c", 1, 1);
  assert.equal(digest.hex, "759605e4536f9a7e");
  digest.reset();
  assert.equal(digest.hex, "0000000000000000");
});
