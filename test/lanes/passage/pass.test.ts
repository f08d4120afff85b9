import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CONTAINER,
  cached,
  clearance,
  containerReading,
  OTHER_CONTAINER,
  plateReading,
  policyWith,
  TARE_KG,
  TRACTOR,
  TRAILER,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import {
  arrives,
  boomFalls,
  boomRises,
  drivesOnToScale,
  drivesOut,
  drivesUnder,
  isJudged,
  standsOnScale,
} from "../vehicle.ts";

const cleared = (world: ConstructorParameters<typeof Lane>[0] = {}) =>
  new Lane({ clearances: [cached()], ...world }).ready();

describe("a cleared vehicle", () => {
  test("passes, and its clearance is used up", () => {
    const lane = cleared();
    assert.equal(lane.state.entryLight, "green");
    standsOnScale(lane);
    assert.equal(lane.phase, "opening");
    assert.equal(lane.state.entryLight, "red");
    assert.equal(lane.consumption(), "reserved");
    boomRises(lane);
    assert.equal(lane.phase, "crossing");
    assert.equal(lane.state.exitLight, "green");
    drivesOut(drivesUnder(lane));
    assert.equal(lane.state.exitLight, "red");
    lane.wait(600);
    assert.equal(lane.phase, "closing");
    boomFalls(lane);
    assert.equal(lane.phase, null);
    assert.equal(lane.result, "PASSED");
    assert.equal(lane.consumption(), "consumed");
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    assert.equal(lane.state.entryLight, "green");
  });

  test("is looked at until its trailer is read, where the policy compares trailers", () => {
    const trailer = { ...plateReading(TRAILER), plateKind: "trailer" as const };
    const clearances = [cached({ vehicle: { tractorPlate: TRACTOR, trailerPlate: TRAILER, tareKg: TARE_KG } })];
    const side = [[containerReading(CONTAINER)]];
    const policy = policyWith({ clearance: { trailerMustMatch: true } });
    const tractorFirst = [[plateReading(TRACTOR)], [plateReading(TRACTOR)], [plateReading(TRACTOR), trailer]];
    const seen = isJudged(new Lane({ clearances, pictures: { front: tractorFirst, side } }, policy).ready());
    assert.equal(seen.lastDecision.verdict, "PASS");
    const unseen = isJudged(
      new Lane({ clearances, pictures: { front: [[plateReading(TRACTOR)]], side } }, policy).ready(),
    );
    assert.deepEqual([unseen.lastDecision.verdict, unseen.lastDecision.reason], ["HOLD", "TRAILER_UNREAD"]);
  });

  test("is reported to customs with the time it is due", () => {
    const lane = cleared();
    boomFalls(drivesOut(drivesUnder(boomRises(standsOnScale(lane)))).wait(600));
    const [report] = lane.records("report.due");
    assert.equal(report?.["form"], 21);
    assert.equal(report["clearance"], "CL-1");
    assert.equal(report["dueBy"], lane.utc + 30 * 60_000);
  });

  test("gets the boom raised only after its PASS is on the disk", () => {
    const lane = cleared({ diskIsFast: false });
    standsOnScale(lane);
    assert.equal(lane.phase, "armed");
    assert.equal(lane.lastDecision.verdict, "PASS");
    lane.wait(5000);
    assert.deepEqual(lane.booms, []);
    lane.answers();
    assert.deepEqual(lane.booms, ["raise-boom"]);
    const order = lane.journal.map(({ entry }) => entry).filter((entry) => /decision|reserved|barrier/.test(entry));
    assert.deepEqual(order, ["decision.made", "clearance.reserved", "barrier.command"]);
  });

  test("keeps the boom up for as long as anything is under it", () => {
    const lane = drivesUnder(boomRises(standsOnScale(cleared())));
    lane.wait(3_600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ loopUnder: false, curtain: true, loopExit: true, eyeScaleRear: false }).scale("empty").wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ curtain: false }).wait(499);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.wait(1);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("is followed by the next one under a passage of its own", () => {
    const lane = cleared();
    boomFalls(drivesOut(drivesUnder(boomRises(standsOnScale(lane)))).wait(600));
    lane.gate({ loopExit: false });
    arrives(lane);
    assert.equal(lane.passage.id, "P000002");
    assert.deepEqual(
      lane.passage.reads.map(({ text }) => text),
      [TRACTOR],
    );
    drivesOnToScale(lane).wait(30_000);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.lastDecision.verdict, "BLOCK");
    assert.equal(lane.lastDecision.reason, "DUPLICATE");
  });
});

