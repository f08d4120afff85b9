import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hold } from "#contract/clearance";
import {
  CONTAINER,
  cached,
  containerReading,
  GROSS_KG,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  plateReading,
  TRACTOR,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, backsOut, boomRises, drivesOnToScale, isJudged, standsOnScale } from "../vehicle.ts";

const SUSPENDED: Hold = { kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" };
const cleared = (world: ConstructorParameters<typeof Lane>[0] = {}) =>
  new Lane({ clearances: [cached()], ...world }).ready();
const failing = (lane: Lane) => lane.lastDecision.rules.flatMap(({ id, outcome }) => (outcome === "fail" ? [id] : []));

describe("a vehicle is held", () => {
  test("when it is not in the list, and nobody is asked twice", () => {
    const lane = isJudged(cleared({ clearances: [] }));
    assert.equal(lane.phase, "hold");
    assert.equal(lane.lastDecision.verdict, "HOLD");
    assert.equal(lane.lastDecision.reason, "NO_CLEARANCE");
    assert.equal(lane.lastDecision.clearance, null);
    assert.deepEqual(lane.booms, []);
    lane.gate({ loopExit: true }).gate({ loopExit: false });
    assert.equal(lane.records("decision.made").length, 1);
  });

  test("and passes when its clearance arrives late", () => {
    const lane = isJudged(cleared({ clearances: [] }));
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 });
    assert.equal(lane.phase, "opening");
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("T11 when plate and container belong to different clearances: a swap, with an alarm", () => {
    const other = cached({
      id: "CL-2",
      containers: [{ number: OTHER_CONTAINER, empty: false, tareKg: 2200, declaredGrossKg: 20_000 }],
      vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: 15_000 },
    });
    const pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[containerReading(CONTAINER)]] };
    const lane = isJudged(cleared({ clearances: [cached(), other], pictures }));
    assert.equal(lane.lastDecision.verdict, "BLOCK");
    assert.equal(lane.lastDecision.reason, "SWAPPED");
    assert.equal(lane.lastDecision.decidingRule, "M2");
    assert.deepEqual(lane.booms, []);
  });

  test("when another tractor pulls the container", () => {
    const pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[containerReading(CONTAINER)]] };
    assert.equal(isJudged(cleared({ pictures })).lastDecision.reason, "PLATE_MISMATCH");
  });

  test("when it weighs more than declared and tolerated, and not when it is just within", () => {
    assert.equal(standsOnScale(cleared({ grossKg: GROSS_KG + 600 })).phase, "opening");
    const lane = isJudged(cleared({ grossKg: GROSS_KG + 601 }));
    assert.equal(lane.lastDecision.reason, "WEIGHT");
    assert.deepEqual(failing(lane), ["M5"]);
  });

  test("when the scale had shown no zero before it", () => {
    assert.equal(isJudged(cleared({ zeroSeen: false })).lastDecision.reason, "NO_WEIGHT");
  });

  test("when the weight does not settle in two attempts", () => {
    const lane = standsOnScale(cleared({ grossKg: null })).wait(10_000);
    assert.equal(lane.phase, "weigh");
    lane.wait(10_000);
    assert.equal(lane.lastDecision.reason, "NO_WEIGHT");
    assert.equal(lane.records("scale.fault").length, 1);
  });

  test("when it never stands right on the deck", () => {
    const lane = standsOnScale(cleared({ grossKg: null }))
      .gate({ eyeScaleRear: true })
      .wait(39_999);
    assert.equal(lane.phase, "position");
    lane.wait(1);
    assert.equal(lane.lastDecision.reason, "POSITION");
    assert.equal(lane.phase, "hold");
  });

  test("when customs has suspended its passage", () => {
    const lane = isJudged(cleared({ clearances: [cached({ holds: [SUSPENDED] })] }));
    assert.equal(lane.lastDecision.verdict, "BLOCK");
    assert.equal(lane.lastDecision.reason, "SUSPENDED");
    lane.change("CL-1", { holds: [] });
    assert.equal(lane.phase, "opening");
  });

  test("and told everything that stands in its way, not only the first thing", () => {
    const record = cached({ status: "PENDING", authorities: { customs: true }, validTo: "2026-10-10T07:59:59Z" });
    const lane = isJudged(cleared({ clearances: [record], grossKg: 50_000 }));
    assert.equal(lane.lastDecision.decidingRule, "P3");
    assert.deepEqual(failing(lane), ["P3", "P4", "P5", "M5"]);
    assert.equal(lane.lastDecision.wouldOpen.length, 4);
  });

  test("while the key switch stands on manual, and passes when it is turned back", () => {
    const lane = arrives(cleared()).gate({ modeAuto: false });
    drivesOnToScale(lane);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
    lane.gate({ modeAuto: true });
    assert.equal(lane.phase, "opening");
  });
});

