import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { measureCore } from "#bench/measure/core";

const MAIN = fileURLToPath(new URL("../../../src/bench/measure/main.ts", import.meta.url));

test("the core is measured: events, decisions as announced and misread, and the list in slices", async () => {
  const { events, stepEventsPerSecond, checkedEventsPerSecond, decision } = await measureCore({
    forMs: 20,
    clearances: 600,
    decisions: 50,
  });
  assert.ok(events > 5000, `${events} events in a day`);
  for (const rate of [stepEventsPerSecond, checkedEventsPerSecond]) assert.ok(rate > 0 && Number.isFinite(rate));
  assert.equal(decision.clearances, 600);
  for (const { p50, p99, most } of [decision.exactMs, decision.fuzzyMs])
    assert.ok(p50 > 0 && p50 <= p99 && p99 <= most);
  assert.ok(decision.list.longestSliceMs > 0 && decision.list.longestSliceMs <= decision.list.buildMs);
});

test("the command says what it measures, and refuses what is no number", () => {
  const help = spawnSync(process.execPath, [MAIN, "core", "--help"], { encoding: "utf8" });
  assert.match(help.stdout, /npm run bench -- core/);
  const wrong = spawnSync(process.execPath, [MAIN, "core", "--clearances", "many"], { encoding: "utf8" });
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /a whole number, 100 to 1000000/);
});
