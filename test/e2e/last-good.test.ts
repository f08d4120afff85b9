import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, textOf } from "./journal.ts";
import { lanectl } from "./lanectl.ts";
import { processesBelow } from "./processes.ts";

const LANED = fileURLToPath(new URL("../../src/daemon/main.ts", import.meta.url));

let lane: BenchLane;
let good: string;
let halfWritten: string;

before(async () => {
  lane = await BenchLane.open([]);
  good = readFileSync(lane.files.config, "utf8");
  // Cut where the weighbridge stands: it still reads as YAML, and is no lane any more.
  halfWritten = good.slice(0, good.indexOf("scale:"));
});

after(() => lane?.close());

/** Starts laned as somebody would by hand, and waits for its end. */
const byHand = (...more: string[]) =>
  spawnSync(process.execPath, [LANED, "--config", lane.files.config, ...more], { encoding: "utf8", timeout: 60_000 });

test("F56: a first start on a file with errors starts nothing, and says why there is nothing to run on instead", () => {
  writeFileSync(lane.files.config, halfWritten);
  const { status, stderr } = byHand("--last-good", lane.files.dataDir);
  assert.equal(status, 78);
  assert.match(stderr, /upstream\n/);
  assert.match(stderr, /laned: nothing was started; --last-good .*: there is no copy in the folder/);
});

test("F56: a lane file half written while the lane runs: processes that die come back on what the lane runs on", async () => {
  writeFileSync(lane.files.config, good);
  await lane.startDaemon("--last-good", lane.files.dataDir);
  const { boot, configHash } = await lane.ready();
  writeFileSync(lane.files.config, halfWritten);
  const { control } = processesBelow(lane.pid);
  assert.ok(control !== undefined);
  process.kill(control, "SIGKILL");
  const again = await lane.statusWhen("the lane is back and fit", (one) => {
    return one.boot !== boot && one.mode === "auto" && one.link.up && one.devices.every(({ state }) => state === "up");
  });
  assert.equal(again.configHash, configHash);
  assert.equal(again.configuration, undefined, "it never ran on anything else");
});

test("F56: a start on a file with errors runs on the last good configuration, and says so everywhere", async () => {
  const { configHash } = await lane.status();
  assert.equal(await lane.stopDaemon(), 0);
  const from = lane.entries.at(-1)?.seq ?? 0;
  await lane.startDaemon("--last-good", lane.files.dataDir);
  const { configuration, configHash: runs } = await lane.ready();
  assert.equal(runs, configHash);
  assert.match(configuration?.detail ?? "", /last good configuration, of .*lane\.yaml: upstream is missing/);
  const { stdout } = await lanectl(lane.files.socket, "status");
  assert.match(stdout, /configuration +the lane runs on its last good configuration/);
  assert.match(stdout, /lanectl config check .*; then start laned again/);
  const entry = await lane.entry("it stands in the journal", entryOf("lane.configuration"), from);
  assert.equal(textOf(entry, "configHash"), configHash);
  await lane.when("operations hold the entry", () =>
    lane.operations.entries("lane-1").some(({ type }) => type === "lane.configuration"),
  );
});

test("a second laned on a lane says plainly who runs it, and disturbs nothing", async () => {
  writeFileSync(lane.files.config, good);
  const { status, stderr } = byHand();
  assert.equal(status, 70);
  assert.match(stderr, new RegExp(`run by another laned already; stop that one first: process ${lane.pid} runs`));
  assert.equal((await lane.status()).mode, "auto");
});

test("F56: by hand without the option nothing is started, and a copy that was altered is not run on", async () => {
  assert.equal(await lane.stopDaemon(), 0);
  writeFileSync(lane.files.config, halfWritten);
  const plain = byHand();
  assert.equal(plain.status, 78);
  assert.match(plain.stderr, /laned: nothing was started\n/);
  const copy = join(lane.files.dataDir, "last-good.json");
  writeFileSync(copy, readFileSync(copy, "utf8").replace("EXPORT", "IMPORT"));
  const altered = byHand("--last-good", lane.files.dataDir);
  assert.equal(altered.status, 78);
  assert.match(altered.stderr, /the copy in the folder is damaged/);
});
