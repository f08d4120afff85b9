import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hold } from "#contract/clearance";
import type { DecisionRecord } from "#contract/decision";
import type { Order } from "#contract/order";
import {
  CONTAINER,
  cached,
  containerReading,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  plateReading,
  policyWith,
  TRACTOR,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import { backsOut, boomFalls, boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const SUSPENDED: Hold = { kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" };
const SUPERVISOR = { subject: "S-4", role: "supervisor" } as const;
const OFFICER = { subject: "O-17", role: "officer" } as const;

const held = (world: ConstructorParameters<typeof Lane>[0] = {}, policy = policyWith()) => {
  const lane = standsOnScale(new Lane({ clearances: [cached()], zeroSeen: false, ...world }, policy).ready());
  if (lane.phase === "decide") lane.wait(20_000);
  assert.equal(lane.phase, "hold");
  return lane;
};
const pass = (lane: Lane, who: Partial<Order> = {}) => lane.order({ name: "pass", passage: lane.passage.id }, who);
const last = (lane: Lane) => lane.answered.at(-1);

describe("an officer lets a held vehicle pass", () => {
  test("and is answered when the boom is seen open, not before", () => {
    const lane = pass(held());
    assert.equal(lane.phase, "opening");
    assert.equal(last(lane), undefined);
    boomRises(lane);
    assert.equal(last(lane)?.state, "done");
    boomFalls(drivesOut(drivesUnder(lane)).wait(600));
    assert.equal(lane.result, "PASSED_OFFICER");
    assert.equal(lane.consumption(), "consumed");
    assert.equal(lane.records("report.due").length, 1);
  });

  test("on record with who, why and what the rules had said", () => {
    const lane = pass(held());
    const made = lane.records("override.made")[0];
    assert.deepEqual([made?.["by"], made?.["because"]], [OFFICER, "NO_WEIGHT"]);
    const decision = lane.lastDecision as DecisionRecord;
    assert.deepEqual([decision.by, decision.verdict, decision.clearance?.id], ["officer", "PASS", "CL-1"]);
    assert.ok(decision.rules.some(({ outcome }) => outcome === "fail"));
  });

  test("without any clearance, on nobody's clearance", () => {
    const lane = boomRises(pass(held({ clearances: [], zeroSeen: true })));
    boomFalls(drivesOut(drivesUnder(lane)).wait(600));
    assert.equal(lane.result, "PASSED_OFFICER");
    assert.deepEqual(lane.records("clearance.consumed"), []);
  });

  test("but not one that customs has suspended, whoever asks, unless the policy names the role", () => {
    const clearances = [cached({ holds: [SUSPENDED] })];
    const lane = pass(held({ clearances, zeroSeen: true }));
    assert.deepEqual([last(lane)?.state, last(lane)?.code], ["refused", "BLOCKED"]);
    assert.deepEqual(lane.booms, []);
    const named = held({ clearances, zeroSeen: true }, policyWith({ officer: { blockedRoles: ["supervisor"] } }));
    assert.deepEqual(pass(named).booms, []);
    assert.deepEqual(pass(named, { by: SUPERVISOR }).booms, ["raise-boom"]);
  });

  test("and a suspension that comes before the PASS is on the disk keeps the boom down", () => {
    const lane = held();
    lane.world.diskIsFast = false;
    pass(lane);
    assert.equal(lane.phase, "armed");
    lane.change("CL-1", { holds: [SUSPENDED] }).answers();
    assert.deepEqual(lane.booms, []);
    assert.deepEqual([last(lane)?.state, last(lane)?.code], ["failed", "REVOKED"]);
    assert.equal(lane.consumption(), "none");
  });

  test("not while the emergency stop is pressed, the key stands on manual or the boom is not down", () => {
    for (const [inputs, code] of [
      [{ estopOk: false }, "LANE_NOT_READY"],
      [{ modeAuto: false }, "LANE_NOT_READY"],
      [{ boomClosed: false }, "BOOM_NOT_CLOSED"],
    ] as const) {
      const lane = pass(held().gate(inputs));
      assert.equal(last(lane)?.code, code);
      assert.deepEqual(lane.booms, []);
    }
  });

  test("and fails, with its clearance free again, when the vehicle drives away first", () => {
    const lane = held();
    lane.world.diskIsFast = false;
    backsOut(pass(lane)).answers();
    assert.deepEqual(lane.booms, []);
    assert.equal(last(lane)?.state, "failed");
    assert.equal(lane.consumption(), "none");
  });

  test("and fails when the boom does not open", () => {
    const lane = pass(held()).wait(60_000);
    assert.equal(last(lane)?.state, "failed");
    assert.equal(lane.phase, "hold");
  });

  test("F63: and the boom opens in the very moment in which it is given up: one outcome, whichever comes first", () => {
    const given = pass(held());
    let givenUpMs = 0;
    for (; last(given) === undefined; givenUpMs += 1) given.wait(1);
    const states = [-1, 0, 1].map((offsetMs) => {
      const lane = pass(held())
        .wait(givenUpMs + offsetMs)
        .gate({ boomClosed: false, boomOpen: true });
      assert.equal(lane.answered.length, 1, `${offsetMs} ms`);
      return last(lane)?.state;
    });
    assert.deepEqual(states, ["done", "failed", "failed"]);
  });

  test("and the daemon dies at once: the boom is looked at, not moved, and he is answered", () => {
    const lane = pass(held()).restart().unseen({ boomClosed: false, boomOpen: true });
    lane.link(true).scale("loaded").gate({});
    assert.equal(lane.phase, "crossing");
    assert.equal(last(lane)?.state, "done");
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });
});

describe("the same order", () => {
  test("given twice opens once and is answered once", () => {
    const lane = held();
    const id = "00000000-0000-4000-8000-0000000000ff";
    boomRises(pass(pass(lane, { id }), { id }));
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(
      lane.answered.map(({ state }) => state),
      ["done"],
    );
    pass(lane, { id });
    assert.equal(last(lane)?.code, "REPEATED");
  });

  test("is refused to a role that may not give it, and to one person where two are needed", () => {
    const lane = new Lane().ready();
    lane.order({ name: "open" }, { by: { subject: "N-1", role: "operations" }, secondBy: OFFICER });
    assert.equal(last(lane)?.code, "NOT_PERMITTED");
    lane.order({ name: "open" }, { by: OFFICER, secondBy: null });
    assert.equal(last(lane)?.code, "SECOND_PERSON");
    lane.order({ name: "open" }, { by: OFFICER, secondBy: { ...OFFICER, role: "supervisor" } });
    assert.equal(last(lane)?.code, "SECOND_PERSON", "the same person twice is one person");
    assert.deepEqual(lane.booms, []);
  });
});

describe("an officer holds, refuses and releases", () => {
  test("a vehicle that the rules would pass stays where it is until it is released", () => {
    const lane = standsOnScale(new Lane({ clearances: [cached()], diskIsFast: false }).ready());
    lane.order({ name: "hold", passage: lane.passage.id }).answers();
    assert.equal(lane.phase, "hold");
    assert.equal(lane.consumption(), "none");
    lane.world.diskIsFast = true;
    lane.change("CL-1", { channel: 1 }).wait(10_000);
    assert.deepEqual(lane.booms, []);
    lane.order({ name: "release", passage: lane.passage.id });
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("what was read of the vehicle before is no witness for the one that is released", () => {
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready())).wait(60_000);
    boomFalls(lane.wait(600));
    assert.equal(lane.passage.decision?.reason, "NOT_CROSSED");
    lane.world.pictures = { front: [[]], side: [[]] };
    lane.order({ name: "release", passage: lane.passage.id }).wait(30_000);
    assert.deepEqual(lane.passage.reads, []);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.consumption(), "none");
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("a vehicle that is refused does not pass on a late clearance, and leaves as refused", () => {
    const lane = held({ clearances: [], zeroSeen: true });
    lane.order({ name: "refuse", passage: lane.passage.id });
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 });
    assert.deepEqual(lane.booms, []);
    assert.equal(backsOut(lane).result, "REFUSED");
  });

  test("nothing of that about a vehicle that had gone before a restart, whose passage waits for the boom", () => {
    const policy = policyWith({ recovery: { lowerWhenClear: false } });
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }, policy).ready()));
    drivesOut(drivesUnder(lane)).restart().unseen({ boomClosed: false, boomOpen: true });
    lane.link(true).scale("empty").gate({});
    assert.deepEqual([lane.phase, lane.passage.result], ["hold", "PASSED"]);
    for (const name of ["hold", "refuse", "release", "pass"] as const) {
      lane.order({ name, passage: lane.passage.id });
      assert.equal(last(lane)?.code, "TOO_LATE");
    }
    lane.order({ name: "close" }, { by: SUPERVISOR, secondBy: OFFICER }).gate({ boomClosed: true, boomOpen: false });
    assert.equal(lane.result, "PASSED");
    assert.equal(lane.consumption(), "consumed");
  });

  test("nothing of that once the boom has moved", () => {
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready()));
    for (const name of ["hold", "refuse"] as const) {
      lane.order({ name, passage: lane.passage.id });
      assert.equal(last(lane)?.code, "TOO_LATE");
    }
  });
});

