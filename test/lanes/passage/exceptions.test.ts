import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached, policyWith } from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, boomFalls, boomRises, drivesOut, drivesUnder, isJudged, standsOnScale } from "../vehicle.ts";

const SUPERVISOR = { subject: "S-4", role: "supervisor" } as const;
const OFFICER = { subject: "O-17", role: "officer" } as const;
const TWO = { by: SUPERVISOR, secondBy: OFFICER };
const UP = { boomClosed: false, boomOpen: true };
const ready = (policy = policyWith()) => new Lane({ clearances: [cached()] }, policy).ready();
const crossing = () => boomRises(standsOnScale(ready()));
const seen = (lane: Lane) => lane.records("vehicle.seen").map(({ what }) => what);
const results = (lane: Lane) => lane.records("passage.closed").map(({ result }) => result);

describe("tailgating", () => {
  /** The tail of the first is past the light curtain, the nose of the second right behind it. */
  const follows = (gapMs: number) =>
    drivesUnder(crossing())
      .gate({ curtain: true })
      .wait(2000)
      .gate({ loopExit: true })
      .gate({ curtain: false })
      .wait(gapMs)
      .gate({ curtain: true });

  test("T14 F40 half a metre behind: the first has passed, the second is on record without a PASS, and the boom stays up", () => {
    const lane = follows(350);
    assert.deepEqual(results(lane), ["PASSED"]);
    assert.equal(lane.consumption(), "consumed");
    assert.deepEqual(seen(lane), ["tailgate"]);
    assert.ok(lane.state.alarms.TAILGATE);
    assert.equal(lane.state.exitLight, "red");
    assert.equal(lane.passage.id, "P000002");
    lane.wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"], "nothing is lowered on the second one");
    lane.gate({ curtain: false, loopUnder: false, eyeScaleRear: false }).scale("empty").wait(500);
    boomFalls(lane);
    assert.deepEqual(results(lane), ["PASSED", "UNVERIFIED_PASSAGE"]);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("after a restart with the boom open: it is lowered behind the second one after the longer wait", () => {
    const lane = drivesUnder(crossing()).gate({ curtain: true, loopExit: true }).restart().scale("loaded").gate({});
    lane.gate({ curtain: false }).wait(350).gate({ curtain: true });
    assert.equal(lane.passage.id, "P000002");
    lane.scale("empty").gate({ curtain: false, loopUnder: false, eyeScaleRear: false }).wait(2999);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(lane.wait(1).booms, ["raise-boom", "lower-boom"]);
  });

  test("is not seen in a light curtain that chatters", () => {
    const lane = follows(60);
    assert.deepEqual(results(lane), []);
    assert.equal(lane.state.alarms.TAILGATE, undefined);
  });

  test("is not seen in the first rolling back from the exit, nor in a person behind it", () => {
    const lane = drivesOut(drivesUnder(crossing()));
    lane.gate({ loopExit: true, loopUnder: true }).gate({ loopUnder: false }).gate({ curtain: true });
    assert.deepEqual(seen(lane), []);
    assert.equal(lane.records("passage.opened").length, 1);
  });

  test("by a second one, and a third: each has a passage of its own", () => {
    const lane = follows(350);
    lane.gate({ curtain: false }).wait(350).gate({ curtain: true });
    assert.deepEqual(results(lane), ["PASSED", "UNVERIFIED_PASSAGE"]);
    assert.equal(lane.passage.id, "P000003");
  });

  test("by the vehicle that was asked in behind it: it keeps its passage and its reads", () => {
    const lane = boomRises(standsOnScale(ready(policyWith({ pipelined: true }))));
    drivesUnder(lane).wait(2000).gate({ loopExit: true }).scale("empty").gate({ eyeScaleRear: false });
    lane.gate({ loopArrival: true }).wait(600).gate({ loopArrival: false }).scale("loaded");
    lane.gate({ loopUnder: false, eyeScaleRear: true }).wait(400).gate({ loopUnder: true });
    assert.deepEqual(results(lane), ["PASSED"]);
    assert.equal(lane.passage.id, "P000002");
    assert.equal(lane.passage.result, "UNVERIFIED_PASSAGE");
  });
});

describe("the boom stands open without a PASS and a vehicle goes through", () => {
  const goes = (lane: Lane) =>
    lane.gate({ loopUnder: true }).gate({ loopExit: true }).gate({ loopUnder: false }).gate({ loopExit: false });

  test("F41 in an emergency every one is on record, until two persons reset it", () => {
    const lane = ready().gate({ fireOpen: true, ...UP });
    assert.ok(lane.state.alarms.EMERGENCY);
    assert.deepEqual(results(goes(goes(lane))), ["UNVERIFIED_PASSAGE", "UNVERIFIED_PASSAGE"]);
    lane.gate({ fireOpen: false });
    assert.equal(lane.state.mode.service, "out-of-service");
    lane.restart().link(true).scale("empty").gate({});
    assert.equal(lane.state.mode.service, "out-of-service", "also over a restart");
    lane.order({ name: "reset-emergency" }, { by: SUPERVISOR, secondBy: SUPERVISOR });
    assert.equal(lane.answered.at(-1)?.code, "SECOND_PERSON");
    lane.order({ name: "reset-emergency" }, TWO);
    assert.equal(lane.state.mode.service, "auto");
    assert.deepEqual(lane.booms, []);
    lane.order({ name: "close" }, TWO);
    assert.deepEqual(lane.booms, ["lower-boom"]);
  });

  test("an emergency whose cause is still there cannot be reset", () => {
    const lane = ready()
      .gate({ fireOpen: true, ...UP })
      .order({ name: "reset-emergency" }, TWO);
    assert.equal(lane.answered.at(-1)?.code, "STILL_ACTIVE");
  });

  test("on the key switch or on the order of two persons it counts as manual", () => {
    assert.deepEqual(results(goes(ready().gate({ modeAuto: false, ...UP }))), ["MANUAL"]);
    const ordered = ready().order({ name: "open" }, TWO).gate(UP);
    assert.deepEqual(results(goes(ordered)), ["MANUAL"]);
    assert.deepEqual(ordered.booms, ["raise-boom"]);
  });

  test("F37 by a fault of the boom it is unverified, with an alarm", () => {
    const lane = goes(ready().gate(UP));
    assert.deepEqual(results(lane), ["UNVERIFIED_PASSAGE"]);
    assert.ok(lane.state.alarms.UNCOMMANDED_MOVE && lane.state.alarms.UNVERIFIED_PASSAGE);
    assert.deepEqual(lane.booms, []);
  });

  test("of one with a PASS that was not used yet, the clearance is free again", () => {
    const lane = standsOnScale(new Lane({ clearances: [cached()], diskIsFast: false }).ready()).gate(UP);
    goes(lane.gate({ loopUnder: true }).scale("empty"));
    assert.deepEqual(results(lane), ["UNVERIFIED_PASSAGE"]);
    assert.equal(lane.consumption(), "none");
    assert.deepEqual(lane.answers().booms, []);
  });

  test("but not one with its nose at a boom that is down and whose motor has failed", () => {
    const lane = isJudged(new Lane({ clearances: [] }).ready())
      .gate({ motorFault: true })
      .gate({ loopUnder: true });
    assert.equal(lane.phase, "hold");
    assert.equal(lane.state.alarms.UNCOMMANDED_MOVE, undefined);
    const off = ready().gate({ boomBroken: true }).gate({ loopUnder: true });
    assert.equal(off.phase, "watched", "an arm that is off holds nobody");
  });

  test("and one that only put its nose under it is identified anew", () => {
    const lane = isJudged(new Lane({ clearances: [] }).ready()).gate({ modeAuto: false, ...UP });
    lane.gate({ loopUnder: true });
    assert.equal(lane.phase, "watched");
    lane.gate({ loopUnder: false });
    assert.notEqual(lane.phase, "watched");
    assert.deepEqual(results(lane), []);
  });
});

describe("somebody on foot at the boom", () => {
  test("keeps it down as long as he is there, and is an alarm", () => {
    const lane = standsOnScale(new Lane({ clearances: [cached()], diskIsFast: false }).ready());
    lane.gate({ curtain: true }).answers().wait(1000);
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.phase, "armed");
    assert.deepEqual(seen(lane), ["person"]);
    assert.ok(lane.state.alarms.PERSON);
    lane.gate({ curtain: false });
    assert.equal(lane.state.alarms.PERSON, undefined);
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("keeps it up as long as he is there", () => {
    const lane = drivesOut(drivesUnder(crossing())).gate({ curtain: true }).wait(300_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("is nobody when a bird flies through the light curtain", () => {
    const lane = ready().gate({ curtain: true }).wait(100).gate({ curtain: false }).wait(10_000);
    assert.deepEqual(seen(lane), []);
  });
});

test("a vehicle that comes from the exit is seen and an alarm, and nothing is opened for it", () => {
  const lane = ready().gate({ loopExit: true }).gate({ loopUnder: true });
  assert.deepEqual(seen(lane), ["wrong way"]);
  assert.ok(lane.state.alarms.WRONG_WAY);
  assert.deepEqual(lane.booms, []);
  const usual = drivesOut(drivesUnder(crossing()));
  assert.equal(usual.state.alarms.WRONG_WAY, undefined);
});

describe("a sensor that is stuck on", () => {
  for (const sensor of ["loopArrival", "loopUnder", "loopExit", "eyeScaleFront", "eyeScaleRear", "curtain"] as const) {
    test(`F32 F35 ${sensor}: the lane goes to manual, and back when it is off again`, () => {
      const lane = ready();
      lane.world.pictures = { front: [[]], side: [[]] };
      lane.gate({ [sensor]: true }).wait(599_999);
      assert.equal(lane.state.mode.service, "auto");
      lane.wait(601);
      assert.equal(lane.state.mode.service, "manual");
      assert.ok(lane.state.alarms.LOOP_STUCK);
      assert.equal(lane.records("barrier.fault")[0]?.["sensor"], sensor);
      lane.gate({ [sensor]: false });
      assert.equal(lane.state.mode.service, "auto");
      assert.equal(lane.state.alarms.LOOP_STUCK, undefined);
    });
  }

  test("F32 F39 under an open boom never closes it, and a vehicle that stands there for an hour is no fault", () => {
    const stuck = drivesOut(drivesUnder(crossing())).gate({ loopUnder: true }).wait(3_600_000);
    assert.deepEqual(stuck.booms, ["raise-boom"]);
    assert.equal(stuck.state.mode.service, "manual");
    const stands = drivesUnder(crossing()).gate({ curtain: true }).wait(3_600_000);
    assert.equal(stands.state.mode.service, "auto");
    assert.deepEqual(stands.booms, ["raise-boom"]);
  });
});

test("a boom that stands half-way is an alarm, also right after a restart", () => {
  const lane = ready().gate({ boomClosed: false }).wait(13_999);
  assert.equal(lane.state.alarms.BOOM_STUCK, undefined);
  assert.ok(lane.wait(1).state.alarms.BOOM_STUCK);
  const again = standsOnScale(ready()).restart().unseen({ boomClosed: false });
  again.link(true).scale("loaded").gate({}).wait(14_000);
  assert.ok(again.state.alarms.BOOM_STUCK);
  assert.equal(again.phase, "recovering");
  assert.equal(again.gate({ boomClosed: true }).state.alarms.BOOM_STUCK, undefined);
});

describe("in a lane of two directions", () => {
  test("nobody is asked in and nothing is raised while the opposite boom is not closed", () => {
    const lane = ready().gate({ oppositeBoomClosed: false });
    assert.notEqual(lane.state.entryLight, undefined);
    standsOnScale(lane);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
    assert.deepEqual(lane.booms, []);
    lane.gate({ oppositeBoomClosed: true });
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("an officer cannot either", () => {
    const lane = isJudged(new Lane({ clearances: [cached()], zeroSeen: false }).ready());
    lane.gate({ oppositeBoomClosed: false }).order({ name: "pass", passage: lane.passage.id });
    assert.deepEqual(lane.booms, []);
    const open = ready().gate({ oppositeBoomClosed: false }).order({ name: "open" }, TWO);
    assert.equal(open.answered.at(-1)?.code, "LANE_NOT_READY");
  });
});

test("a vehicle that backs off from under the boom is on record as reversed", () => {
  const lane = drivesUnder(crossing()).gate({ loopUnder: false, eyeScaleRear: false });
  assert.deepEqual(seen(lane), ["reversed"]);
  assert.equal(arrives(ready()).records("vehicle.seen").length, 0);
});
