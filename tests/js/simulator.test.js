/**
 * Many seeded schedules of a bad channel: whatever happens, a screen that is wrong knows
 * that it is. `SCHEDULES=100000 node --test tests/js/simulator.test.js` for more,
 * `SEED=17 SCHEDULES=1` for one of them again.
 */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

/** @import { Findings } from "./fixtures/simulation-worker.js" */

const SCHEDULES = Number(process.env.SCHEDULES ?? 20_000);
const FIRST = Number(process.env.SEED ?? 1);
const THREADS = Math.min(4, SCHEDULES, availableParallelism());
const PROGRAM = new URL("./fixtures/simulation-worker.js", import.meta.url);

test(`${SCHEDULES} schedules: equal to the server, or says that it is not live`, async (t) => {
  const findings = await Promise.all(
    Array.from({ length: THREADS }, (_, n) => slice(n)),
  );
  const [live, agreed] = [sum(findings, "live"), sum(findings, "agreed")];
  t.diagnostic(`live again after quiet: ${live}; pulses that agreed: ${agreed}`);
  assert.deepEqual(findings.flatMap(({ faults }) => faults).slice(0, 10), []);
  // Saying "not live" for ever would be safe and useless.
  assert.ok(live >= SCHEDULES * 0.9, `live again: ${live} of ${SCHEDULES}`);
});

/**
 * @param {number} number of the thread
 * @returns {Promise<Findings>}
 */
function slice(number) {
  const share = Math.ceil(SCHEDULES / THREADS);
  const first = FIRST + number * share;
  const last = Math.min(first + share, FIRST + SCHEDULES) - 1;
  const worker = new Worker(PROGRAM, { workerData: { first, last } });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/**
 * @param {Findings[]} findings
 * @param {"live" | "agreed"} name
 */
function sum(findings, name) {
  return findings.reduce((total, finding) => total + finding[name], 0);
}
