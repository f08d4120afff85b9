import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryOf, slopeOf, soakVision } from "#bench/measure/vision-soak";
import { soakText } from "#bench/measure/vision-soak-command";

test("the slope is that of the straight line through the values", () => {
  assert.equal(slopeOf([5, 7, 9, 11]), 2);
  assert.equal(slopeOf([3, 3, 3]), 0);
  assert.equal(slopeOf([4]), 0);
  assert.equal(slopeOf([]), 0);
  assert.ok(Math.abs(slopeOf([0, 10, 0, 10]) - 2) < 1e-9);
});

test("the memory of a process is told, and that of none is not", async () => {
  const own = await memoryOf(process.pid);
  if (process.platform === "linux") assert.ok(own !== null && own.resident > 10e6 && own.peak >= own.resident);
  assert.equal(await memoryOf(undefined), null);
});

test("every picture is read by one child, and its time and memory are told", async () => {
  const seen: number[] = [];
  const figures = await soakVision({ pictures: 20, threads: 1, progress: (done) => seen.push(done) });
  assert.deepEqual([figures.pictures, figures.restarts, figures.failed], [20, 0, 0]);
  assert.equal(seen.at(-1), 20);
  assert.deepEqual(Object.keys(figures.latencyMs).sort(), ["container", "plate"]);
  for (const { p50, p99 } of Object.values(figures.latencyMs)) assert.ok(p50 !== null && p99 !== null && p99 >= p50);
  const text = soakText(figures);
  assert.match(text, /20 pictures, 1 thread\(s\); 0 restarts, 0 failed/);
  if (process.platform === "linux") assert.match(text, /memory +\d+ MB at most/);
});
