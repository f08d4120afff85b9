import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { DiskAndClockShim, ERRNO } from "#bench/faults/shim";

const folder = mkdtempSync(join(tmpdir(), "gatelane-shim-"));
const target = join(folder, "disk");
mkdirSync(target);
const log = join(folder, "changes");
const shim = DiskAndClockShim.build({ folder, target, log });
after(() => {
  shim?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program behind the shim; its answer is one JSON value. */
function behind(program: string): unknown {
  const env = { ...process.env, ...shim?.environment };
  const code = `const fs = require("node:fs"); const target = ${JSON.stringify(target)}; ${program}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { env, encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout);
}

const trying = (action: string) => `let code = null; try { ${action} } catch (error) { code = error.code; }`;
const say = (what: string) => `process.stdout.write(JSON.stringify(${what}));`;

describe("the disk and the clock of another process", { skip: shim === undefined && "no C compiler" }, () => {
  test("its wall clock is shifted, its monotonic one is not", () => {
    shim?.shiftClock(-3_600_000);
    const wall = behind(say("Date.now()")) as number;
    shim?.shiftClock(0);
    assert.ok(Math.abs(Date.now() - 3_600_000 - wall) < 60_000);
    assert.ok(Math.abs(Date.now() - (behind(say("Date.now()")) as number)) < 60_000);
  });

  test("writes below the folder fail as told, others do not", () => {
    const write = (place: string) => `${trying(`fs.writeFileSync(${place}, "x");`)} ${say("code")}`;
    shim?.failWrites(ERRNO.ENOSPC);
    assert.equal(behind(write(`target + "/full"`)), "ENOSPC");
    assert.equal(behind(write(`target + "-beside"`)), null);
    shim?.failWrites(0);
    assert.equal(behind(write(`target + "/full"`)), null);
  });

  test("flushes fail as told, and take as long as told", () => {
    const flush = `const file = fs.openSync(target + "/flushed", "w"); const began = performance.now();
      ${trying("fs.fsyncSync(file);")} ${say("{ code, ms: performance.now() - began }")}`;
    shim?.failFlushes(ERRNO.EIO);
    assert.equal((behind(flush) as { code: unknown }).code, "EIO");
    shim?.failFlushes(0);
    shim?.slowFlushes(200);
    const { code, ms } = behind(flush) as { code: unknown; ms: number };
    shim?.slowFlushes(0);
    assert.equal(code, null);
    assert.ok(ms >= 200);
  });

  test("what is written is recorded, with its content", () => {
    behind(`fs.writeFileSync(target + "/known", "a sentence to be found"); ${say("0")}`);
    assert.ok(readFileSync(log, "latin1").includes("a sentence to be found"));
  });
});
