import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TextReading } from "#contract/reading";
import {
  cached,
  clearance,
  containerReading,
  DECLARED_KG,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  plateReading,
  policyWith,
  TARE_KG,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import { boomFalls, boomRises, drivesUnder, standsOnScale } from "../vehicle.ts";

const SECOND = cached(
  clearance({
    id: "CL-2",
    containers: [{ number: OTHER_CONTAINER, empty: false, tareKg: 2200, declaredGrossKg: DECLARED_KG }],
    vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: TARE_KG },
  }),
);
const OTHER: Record<string, readonly (readonly TextReading[])[]> = {
  front: [[plateReading(OTHER_TRACTOR)]],
  side: [[containerReading(OTHER_CONTAINER)]],
};
const entry = (lane: Lane) => lane.state.entryLight;

/** The first vehicle has its nose over the exit loop and its tail off the deck; the boom is open. */
function firstDrivesOut(pipelined = true): Lane {
  const policy = policyWith({ pipelined });
  const lane = boomRises(standsOnScale(new Lane({ clearances: [cached(), SECOND] }, policy).ready()));
  drivesUnder(lane).wait(2000).gate({ loopExit: true }).scale("empty").gate({ eyeScaleRear: false });
  lane.world.pictures = OTHER;
  return lane;
}
const secondArrives = (lane: Lane) => lane.gate({ loopArrival: true }).wait(600);
const secondOnDeck = (lane: Lane) => lane.gate({ loopArrival: false, eyeScaleFront: false }).scale("loaded");
const firstIsGone = (lane: Lane) => boomFalls(lane.gate({ loopUnder: false }).wait(600)).gate({ loopExit: false });

describe("while the first vehicle drives out", () => {
  test("the next is asked in only where the policy says so", () => {
    assert.equal(entry(firstDrivesOut(false)), "red");
    assert.equal(entry(firstDrivesOut()), "green");
    const alone = secondArrives(firstDrivesOut(false));
    assert.equal(alone.state.next, null);
  });

  test("nobody is asked in before its tail has left the deck and its nose is over the exit loop", () => {
    const policy = policyWith({ pipelined: true });
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }, policy).ready()));
    assert.equal(entry(drivesUnder(lane)), "red");
    assert.equal(entry(lane.gate({ loopExit: true })), "red", "still on the deck");
    assert.equal(entry(lane.scale("empty")), "red", "the rear photo-eye is still broken");
    assert.equal(entry(lane.gate({ eyeScaleRear: false })), "green");
  });

  test("the next has a passage of its own, and is read and not judged", () => {
    const lane = secondArrives(firstDrivesOut());
    assert.deepEqual([lane.passage.id, lane.phase], ["P000001", "crossing"]);
    assert.deepEqual([lane.state.next?.id, lane.state.next?.phase], ["P000002", "identify"]);
    assert.equal(entry(lane), "red");
    assert.deepEqual(
      lane.state.next?.reads.map(({ text }) => text),
      [OTHER_TRACTOR],
    );
    lane.post({ type: "plate-seen", device: "front", plate: OTHER_TRACTOR, confidence: 0.9 });
    assert.equal(lane.state.next?.reads.length, 2);
    assert.equal(lane.passage.reads.length, 2, "nothing of that is taken for the first");
    assert.equal(lane.records("decision.made").length, 1);
  });

  test("each passes on a clearance of its own, with the boom down in between", () => {
    const lane = secondOnDeck(secondArrives(firstDrivesOut()));
    assert.deepEqual(lane.booms, ["raise-boom"]);
    firstIsGone(lane);
    assert.equal(lane.result, "PASSED");
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom", "raise-boom"]);
    assert.equal(lane.passage.id, "P000002");
    assert.equal(lane.consumption("CL-1"), "consumed");
    assert.equal(lane.consumption("CL-2"), "reserved");
  });

  test("a second one with the papers of the first does not pass on them", () => {
    const lane = firstDrivesOut();
    lane.world.pictures = new Lane().world.pictures;
    firstIsGone(secondOnDeck(secondArrives(lane))).wait(30_000);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    assert.equal(lane.lastDecision.reason, "DUPLICATE");
  });

  test("the next that backs out again is over with, and the first is not", () => {
    const lane = secondArrives(firstDrivesOut()).gate({ loopArrival: false }).wait(3000);
    assert.equal(lane.state.next, null);
    assert.equal(lane.records("passage.closed")[0]?.["result"], "ABANDONED");
    assert.equal(lane.phase, "crossing");
    assert.equal(lane.consumption("CL-1"), "reserved");
  });

  test("a picture of the first that comes late is not taken for the next", () => {
    const lane = secondArrives(firstDrivesOut());
    const evidence = { sha256: "e".repeat(64), bytes: 1, takenAt: 0 };
    const late = { type: "capture-result", captureId: "P000001-1", passage: "P000001", camera: "front" } as const;
    lane.post({ ...late, evidence, readings: [plateReading("98C54321")], modelHash: "", elapsedMs: 1 });
    assert.ok(!lane.state.next?.reads.some(({ text }) => text === "98C54321"));
  });
});

describe("two vehicles are in the lane and", () => {
  test("the gate cannot be read: the second is found again, and identified anew", () => {
    const lane = secondOnDeck(secondArrives(firstDrivesOut())).lose("gate");
    assert.equal(lane.state.next, null);
    lane.gate({}).scale("loaded");
    firstIsGone(lane.gate({ loopUnder: false })).wait(5000);
    assert.notEqual(lane.passage.id, "P000002");
    assert.equal(lane.consumption("CL-1"), "consumed");
    assert.equal(lane.passage.decision?.clearance, "CL-2");
  });

  test("the daemon restarts: the same", () => {
    const lane = secondOnDeck(secondArrives(firstDrivesOut())).restart();
    lane.link(true).scale("loaded").gate({});
    firstIsGone(lane).wait(5000);
    assert.equal(lane.consumption("CL-1"), "consumed");
    assert.equal(lane.passage.decision?.clearance, "CL-2");
  });
});

test("a vehicle that is on the deck without having been seen to arrive is taken up", () => {
  const lane = new Lane({ clearances: [cached()] }).ready().scale("loaded").wait(600);
  assert.equal(lane.phase, "opening");
});
