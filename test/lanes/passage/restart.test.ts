import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PHASES, type Phase } from "#lanes/passage/model";
import {
  CONTAINER,
  cached,
  containerReading,
  OTHER_TRACTOR,
  plateReading,
  policyWith,
  SITE,
  TRACTOR,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, boomFalls, boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const cleared = (world: ConstructorParameters<typeof Lane>[0] = {}) =>
  new Lane({ clearances: [cached()], ...world }).ready();

/** The clearance names a seal that nobody has heard yet. */
function sealed(): Lane {
  const named = cached();
  const containers = named.clearance.containers.map((one) => ({ ...one, electronicSeal: "ES12345678" }));
  const lane = new Lane({ clearances: [{ ...named, clearance: { ...named.clearance, containers } }] });
  lane.post({ type: "started", boot: "boot-0", site: { ...SITE, seals: true } });
  return lane.link(true).scale("empty").gate({});
}

/** A lane in each phase, with a vehicle that has its clearance. */
const IN_PHASE: Readonly<Record<Phase, () => Lane>> = {
  identify: () => arrives(cleared()),
  position: () => arrives(cleared()).gate({ eyeScaleFront: true }).scale("loaded"),
  weigh: () => standsOnScale(cleared({ grossKg: null })),
  seal: () => standsOnScale(sealed()),
  decide: () => standsOnScale(cleared({ pictures: { front: [[]], side: [[]] } })),
  hold: () => standsOnScale(cleared({ zeroSeen: false })),
  armed: () => standsOnScale(cleared({ diskIsFast: false })),
  opening: () => standsOnScale(cleared()),
  crossing: () => boomRises(standsOnScale(cleared())),
  clearing: () => drivesOut(drivesUnder(boomRises(standsOnScale(cleared())))),
  closing: () => drivesOut(drivesUnder(boomRises(standsOnScale(cleared())))).wait(600),
  watched: () =>
    new Lane().ready().gate({ modeAuto: false, boomClosed: false, boomOpen: true }).gate({ loopUnder: true }),
  recovering: () => standsOnScale(cleared()).restart(),
};

/** The daemon is back and the gate and the scale are read as they are now. */
function readAgain(lane: Lane, load: "empty" | "loaded"): Lane {
  lane.world.diskIsFast = true;
  return lane.link(true).scale(load).gate({});
}

describe("a restart never moves the boom by itself", () => {
  for (const phase of PHASES) {
    test(`in ${phase}`, () => {
      const lane = IN_PHASE[phase]();
      assert.equal(lane.phase, phase);
      const before = lane.booms.length;
      lane.restart();
      assert.equal(lane.phase, "recovering");
      lane.world.pictures = { front: [[]], side: [[]] };
      lane.wait(60_000).link(true).wait(60_000);
      assert.equal(lane.booms.length, before, "nothing while the gate is not read");
      const load = phase === "clearing" || phase === "closing" ? "empty" : "loaded";
      readAgain(lane, load).wait(2999);
      assert.equal(lane.booms.length, before, "nothing within the recovery time");
    });
  }
});

describe("a vehicle before the closed boom is identified anew", () => {
  for (const phase of ["identify", "position", "weigh", "decide", "hold", "armed", "opening"] as const) {
    test(`in ${phase}`, () => {
      const lane = IN_PHASE[phase]().restart().unseen({ loopArrival: false, eyeScaleFront: false });
      lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[]] };
      readAgain(lane, "loaded").wait(30_000);
      assert.equal(lane.passage.id, "P000001", "the passage goes on");
      assert.deepEqual(
        lane.passage.reads.map(({ text }) => text),
        [OTHER_TRACTOR],
      );
      assert.equal(lane.phase, "hold");
      assert.equal(lane.consumption(), "none", "a PASS of before is void");
      assert.equal(lane.booms.length, phase === "opening" ? 1 : 0);
    });
  }

  test("and passes on what is read now", () => {
    const lane = IN_PHASE.armed().restart();
    readAgain(lane, "loaded");
    assert.equal(lane.phase, "opening");
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(drivesOut(drivesUnder(boomRises(lane))).wait(600));
    assert.equal(lane.result, "PASSED");
    assert.equal(lane.consumption(), "consumed");
  });

  test("so another vehicle does not pass on what was read of the first", () => {
    const lane = IN_PHASE.armed().restart();
    lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[]] };
    readAgain(lane, "loaded").wait(60_000);
    assert.equal(lane.phase, "hold");
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.consumption(), "none");
  });

  test("and is watched across as if nothing had been seen of it before", () => {
    // Backed off from under the boom, and the daemon died while the boom came down.
    const lane = drivesUnder(boomRises(standsOnScale(cleared())))
      .gate({ loopUnder: false, eyeScaleRear: false })
      .wait(600);
    assert.equal(lane.phase, "closing");
    readAgain(lane.restart().unseen({ boomOpen: false, boomClosed: true }), "loaded");
    boomRises(lane).wait(10_000);
    assert.equal(lane.phase, "crossing");
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom", "raise-boom"], "the boom stays up for it");
    boomFalls(drivesOut(drivesUnder(lane)).wait(600));
    assert.equal(lane.result, "PASSED");
  });

  test("and a late answer to a question of before means nothing", () => {
    const lane = IN_PHASE.armed().restart();
    const { id } = lane.passage;
    const question = lane.state.questionCount;
    lane.post({ type: "decision-durable", passage: id, question });
    lane.world.pictures = { front: [[]], side: [[]] };
    readAgain(lane, "loaded");
    const found = { type: "clearances-found", passage: id, candidates: [cached()], version: 7, ageMs: 0 } as const;
    lane.post({ ...found, question: question - 1 }).post({ ...found, question });
    const evidence = { sha256: "e".repeat(64), bytes: 1, takenAt: 0 };
    for (const [camera, reading] of [
      ["front", plateReading(TRACTOR)],
      ["side", containerReading(CONTAINER)],
    ] as const) {
      const readings = [reading];
      const captureId = camera === "front" ? `${id}-1` : `${id}-2`;
      lane.post({
        type: "capture-result",
        captureId,
        passage: id,
        camera,
        evidence,
        readings,
        modelHash: "",
        elapsedMs: 1,
      });
    }
    lane.post({ type: "decision-durable", passage: id, question }).wait(60_000);
    assert.deepEqual(lane.passage.reads, []);
    assert.deepEqual(lane.booms, []);
  });
});