describe("a held vehicle that nobody answers for", () => {
  test("raises an alarm after 90 s and can still be passed", () => {
    const lane = held().wait(89_999);
    assert.equal(lane.state.alarms.HOLD_UNANSWERED, undefined);
    lane.wait(1);
    assert.ok(lane.state.alarms.HOLD_UNANSWERED);
    boomFalls(drivesOut(drivesUnder(boomRises(pass(lane)))).wait(600));
    assert.equal(lane.result, "PASSED_OFFICER");
    assert.equal(lane.state.alarms.HOLD_UNANSWERED, undefined);
  });

  test("F63 goes to the bay where the policy says so; who answers too late is told, and holds it first", () => {
    const lane = held({}, policyWith({ officer: { unanswered: "DIVERT" } })).wait(90_000);
    assert.equal(lane.passage.decision?.verdict, "DIVERT");
    assert.equal(last(pass(lane))?.code, "DIVERTED");
    assert.deepEqual(lane.booms, []);
    lane.order({ name: "hold", passage: lane.passage.id });
    assert.deepEqual(pass(lane).booms, ["raise-boom"]);
  });

  test("that does not leave for the bay in time raises an alarm", () => {
    const lane = held({}, policyWith({ officer: { unanswered: "DIVERT" } })).wait(90_000 + 119_999);
    assert.equal(lane.state.alarms.BAY_NOT_REACHED, undefined);
    assert.ok(lane.wait(1).state.alarms.BAY_NOT_REACHED);
    assert.equal(backsOut(lane).result, "DIVERTED");
  });
});

