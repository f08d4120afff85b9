import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { replayCommand, runCase } from "#bench/fuzz/case";
import { type FuzzTarget, must } from "#bench/fuzz/target";
import { allTargets } from "#bench/fuzz/targets/all";

const MAIN = fileURLToPath(new URL("../../../src/bench/fuzz/main.ts", import.meta.url));
const fuzz = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

describe("fuzzing", async () => {
  for (const target of await allTargets()) {
    it(`${target.name} keeps its promises over 400 hostile inputs, and takes its good ones`, () => {
      for (let number = 0; number < 400; number += 1) {
        assert.equal(
          runCase(target, 20_260_501, number)?.what,
          undefined,
          replayCommand(20_260_501, target.name, number),
        );
      }
    });
  }

  it("finds a parser that takes what it should refuse, and the same case again from its number", () => {
    const careless: FuzzTarget = {
      name: "careless",
      seeds: [Buffer.from("ST,GS,+0032480kg")],
      maxBytes: 100,
      run: (input) => must(!Number.isNaN(Number.parseFloat(input.toString("latin1").slice(6, 14))), "no number"),
    };
    const numbers = Array.from({ length: 300 }, (_, number) => number);
    const failing = numbers.filter((number) => runCase(careless, 1, number) !== undefined);
    assert.ok(failing.length > 0);
    const [first = 0] = failing;
    assert.deepEqual(runCase(careless, 1, first), runCase(careless, 1, first));
    const inputs = new Set(failing.map((number) => runCase(careless, 1, number)?.input.toString("hex")));
    assert.ok(inputs.size > failing.length / 2, "the cases differ");
  });

  it("runs as a command: a report, one case again, and an unknown parser", () => {
    const run = fuzz("--seconds", "1", "--seed", "5", "--json", "--target", "seal-reader-lines");
    assert.equal(run.status, 0, run.stderr);
    const report: { seed: number; cases: number; failures: unknown[] } = JSON.parse(run.stdout);
    assert.ok(report.seed === 5 && report.cases > 0 && report.failures.length === 0);
    const again = fuzz("--seed", "5", "--target", "seal-reader-lines", "--case", "3");
    assert.equal(again.status, 0);
    assert.match(again.stdout, /case 3 of seed 5 passes/);
    assert.equal(fuzz("--target", "no-such").status, 2);
  });
});