describe("a held vehicle that backs out", () => {
  test("is refused, and the lane is free again", () => {
    const lane = backsOut(isJudged(cleared({ clearances: [] })));
    assert.equal(lane.phase, null);
    assert.equal(lane.result, "REFUSED");
    assert.equal(lane.state.entryLight, "green");
    assert.deepEqual(lane.booms, []);
  });

  test("is diverted when it was sent to the scanner", () => {
    const scan: Hold = { kind: "SCAN", since: "2026-10-10T07:00:00Z", by: "customs" };
    const lane = isJudged(cleared({ clearances: [cached({ holds: [scan] })] }));
    assert.equal(lane.lastDecision.verdict, "DIVERT");
    assert.equal(backsOut(lane).result, "DIVERTED");
    assert.equal(lane.consumption(), "none");
  });

  test("is abandoned when it had not been judged yet", () => {
    const lane = arrives(cleared()).gate({ loopArrival: false }).wait(3001);
    assert.equal(lane.result, "ABANDONED");
  });

  test("gives its clearance back when it had a PASS that was not used", () => {
    const lane = backsOut(standsOnScale(cleared({ diskIsFast: false })));
    assert.equal(lane.result, "ABANDONED");
    assert.equal(lane.consumption(), "none");
    lane.answers();
    assert.deepEqual(lane.booms, []);
  });

  test("is not refused but counted as manual when it went out under a boom that was opened by hand", () => {
    const lane = isJudged(cleared({ clearances: [] }));
    lane.gate({ modeAuto: false, boomClosed: false, boomOpen: true });
    assert.equal(lane.records("barrier.fault")[0]?.["code"], "UNCOMMANDED_MOVE");
    lane.gate({ loopUnder: true }).scale("empty").gate({ loopUnder: false, loopExit: true });
    lane.gate({ boomClosed: true, boomOpen: false, modeAuto: true }).wait(4000);
    assert.equal(lane.result, "MANUAL");
    assert.equal(lane.state.alarms.UNCOMMANDED_MOVE, undefined, "the key switch explains it");
  });
});

