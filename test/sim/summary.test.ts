import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { NOT_REACHABLE } from "#bench/sim/check/not-reachable";
import { EXPECTED, neverReached } from "#bench/sim/check/sometimes";
import { wilson } from "#bench/sim/summary";

const MAIN = fileURLToPath(new URL("../../src/bench/sim/main.ts", import.meta.url));

test("what was never reached is named, without what is known not to be reachable", () => {
  const [first = ""] = EXPECTED.filter((name) => NOT_REACHABLE[name] === undefined);
  assert.ok(neverReached(new Set()).includes(first));
  assert.deepEqual(neverReached(new Set(EXPECTED)), []);
  for (const name of Object.keys(NOT_REACHABLE)) assert.ok(EXPECTED.includes(name), `${name} does not exist any more`);
});

test("the interval of a share is Wilson's", () => {
  assert.deepEqual(wilson(0, 0), [0, 1]);
  assert.deepEqual(wilson(95, 100), [0.8882, 0.9785]);
  assert.deepEqual(wilson(100, 100), [0.963, 1]);
});

test("the command prints one summary and says by its exit code whether every promise was kept", () => {
  const args = [MAIN, "--seeds", "2", "--from", "1", "--vehicles", "10", "--workers", "1", "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  assert.equal(status, 0, stderr);
  assert.equal(summary.seeds, 2);
  assert.equal(summary.ok, true);
  assert.equal(summary.violations, 0);
});

test("days are added until there are as many passages as were asked for, and the bound is the rule of three", () => {
  const args = [MAIN, "--passages", "25", "--vehicles", "10", "--workers", "1", "--fast", "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  assert.equal(status, 0, stderr);
  assert.ok(summary.passages >= 25 && summary.seeds >= 2, JSON.stringify(summary));
  assert.equal(summary.wrongPassPerMillionAtMost, Math.round((3e6 / summary.passages) * 100) / 100);
});
