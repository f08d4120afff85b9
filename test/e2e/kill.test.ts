import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { VehiclePictures } from "#bench/hardware/pictures";
import type { JournalEntry } from "#contract/journal";
import type { LanePolicy } from "#lanes/decision/policy";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entering, entryOf, textOf } from "./journal.ts";
import { gone, processesBelow } from "./processes.ts";
import { type AnnouncedTruck, announcedTruck, picturesOf } from "./trucks.ts";

/** The boom, and the place where a truck that stalls here stands: under it, not yet on the exit loop. */
const UNDER_THE_BOOM_M = 35.5;
/** Of the truck's own time, milliseconds: it stands long enough for a restart to happen behind it. */
const SHORT_STALL_MS = 28_000;
const LONG_STALL_MS = 100_000;

const raised = announcedTruck(1);
const decided = announcedTruck(2);
const unseen = announcedTruck(3, { stallAtM: UNDER_THE_BOOM_M, stallForMs: SHORT_STALL_MS });
const watched = announcedTruck(4, { stallAtM: UNDER_THE_BOOM_M, stallForMs: LONG_STALL_MS });
const pictures = new Map<AnnouncedTruck, VehiclePictures>();
let lane: BenchLane;

before(async () => {
  const trucks = [raised, decided, unseen, watched];
  for (const truck of trucks) pictures.set(truck, await picturesOf(truck));
  lane = await BenchLane.running(
    trucks.map(({ clearance }) => clearance),
    { policy: patient },
  );
});

after(() => lane?.close());

/**
 * Pictures are tried until the cameras are reached again, the weight takes long enough to see it coming, and a truck
 * that nobody tells to drive is not waited for long.
 */
function patient(policy: LanePolicy): LanePolicy {
  const identity = { ...policy.identity, recaptureMs: 1500 };
  const weight = { ...policy.weight, stableWindowMs: 1000 };
  return { ...policy, identity, weight, timers: { ...policy.timers, crossingMs: 2000 } };
}

/** Sends a truck in; gives the last entry before it. */
function admit(truck: AnnouncedTruck, as = truck.truck.id): number {
  const seen = pictures.get(truck);
  assert.ok(seen !== undefined);
  const from = lane.reader.head().seq;
  lane.admit({ ...truck, truck: { ...truck.truck, id: as } }, seen);
  return from;
}

const underTheBoom = () => lane.hardware.gate.inputs.loopUnder;

/** The end of the passage that was open at the kill. */
async function ended(passage: string | null, from: number): Promise<JournalEntry> {
  return await lane.entry("the passage ends with a result", entryOf("passage.closed", passage), from);
}

/** The decision, at once: the raise follows a PASS within milliseconds. */
async function passAfter(seq: number): Promise<JournalEntry> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const made = lane.reader.range(seq + 1, 20).find(entryOf("decision.made"));
    if (made !== undefined) {
      assert.equal(decisionIn(made).verdict, "PASS");
      return made;
    }
    await pause(1);
  }
  throw new Error("no decision within 30 s");
}

async function recovered(from: number): Promise<JournalEntry> {
  return await lane.entry("the lane has looked where it stands", entryOf("lane.recovered"), from);
}

test("the supervisor is killed as the raise command arrives: the next start looks, and raises nothing", async () => {
  const { pid } = lane;
  const { control, edge, vision } = processesBelow(pid);
  const stopListening = lane.hardware.gate.onChange((change) => {
    if (change.type === "command") process.kill(pid, "SIGKILL");
  });
  const from = admit(raised);
  await lane.when("the boom was asked to open", () => lane.hardware.boom.raised === 1);
  stopListening();
  await lane.killDaemon();
  await gone([control, edge, vision]);
  await lane.when("the boom is up", () => lane.hardware.gate.inputs.boomOpen);
  assert.equal(lane.hardware.gate.lights.entry, "red", "nobody is asked in while no daemon runs");

  await lane.startDaemon();
  const look = await recovered(from);
  assert.equal(textOf(look, "boom"), "open");
  const outcome = await lane.entry("the open intent is settled", entryOf("barrier.outcome", look.passage), from);
  assert.equal(textOf(outcome, "outcome"), "done");
  await lane.entry("the truck is held, because nobody may tell it to drive", entering("hold"), look.seq);
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
  lane.hardware.backOut();
  const closed = await ended(look.passage, from);
  assert.equal(textOf(closed, "result"), "REFUSED");
  assert.equal(lane.entries.some(entryOf("clearance.consumed", look.passage)), false);
});