describe("F53 a suspension", () => {
  const armed = () => {
    const lane = standsOnScale(cleared({ diskIsFast: false }));
    assert.equal(lane.phase, "armed");
    return lane;
  };

  test("1 ms before the PASS is durable keeps the boom down", () => {
    const lane = armed().change("CL-1", { holds: [SUSPENDED] });
    assert.equal(lane.phase, "hold");
    assert.equal(lane.lastDecision.reason, "SUSPENDED");
    assert.equal(lane.records("decision.revoked").length, 1);
    assert.equal(lane.consumption(), "none");
    lane.wait(1).answers();
    assert.deepEqual(lane.booms, []);
  });

  test("1 ms after it is on record, with the boom already asked to open", () => {
    const lane = armed()
      .answers()
      .wait(1)
      .change("CL-1", { holds: [SUSPENDED] });
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.equal(lane.phase, "opening");
    assert.match(String(lane.records("decision.revoked")[0]?.["reason"]), /after the boom was opened/);
    assert.match(lane.state.alarms.BLOCKED?.detail ?? "", /after the boom was opened/);
  });

  test("that the cache has not answered yet holds a durable PASS back", () => {
    const lane = armed();
    lane.world.cacheAnswers = false;
    lane.change("CL-1", { holds: [SUSPENDED] }).answers();
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.lastDecision.reason, "SUSPENDED");
  });

  test("asked about and found untrue lets a durable PASS through", () => {
    const lane = armed();
    lane.world.cacheAnswers = false;
    lane.change("CL-1", { channel: 1 }).answers();
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("is not overlooked for an older answer that arrives first", () => {
    const lane = armed();
    lane.world.cacheAnswers = false;
    lane.change("CL-1", { channel: 1 });
    lane.change("CL-1", { holds: [SUSPENDED] });
    lane.answers();
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.lastDecision.reason, "SUSPENDED");
  });

  test("and any other change that would hold the vehicle takes the PASS back", () => {
    for (const change of [{ status: "REVOKED" }, { authorities: {} }, { validTo: "2026-10-10T08:00:01Z" }] as const) {
      const lane = armed().change("CL-1", change).answers();
      assert.deepEqual(lane.booms, [], JSON.stringify(change));
      assert.equal(lane.phase, "hold");
    }
  });
});

describe("a PASS", () => {
  test("that the disk confirms too late is judged again, and the late confirmation means nothing", () => {
    const lane = standsOnScale(cleared({ diskIsFast: false })).wait(60_001);
    assert.equal(lane.phase, "armed");
    assert.equal(lane.records("decision.made").length, 2);
    const [first, second] = lane.questions;
    assert.ok(first !== undefined && second !== undefined);
    lane.post({ type: "decision-durable", passage: lane.passage.id, question: first });
    assert.deepEqual(lane.booms, [], "the first confirmation is about the first PASS");
    lane.post({ type: "decision-durable", passage: lane.passage.id, question: second });
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("that nobody asked the disk about is never durable", () => {
    const lane = isJudged(cleared({ clearances: [], diskIsFast: false }));
    const next = lane.state.questionCount + 1;
    lane.post({ type: "decision-durable", passage: lane.passage.id, question: next });
    lane.post({ type: "decision-durable", passage: lane.passage.id, question: next + 1 });
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 });
    assert.equal(lane.phase, "armed");
    assert.deepEqual(lane.booms, []);
  });

  test("is taken back when the vehicle moves, and the vehicle is weighed again", () => {
    const lane = standsOnScale(cleared({ diskIsFast: false }))
      .gate({ eyeScaleRear: true })
      .answers();
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.phase, "position");
    assert.equal(lane.passage.weight, null);
    assert.equal(lane.consumption(), "none");
    lane.gate({ eyeScaleRear: false }).answers();
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("F41 is taken back when the emergency stop is pressed", () => {
    const lane = standsOnScale(cleared({ diskIsFast: false }))
      .gate({ estopOk: false })
      .answers();
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
  });
});

describe("the next vehicle is not taken for the one before", () => {
  /** One is judged and held for want of a clearance; it leaves, somebody else comes, and then the clearance arrives. */
  const swapped = (hide: (lane: Lane) => Lane, show: (lane: Lane) => Lane) => {
    const lane = hide(isJudged(cleared({ clearances: [] })));
    backsOut(lane);
    lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[]] };
    drivesOnToScale(arrives(lane));
    show(lane).wait(1000);
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 }).wait(60_000);
    return lane;
  };

  for (const [what, hide, show] of [
    ["the light curtain was dirty", (lane) => lane.gate({ curtain: true }), (lane) => lane.gate({ curtain: false })],
    [
      "a photo-eye was blocked",
      (lane) => lane.gate({ eyeScaleRear: true }),
      (lane) => lane.gate({ eyeScaleRear: false }),
    ],
    [
      "the boom motor had failed",
      (lane) => lane.gate({ motorFault: true }),
      (lane) => lane.gate({ motorFault: false }),
    ],
    ["the weighbridge was not read", (lane) => lane.lose("weighbridge"), (lane) => lane.scale("loaded")],
  ] as const satisfies readonly (readonly [string, (lane: Lane) => Lane, (lane: Lane) => Lane])[]) {
    test(`although ${what}`, () => {
      const lane = swapped(hide, show);
      assert.deepEqual(lane.booms, []);
      assert.notEqual(lane.phase, "armed");
    });
  }

  test("although the weighbridge saw neither of them go or come", () => {
    const lane = isJudged(cleared({ clearances: [] }))
      .lose("weighbridge")
      .wait(60_000);
    lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[]] };
    lane.scale("loaded");
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 }).wait(60_000);
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.passage.decision?.reason, "NO_WEIGHT");
  });

  test("because a dirty light curtain does not keep the passage of the first open", () => {
    const lane = backsOut(isJudged(cleared({ clearances: [] })).gate({ curtain: true }));
    assert.equal(lane.result, "REFUSED");
    assert.equal(lane.phase, null);
  });

  test("although the arrival loop was stuck", () => {
    const lane = isJudged(cleared({ clearances: [] }))
      .gate({ loopArrival: true })
      .scale("empty")
      .wait(10_000);
    lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[]] };
    lane.scale("loaded").wait(10_000);
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 }).gate({ loopArrival: false }).wait(60_000);
    assert.deepEqual(lane.booms, []);
  });
});