describe("identification", () => {
  test("goes on with a second picture when the first shows nothing", () => {
    const lane = cleared({
      pictures: { front: [[], [plateReading(TRACTOR)]], side: [null, [containerReading(CONTAINER)]] },
    });
    standsOnScale(lane);
    assert.equal(lane.phase, "decide");
    assert.deepEqual(lane.booms, []);
    lane.wait(1100);
    assert.equal(lane.phase, "opening");
    assert.deepEqual(
      lane.captures.map(({ camera }) => camera),
      ["front", "front", "side", "side"],
    );
  });

  test("stops taking pictures once both identities name one clearance", () => {
    const lane = standsOnScale(cleared());
    lane.wait(5000);
    assert.equal(lane.captures.length, 2);
  });

  test("ends when the frames of every camera are used up", () => {
    const lane = cleared({ pictures: { front: [[plateReading(TRACTOR)]], side: [[]] } });
    standsOnScale(lane).wait(6000);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.captures.filter(({ camera }) => camera === "side").length, 5);
  });

  test("ends at its time limit when a camera never answers", () => {
    const lane = cleared({ pictures: { front: [[plateReading(TRACTOR)]], side: [] } });
    standsOnScale(lane).wait(19_999);
    assert.equal(lane.phase, "decide");
    lane.wait(1);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.lastDecision.reason, "NO_CONTAINER");
  });

  test("leaves aside a picture that was asked for another vehicle", () => {
    const lane = cleared({ pictures: { front: [[plateReading(TRACTOR)]], side: [] } });
    standsOnScale(lane);
    const common = { type: "capture-result", passage: lane.passage.id, camera: "side" } as const;
    const evidence = { sha256: "e".repeat(64), bytes: 1, takenAt: 0 };
    const readings = [containerReading(CONTAINER)];
    lane.post({ ...common, captureId: "P000001-99", evidence, readings, modelHash: "", elapsedMs: 1 });
    assert.equal(lane.phase, "decide");
    assert.ok(lane.passage.reads.every(({ kind }) => kind === "plate"));
  });

  test("is not washed out by a camera that repeats itself", () => {
    const lane = cleared({ clearances: [], pictures: { front: [[]], side: [[containerReading(CONTAINER)]] } });
    standsOnScale(lane).wait(30_000);
    for (let times = 0; times < 200; times++) {
      lane.post({ type: "plate-seen", device: "front", plate: TRACTOR, confidence: 0.9 });
    }
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 });
    assert.equal(lane.phase, "opening");
  });

  test("takes what a camera gives without likelihood as an even chance", () => {
    const lane = cleared({ pictures: { front: [[]], side: [[containerReading(CONTAINER)]] } });
    arrives(lane).post({ type: "plate-seen", device: "front", plate: "12C-123.45", confidence: undefined });
    assert.equal(lane.passage.reads[0]?.text, TRACTOR);
    assert.equal(lane.passage.reads[0]?.confidence, 0.5);
    drivesOnToScale(lane).wait(30_000);
    assert.equal(lane.lastDecision.reason, "NO_PLATE");
  });

  test("keeps texts that no grammar accepts out of the identities", () => {
    const lane = cleared({
      pictures: { front: [[plateReading("HELLO")]], side: [[containerReading("CSQU3054384")]] },
    });
    standsOnScale(lane).wait(30_000);
    assert.deepEqual(lane.passage.reads, []);
    assert.equal(lane.phase, "hold");
  });
});

test("an empty container goes back when it weighs what an empty one weighs", () => {
  const empty = clearance({
    moveType: "EMPTY_RETURN",
    containers: [{ number: CONTAINER, empty: true, tareKg: 2200, declaredGrossKg: 0 }],
  });
  const world = { clearances: [{ clearance: empty, consumption: "none" as const }] };
  const lane = standsOnScale(new Lane({ ...world, grossKg: TARE_KG + 2200 + 480 }).ready());
  assert.equal(lane.phase, "opening");
  const loaded = standsOnScale(new Lane({ ...world, grossKg: TARE_KG + 2200 + 520 }).ready()).wait(30_000);
  assert.equal(loaded.lastDecision.reason, "WEIGHT");
});

describe("offline", () => {
  const offline = (listAgeMs: number) => standsOnScale(cleared({ listAgeMs }).link(false)).wait(30_000);

  test("a lane with a fresh list decides as if it were online, and says so", () => {
    const lane = offline(60_000);
    assert.equal(lane.lastDecision.verdict, "PASS");
    assert.equal(lane.lastDecision.input.link, "offline");
    const rule = lane.lastDecision.rules.find(({ id }) => id === "Q2");
    assert.match(rule?.detail ?? "", /offline, list version 7, confirmed \d+ s ago: fresh/);
  });

  test("a lane with a stale list decides within the limit, and says so", () => {
    const rule = offline(3_600_000).lastDecision.rules.find(({ id }) => id === "Q2");
    assert.match(rule?.detail ?? "", /stale, within the limit/);
  });

  test("a lane whose list is beyond the limit lets nobody pass until operations are heard of", () => {
    const lane = offline(86_400_001);
    assert.equal(lane.lastDecision.reason, "CACHE_TOO_OLD");
    lane.link(true).gate({ loopExit: true });
    assert.equal(lane.lastDecision.reason, "CACHE_TOO_OLD", "a broker that answers is not operations");
    lane.world.listAgeMs = 0;
    lane.post({ type: "clearances-changed", version: 7 });
    assert.equal(lane.lastDecision.verdict, "PASS");
  });

  test("a vehicle that is held over a standing line is judged with the age of the list as it is then", () => {
    const lane = drivesOnToScale(arrives(cleared()).gate({ modeAuto: false })).wait(3_600_000);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
    lane.gate({ modeAuto: true });
    assert.equal(lane.lastDecision.verdict, "PASS");
    assert.deepEqual(lane.lastDecision.grounds, ["exact"], "operations were heard of since");
  });

  test("the list grows older while a vehicle is held", () => {
    const lane = arrives(cleared({ listAgeMs: 86_400_000 - 60_000 }).link(false)).gate({ modeAuto: false });
    drivesOnToScale(lane).wait(120_000);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
    lane.gate({ modeAuto: true });
    assert.equal(lane.lastDecision.reason, "CACHE_TOO_OLD");
  });
});

test("a container that only one reading names does not stand against another's clearance", () => {
  const lane = cleared({ pictures: { front: [[plateReading(TRACTOR)]], side: [[containerReading(OTHER_CONTAINER)]] } });
  standsOnScale(lane).wait(30_000);
  assert.equal(lane.lastDecision.verdict, "HOLD");
  assert.equal(lane.lastDecision.reason, "NO_CLEARANCE");
});