describe("a raise of which nobody knows whether it was sent", () => {
  test("is settled by looking: the boom is open and the vehicle under it", () => {
    const lane = IN_PHASE.opening().restart().unseen({ boomClosed: false, boomOpen: true, loopUnder: true });
    readAgain(lane, "loaded");
    assert.equal(lane.phase, "crossing");
    assert.equal(lane.records("barrier.outcome")[0]?.["outcome"], "done");
    drivesOut(lane).wait(3000);
    boomFalls(lane);
    assert.equal(lane.result, "PASSED");
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("is settled by looking: the boom is closed", () => {
    const lane = IN_PHASE.opening();
    lane.world.diskIsFast = false;
    lane.restart().link(true).scale("loaded").gate({});
    assert.equal(lane.records("barrier.outcome")[0]?.["outcome"], "not done");
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("waits while the boom is on its way", () => {
    const lane = IN_PHASE.opening().restart().unseen({ boomClosed: false });
    readAgain(lane, "loaded").wait(60_000);
    assert.equal(lane.phase, "recovering");
    lane.gate({ boomOpen: true });
    assert.equal(lane.phase, "crossing");
  });
});

describe("the vehicle is gone after the restart", () => {
  const GONE = { loopArrival: false, loopUnder: false, eyeScaleFront: false, eyeScaleRear: false, loopExit: false };

  test("with the boom open: uncertain, and the clearance stays reserved", () => {
    const lane = drivesUnder(boomRises(standsOnScale(cleared())))
      .restart()
      .unseen(GONE);
    readAgain(lane, "empty");
    assert.equal(lane.phase, "clearing");
    lane.wait(2999);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane.wait(1));
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "reserved");
    assert.equal(lane.records("report.due").length, 0);
  });

  test("with the boom open, where the policy wants an officer to lower it", () => {
    const policy = policyWith({ recovery: { lowerWhenClear: false } });
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }, policy).ready()))
      .restart()
      .unseen(GONE);
    readAgain(lane, "empty").wait(600_000);
    assert.equal(lane.phase, "hold");
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane).wait(4000);
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "reserved");
  });

  test("with the boom closed and a PASS that may have been used: uncertain", () => {
    for (const phase of ["armed", "opening", "crossing"] as const) {
      const lane = IN_PHASE[phase]()
        .restart()
        .unseen({ ...GONE, boomOpen: false, boomClosed: true });
      readAgain(lane, "empty");
      assert.equal(lane.result, "UNCERTAIN", phase);
      assert.equal(lane.consumption(), "reserved", phase);
    }
  });

  test("with the boom closed and a vehicle that had been held: uncertain", () => {
    const lane = readAgain(IN_PHASE.hold().restart().unseen(GONE), "empty");
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "none");
  });

  test("before it was judged: abandoned", () => {
    const lane = readAgain(IN_PHASE.identify().restart().unseen(GONE), "empty");
    assert.equal(lane.result, "ABANDONED");
  });

  for (const phase of ["clearing", "closing"] as const) {
    for (const boomClosed of [true, false]) {
      test(`after it had been seen to leave, in ${phase}, boom ${boomClosed ? "closed" : "open"}: passed`, () => {
        const lane = IN_PHASE[phase]().restart();
        readAgain(lane.unseen({ ...GONE, boomOpen: !boomClosed, boomClosed }), "empty");
        if (!boomClosed) boomFalls(lane.wait(3000));
        assert.equal(lane.result, "PASSED");
        assert.equal(lane.consumption(), "consumed");
        assert.equal(lane.records("report.due").length, 1);
      });

      test(`and the next one is there, in ${phase}, boom ${boomClosed ? "closed" : "open"}: passed`, () => {
        const lane = IN_PHASE[phase]().restart();
        readAgain(lane.unseen({ ...GONE, loopArrival: true, boomOpen: !boomClosed, boomClosed }), "empty");
        if (!boomClosed) boomFalls(lane.wait(3000));
        assert.equal(lane.result, "PASSED");
        assert.equal(lane.consumption(), "consumed");
        lane.wait(600);
        assert.equal(lane.passage.id, "P000002");
        assert.equal(lane.phase, "identify");
      });
    }
  }
});

