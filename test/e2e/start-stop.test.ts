import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BenchLane } from "./bench-lane.ts";
import { gone, type LaneProcesses, processesBelow } from "./processes.ts";
import { until } from "./until.ts";

const LANED = fileURLToPath(new URL("../../src/daemon/main.ts", import.meta.url));
let lane: BenchLane;

before(async () => {
  lane = await BenchLane.open([]);
});

after(() => lane?.close());

/** A laned of its own for the same configuration, with what it logs. */
function laned(): { readonly child: ChildProcess; readonly log: Promise<string> } {
  const child = spawn(process.execPath, [LANED, "--config", lane.files.config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  assert.ok(child.stderr !== null);
  return { child, log: text(child.stderr) };
}

for (const part of ["control", "edge", "vision"] as const) {
  test(`SIGTERM while the ${part} process starts ends the daemon in order`, async () => {
    const { child, log } = laned();
    const exited = once(child, "exit");
    let below: LaneProcesses = {};
    await until(`the ${part} process runs`, () => {
      below = processesBelow(child.pid ?? 0);
      return below[part] !== undefined;
    });
    child.kill("SIGTERM");
    const [code, signal] = await exited;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, await log);
    await gone(Object.values(below));
  });
}

test("a second daemon for the same lane is refused before it touches anything", async () => {
  await lane.startDaemon();
  const { boot } = await lane.ready();
  const second = laned();
  const [code] = await once(second.child, "exit");
  assert.equal(code, 70);
  assert.match(await second.log, /another laned/);
  const status = await lane.ready();
  assert.equal(status.boot, boot, "the first goes on");
  const ours = lane.reader.range(1, 1000).filter((entry) => entry.type === "lane.started" && entry.boot === boot);
  assert.equal(
    lane.reader.range(ours[0]?.seq ?? 0, 1000).every((entry) => entry.boot === boot),
    true,
  );
  assert.equal((await lane.reader.verify()).ok, true);
});