test("what happened under a boom opened by hand is no part of the crossing that comes after", () => {
  const lane = isJudged(cleared({ clearances: [] })).gate({ modeAuto: false, boomClosed: false, boomOpen: true });
  lane.gate({ loopUnder: true }).gate({ loopUnder: false }).gate({ boomClosed: true, boomOpen: false, modeAuto: true });
  lane.world.clearances = [cached()];
  lane.post({ type: "clearances-changed", version: 8 });
  boomRises(lane).wait(10_000);
  assert.equal(lane.phase, "crossing");
  assert.deepEqual(lane.booms, ["raise-boom"]);
});

test("a vehicle that was held off the deck is weighed and read when it stands right after all", () => {
  const lane = standsOnScale(cleared({ grossKg: null }))
    .gate({ eyeScaleRear: true })
    .wait(40_000);
  assert.equal(lane.lastDecision.reason, "POSITION");
  lane.world.grossKg = GROSS_KG;
  lane.gate({ eyeScaleRear: false });
  assert.equal(lane.phase, "opening");
});

test("a vehicle that rolled off the deck before it was judged starts anew", () => {
  const lane = standsOnScale(cleared({ grossKg: null }))
    .gate({ loopArrival: true })
    .scale("empty");
  assert.equal(lane.phase, "identify");
  assert.deepEqual(lane.passage.reads, []);
  lane.world.grossKg = GROSS_KG;
  drivesOnToScale(lane);
  assert.equal(lane.phase, "opening");
  assert.equal(lane.passage.id, "P000001");
});

test("a weight that was on its way when the vehicle moved does not count", () => {
  const lane = standsOnScale(cleared({ grossKg: null })).gate({ eyeScaleRear: true });
  assert.equal(lane.phase, "position");
  lane.post({ type: "weight-settled", passage: lane.passage.id, grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true });
  assert.equal(lane.passage.weight, null);
  lane.gate({ eyeScaleRear: false });
  assert.equal(lane.phase, "weigh");
});

test("T12 a swap is not mended by showing the right plate to the same camera", () => {
  const lane = isJudged(
    cleared({ pictures: { front: [[plateReading(OTHER_TRACTOR, 0.99)]], side: [[containerReading(CONTAINER)]] } }),
  );
  assert.equal(lane.lastDecision.reason, "PLATE_MISMATCH");
  lane.post({ type: "plate-seen", device: "front", plate: TRACTOR, confidence: 0.99 });
  assert.equal(lane.phase, "hold");
  assert.equal(lane.lastDecision.reason, "NO_PLATE");
});