test("a vehicle that crosses without a PASS, through a boom opened while nobody watched, has not passed", () => {
  const lane = IN_PHASE.hold().restart().unseen({ boomClosed: false, boomOpen: true });
  readAgain(lane, "loaded");
  assert.equal(lane.state.exitLight, "red");
  drivesOut(drivesUnder(lane)).wait(3000);
  boomFalls(lane);
  assert.equal(lane.result, "UNVERIFIED_PASSAGE");
  assert.equal(lane.records("report.due").length, 0);
});

test("a restart in an empty lane moves nothing and opens the lane", () => {
  const lane = cleared().restart();
  assert.equal(lane.state.entryLight, "red");
  readAgain(lane, "empty");
  assert.equal(lane.state.entryLight, "green");
  assert.deepEqual(lane.booms, []);
});

test("two restarts in a row are one", () => {
  const lane = IN_PHASE.crossing().restart().restart();
  readAgain(lane, "loaded");
  assert.equal(lane.phase, "crossing");
  assert.equal(boomFalls(drivesOut(drivesUnder(lane)).wait(3000)).result, "PASSED");
});

test("a monotonic clock that starts anew shortens no wait", () => {
  const lane = drivesOut(drivesUnder(boomRises(standsOnScale(cleared())))).restart();
  readAgain(lane, "empty").wait(2999);
  assert.deepEqual(lane.booms, ["raise-boom"]);
  assert.equal(lane.state.timers["under-clear"], lane.now + 1);
});