test("control is killed with a PASS on the disk: it comes back by itself, and the PASS is void", async () => {
  await lane.ready();
  const before = lane.hardware.boom.raised;
  const from = admit(decided);
  const { control } = processesBelow(lane.pid);
  assert.ok(control !== undefined);
  const weighing = await lane.entry("the truck is weighed", entering("weigh"), from);
  const pass = await passAfter(weighing.seq);
  process.kill(control, "SIGKILL");
  await gone([control]);
  // The command may have been faster than the kill: then the truck is held before an open boom, like the one before.
  const sent = lane.hardware.boom.raised - before;

  const look = await recovered(pass.seq);
  assert.notEqual(look.boot, pass.boot);
  assert.equal(lane.hardware.boom.raised - before, sent, "a start moves nothing");
  await lane.entry("the truck is held", entering("hold"), look.seq);
  if (sent === 0) {
    const anew = await lane.entry("the decision is made anew", entryOf("decision.made"), look.seq);
    assert.equal(decisionIn(anew).input.container?.text, decided.container, "the truck was read again");
    assert.equal(decisionIn(anew).verdict, "HOLD");
    assert.equal(decisionIn(anew).reason, "NO_WEIGHT", "this start has not seen the scale at zero");
  }
  lane.hardware.backOut();
  assert.equal(textOf(await ended(pass.passage, from), "result"), "REFUSED");
  assert.equal(lane.hardware.boom.raised - before, sent);
});

test("the clearance of a PASS that was void is still good, once", async () => {
  await lane.ready();
  const before = lane.hardware.boom.raised;
  const from = admit(decided, "the same truck again");
  const closed = await lane.entry("it passes now", entryOf("passage.closed"), from);
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.equal(lane.hardware.boom.raised, before + 1);
});

test("the supervisor is killed and the truck leaves unseen: nobody says that it passed", async () => {
  await lane.ready();
  const before = lane.hardware.boom;
  const from = admit(unseen);
  await lane.when("the truck is under the boom", underTheBoom);
  const crossing = await lane.entry("the passage is crossing", entering("crossing"), from);
  await lane.killDaemon();
  const raisedOnce = { raised: before.raised + 1, lowered: before.lowered };
  await lane.when("the truck has left", () => lane.trucks.get(unseen.truck.id) === "passed");
  assert.deepEqual(lane.hardware.boom, raisedOnce, "no daemon, no command");

  await lane.startDaemon();
  await recovered(crossing.seq);
  assert.deepEqual(lane.hardware.boom, raisedOnce, "a start moves nothing");
  const closed = await ended(crossing.passage, from);
  assert.equal(textOf(closed, "result"), "UNCERTAIN");
  assert.deepEqual(lane.hardware.boom, { raised: before.raised + 1, lowered: before.lowered + 1 });
});

test("control is killed with a truck under the boom: the boom stays up until the truck has gone", async () => {
  await lane.ready();
  const before = lane.hardware.boom;
  const { control } = processesBelow(lane.pid);
  assert.ok(control !== undefined);
  const from = admit(watched);
  await lane.when("the truck is under the boom", underTheBoom);
  const crossing = await lane.entry("the passage is crossing", entering("crossing"), from);
  process.kill(control, "SIGKILL");

  const look = await recovered(crossing.seq);
  assert.equal(textOf(look, "occupancy", "underBoom"), "occupied", "the truck outlasts the restart");
  assert.equal(lane.hardware.gate.boomPosition, 1);
  await lane.when("the truck drives on", () => !underTheBoom());
  assert.deepEqual(lane.hardware.boom, { raised: before.raised + 1, lowered: before.lowered });
  const closed = await ended(crossing.passage, from);
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.equal(lane.entries.some(entryOf("clearance.consumed", crossing.passage)), true);
  assert.deepEqual(lane.hardware.boom, { raised: before.raised + 1, lowered: before.lowered + 1 });
});

test("the clearance of the truck that left unseen is good for nobody any more", async () => {
  await lane.ready();
  const before = lane.hardware.boom.raised;
  const from = admit(unseen, "another truck with the same papers");
  const made = await lane.entry("the decision", entryOf("decision.made"), from);
  assert.equal(decisionIn(made).verdict, "BLOCK");
  assert.equal(decisionIn(made).reason, "DUPLICATE");
  assert.equal(lane.hardware.boom.raised, before);
});

test("after four kills every command was earned, the chain is whole and operations hold it", async () => {
  lane.commands.verify();
  assert.equal(
    lane.commands.received.every(({ obeyed }) => obeyed),
    true,
  );
  await lane.expectUpstreamComplete();
  assert.equal(await lane.stopDaemon(), 0);
});
