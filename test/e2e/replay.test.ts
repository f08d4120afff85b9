import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { replay } from "#control/replay/replay";
import { BenchLane } from "./bench-lane.ts";
import { entryOf } from "./journal.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const truck = announcedTruck(1);
let lane: BenchLane;

before(async () => {
  const pictures = await picturesOf(truck);
  lane = await BenchLane.running([truck.clearance]);
  lane.admit(truck, pictures);
});

after(() => lane?.close());

test("the journal of a real lane replays byte for byte, over a restart and while the daemon runs", async () => {
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed"));
  await lane.stopDaemon();
  await lane.startDaemon();
  await lane.ready();
  const report = replay(lane.reader, {});
  assert.deepEqual(report.differences, []);
  assert.ok(report.decisions > 0 && report.events > 20, JSON.stringify(report));
  const one = replay(lane.reader, { passage: closed.passage ?? "" });
  assert.deepEqual([one.differences, one.passages], [[], 1]);
});
