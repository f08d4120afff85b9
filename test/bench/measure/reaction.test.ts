import assert from "node:assert/strict";
import { test } from "node:test";
import { measureReaction } from "#bench/measure/reaction";

test("the reaction of the real control process is measured, truck after truck", async () => {
  const done: number[] = [];
  const { rounds, readingToCommandMs, breakdownMs } = await measureReaction(2, (round) => done.push(round));
  assert.equal(rounds, 2);
  assert.deepEqual(done, [1, 2]);
  for (const { p50, p99 } of [readingToCommandMs, ...Object.values(breakdownMs)]) assert.ok(p50 > 0 && p99 >= p50);
});
