import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { VehiclePictures } from "#bench/hardware/pictures";
import type { JournalEntry } from "#contract/journal";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, healthOf, textOf } from "./journal.ts";
import { gone, type LaneProcesses, processesBelow } from "./processes.ts";
import { type AnnouncedTruck, announcedTruck, picturesOf } from "./trucks.ts";

const first = announcedTruck(1);
const second = announcedTruck(2);
const pictures = new Map<AnnouncedTruck, VehiclePictures>();
let lane: BenchLane;

before(async () => {
  for (const truck of [first, second]) pictures.set(truck, await picturesOf(truck));
  lane = await BenchLane.running([first.clearance, second.clearance], {
    // A camera is asked often enough to outlast a restart of the process that asks it.
    policy: (policy) => ({ ...policy, identity: { ...policy.identity, framesPerCamera: 12, recaptureMs: 500 } }),
  });
});

after(() => lane?.close());

/**
 * Sends a truck in and kills one process while its first picture is taken or read. The PLC must hear its watchdog all
 * the while: a control process that waited for another would fall silent.
 */
async function passesWithout(
  part: keyof LaneProcesses,
  truck: AnnouncedTruck,
  killed: () => void = () => undefined,
): Promise<JournalEntry> {
  const from = lane.reader.head().seq;
  const { [part]: victim, control } = processesBelow(lane.pid);
  assert.ok(victim !== undefined, `the ${part} process runs`);
  const seen = pictures.get(truck);
  assert.ok(seen !== undefined);
  let silences = 0;
  const watch = setInterval(() => {
    if (!lane.hardware.gate.watchdogSeen) silences += 1;
  }, 20);
  const toggles = lane.hardware.gate.counters.watchdogToggles;
  lane.admit(truck, seen);
  const opened = await lane.entry("the passage is opened", entryOf("passage.opened"), from);
  process.kill(victim, "SIGKILL");
  await gone([victim]);
  killed();
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed", opened.passage));
  clearInterval(watch);
  assert.equal(silences, 0, "the PLC never missed the watchdog");
  assert.ok(lane.hardware.gate.counters.watchdogToggles > toggles + 4);
  await lane.when(`the ${part} process is brought back`, () => {
    const now = processesBelow(lane.pid)[part];
    return now !== undefined && now !== victim;
  });
  assert.equal(processesBelow(lane.pid).control, control, "control went on");
  return closed;
}

test("F42: the recognition process is killed: the picture is taken again, and the truck passes", async () => {
  const closed = await passesWithout("vision", first);
  assert.equal(textOf(closed, "result"), "PASSED");
  const down = await lane.entry("its end is on record", healthOf("vision", "down", "VISION_DOWN"));
  await lane.entry("so is its return", healthOf("vision", "up"), down.seq);
});

test("F60: the edge process is killed: its pictures are asked for again, and the truck passes", async () => {
  const boot = lane.entries[0]?.boot;
  const cameras = Object.values(lane.hardware.cameras);
  // No picture comes before the kill, however late this process notices that the passage is open.
  for (const { faults } of cameras) faults.silent = "snapshot";
  const closed = await passesWithout("edge", second, () => {
    for (const { faults } of cameras) faults.silent = "never";
  });
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.equal(closed.boot, boot);
  const lost = lane.entries.find(entryOf("read.failed", closed.passage));
  assert.equal(textOf(lost, "event", "code"), "OFFLINE");
  await lane.entry("the link was down meanwhile", entryOf("link.down"));
  await lane.ready();
  lane.commands.verify();
  assert.deepEqual(lane.hardware.boom, { raised: 2, lowered: 2 });
  await lane.expectUpstreamComplete();
});

test("control and edge are killed at once: both are brought back", async () => {
  const { control, edge } = processesBelow(lane.pid);
  assert.ok(control !== undefined && edge !== undefined);
  const { boot } = await lane.status();
  process.kill(control, "SIGKILL");
  process.kill(edge, "SIGKILL");
  await gone([control, edge]);
  const status = await lane.ready();
  assert.notEqual(status.boot, boot);
  assert.deepEqual(lane.hardware.boom, { raised: 2, lowered: 2 }, "a start moves nothing");
});

test("F61: a control process that stands still is ended and brought back; the PLC misses it, and nothing moves", async () => {
  await lane.ready();
  const { control } = processesBelow(lane.pid);
  assert.ok(control !== undefined);
  const { boot } = await lane.status();
  process.kill(control, "SIGSTOP");
  await lane.when("the PLC misses its watchdog", () => !lane.hardware.gate.watchdogSeen);
  await gone([control]);
  await lane.statusWhen("another start is in charge", (status) => status.boot !== boot);
  await lane.ready();
  assert.ok(lane.hardware.gate.watchdogSeen);
  assert.deepEqual(lane.hardware.boom, { raised: 2, lowered: 2 }, "a start moves nothing");
});
