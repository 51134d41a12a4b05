/** The order of the rows while somebody works in them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { longestRise, RowOrder } from "../../static/js/elements/row-order.js";

test("without a hand in the list its content decides", () => {
  const order = new RowOrder();
  assert.equal(order.compareHeld(1, 2), null);
  order.hold([2, 1]);
  order.release();
  assert.equal(order.compareHeld(1, 2), null);
});

test("held, rows stand where they stood, and newcomers at the end as they come", () => {
  const order = new RowOrder();
  order.hold([30, 10, 20]);
  const compare = (/** @type {number} */ a, /** @type {number} */ b) =>
    Number(order.compareHeld(a, b));
  assert.ok(compare(40, 10) > 0);
  assert.deepEqual([5, 40, 10, 20, 30].sort(compare), [30, 10, 20, 40, 5]);
});

test("another view was asked for: nothing of the old order counts", () => {
  const order = new RowOrder();
  order.hold([2, 1]);
  order.forget();
  assert.equal(order.held, true);
  assert.equal(order.compareHeld(1, 2), null);
  assert.equal(order.keeps(1), false);
});

test("it counts the rows that would stand elsewhere", () => {
  const order = new RowOrder();
  order.hold([1, 2, 3, 4]);
  order.compare([4, 1, 2, 3]);
  assert.equal(order.moved, 1);
  assert.equal(longestRise([3, 1, 2]), 2);
});