test("an officer cannot pass a vehicle that has just left the weighbridge", () => {
  const lane = held().gate({ eyeScaleFront: true }).scale("empty").gate({ eyeScaleFront: false });
  assert.equal(last(pass(lane))?.code, "NOT_THERE");
  assert.deepEqual(lane.booms, []);
});

describe("an officer enters what no machine could read", () => {
  test("the container number: with the plate from the camera the rules pass the vehicle", () => {
    const lane = held({ zeroSeen: true, pictures: { front: [[plateReading(TRACTOR)]], side: [[]] } });
    lane.order({ name: "correct", passage: lane.passage.id, field: "container", value: "csqu 305438-3" });
    assert.equal(last(lane)?.state, "done");
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(lane.lastDecision.input.container?.sources, ["officer"]);
    assert.equal(lane.lastDecision.by, "lane");
  });

  test("instead of a misread one, which stays beside it", () => {
    const pictures = { front: [[plateReading(TRACTOR)]], side: [[containerReading(OTHER_CONTAINER, 0.99)]] };
    const lane = held({ zeroSeen: true, pictures });
    lane.order({ name: "correct", passage: lane.passage.id, field: "container", value: CONTAINER });
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.ok(lane.lastDecision.input.reads.some(({ text }) => text === OTHER_CONTAINER));
  });

  test("both identities by himself: that is one source, and for him to pass", () => {
    const lane = held({ zeroSeen: true, pictures: { front: [[]], side: [[]] } });
    lane.order({ name: "correct", passage: lane.passage.id, field: "container", value: CONTAINER });
    lane.order({ name: "correct", passage: lane.passage.id, field: "plate", value: TRACTOR });
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.lastDecision.reason, "LOW_CONFIDENCE");
    assert.equal(pass(lane).consumption(), "reserved");
  });

  test("the last word of his counts, and no text that is none of its kind", () => {
    const lane = held({ zeroSeen: true, pictures: { front: [[plateReading(TRACTOR)]], side: [[]] } });
    for (const value of ["CSQU3054384", "nonsense", " "]) {
      lane.order({ name: "correct", passage: lane.passage.id, field: "container", value });
      assert.equal(last(lane)?.code, "VALUE", value);
    }
    lane.order({ name: "correct", passage: lane.passage.id, field: "container", value: OTHER_CONTAINER });
    assert.deepEqual(lane.booms, []);
    lane.order({ name: "correct", passage: lane.passage.id, field: "container", value: CONTAINER });
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.equal(OTHER_TRACTOR.length, 8);
  });
});
