import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached, policyWith } from "../builders.ts";
import { Lane } from "../harness.ts";
import { backsOut, boomFalls, boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const opening = () => standsOnScale(new Lane({ clearances: [cached()] }).ready());
const crossing = () => boomRises(opening());
const faults = (lane: Lane) => lane.records("barrier.fault").map(({ code }) => code);
const outcomes = (lane: Lane) => lane.records("barrier.outcome").map(({ commandId, outcome }) => [commandId, outcome]);

describe("a vehicle that does not drive out", () => {
  test("is held after the time to cross, with the boom down again", () => {
    const lane = crossing().wait(60_000);
    assert.equal(lane.phase, "clearing");
    assert.equal(lane.state.exitLight, "red");
    boomFalls(lane.wait(600));
    assert.equal(lane.phase, "hold");
    assert.equal(lane.passage.decision?.reason, "NOT_CROSSED");
    assert.equal(lane.passage.needsOfficer, true);
    assert.equal(lane.consumption(), "none");
    lane.change("CL-1", { channel: 1 }).gate({ loopExit: true });
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"], "no second raise by itself");
    assert.equal(backsOut(lane).result, "REFUSED");
  });

  test("is abandoned when it backs off from under the boom and out of the lane", () => {
    const lane = drivesUnder(crossing()).gate({ loopUnder: false, eyeScaleRear: false });
    assert.equal(lane.phase, "clearing");
    boomFalls(backsOut(lane));
    assert.equal(lane.result, "ABANDONED");
    assert.equal(lane.consumption(), "none");
  });

  test("does not leave the open boom to the next one when it backs out of the lane", () => {
    const lane = crossing().gate({ eyeScaleFront: true, loopArrival: true }).scale("empty");
    assert.equal(lane.phase, "clearing");
    assert.equal(lane.state.exitLight, "red");
    assert.equal(lane.consumption(), "none");
    lane.gate({ eyeScaleFront: false, loopArrival: false });
    boomFalls(lane.wait(500));
    assert.equal(lane.result, "ABANDONED");
  });

  test("takes its PASS along when it backs out, and who comes under the open boom then has not passed", () => {
    for (const begin of [crossing, () => crossing().wait(60_000), () => crossing().wait(60_600)]) {
      const lane = begin().gate({ loopArrival: true }).scale("empty").gate({ loopArrival: false }).wait(3000);
      assert.equal(lane.consumption(), "none");
      drivesOut(drivesUnder(lane.gate({ loopArrival: true }).scale("loaded").gate({ loopArrival: false })));
      boomFalls(lane.wait(600));
      assert.equal(lane.result, "UNVERIFIED_PASSAGE");
      assert.ok(lane.state.alarms.UNVERIFIED_PASSAGE);
      assert.equal(lane.consumption(), "none");
    }
  });

  test("is watched across when it drives on after all, and its clearance is used up", () => {
    for (const [tooLateMs, lowered] of [
      [0, 0],
      [600, 1],
    ] as const) {
      const lane = crossing().wait(60_000).gate({}).wait(tooLateMs);
      lane.gate({ loopUnder: true, eyeScaleRear: true });
      assert.equal(lane.phase, "crossing");
      assert.equal(lane.booms.length, 1 + lowered);
      boomFalls(drivesOut(lane).wait(600));
      assert.equal(lane.result, "PASSED");
      assert.equal(lane.consumption(), "consumed");
      assert.equal(lane.booms.length, 2 + lowered);
    }
  });

  test("is held at once when the boom is closed by hand before it", () => {
    const lane = boomFalls(crossing());
    assert.equal(lane.phase, "hold");
    assert.equal(lane.state.exitLight, "red");
    assert.equal(lane.passage.decision?.reason, "NOT_CROSSED");
  });
});

describe("the boom does not open", () => {
  test("F36 and stays closed twice: the PASS is taken back, the lane is out of service and an officer is needed", () => {
    const lane = opening().wait(6000);
    assert.equal(lane.phase, "opening");
    assert.deepEqual(lane.booms, ["raise-boom", "raise-boom"]);
    lane.wait(6000);
    assert.equal(lane.state.mode.service, "out-of-service");
    assert.ok(lane.state.alarms.BOOM_FAULT);
    assert.equal(lane.phase, "hold");
    assert.equal(lane.passage.decision?.reason, "BOOM_FAULT");
    assert.deepEqual(faults(lane), ["DID_NOT_OPEN", "DID_NOT_OPEN"]);
    assert.equal(lane.consumption(), "none");
    lane.change("CL-1", { channel: 1 }).gate({ loopExit: true }).wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom", "raise-boom"]);
    assert.equal(backsOut(lane).result, "REFUSED");
    assert.equal(lane.state.entryLight, "red", "nobody is asked in before a technician has looked");
    lane.restart().link(true).scale("empty").gate({ loopExit: false });
    assert.equal(lane.state.mode.service, "out-of-service", "also after a restart");
    lane.order({ name: "clear-fault" }, { by: { subject: "T-3", role: "technician" } });
    assert.equal(lane.state.entryLight, "green");
  });

  test("at once, but does when it is asked again: the PASS was confirmed anew in between", () => {
    const lane = opening();
    lane.world.diskIsFast = false;
    lane.wait(6000);
    assert.deepEqual(lane.booms, ["raise-boom"], "not before the disk has answered");
    boomRises(lane.answers());
    assert.deepEqual(lane.booms, ["raise-boom", "raise-boom"]);
    assert.equal(lane.phase, "crossing");
  });

  test("at once, and the clearance is suspended before it is asked again: it stays down", () => {
    const lane = opening();
    lane.world.diskIsFast = false;
    lane.wait(6000).change("CL-1", { status: "REVOKED" }).answers();
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.equal(lane.consumption(), "none");
  });

  test("and stops on its way: it comes down again after the longer wait", () => {
    const lane = opening().gate({ boomClosed: false }).wait(6000);
    assert.equal(lane.phase, "clearing");
    assert.equal(lane.state.exitLight, "red");
    lane.gate({}).wait(2999);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.wait(1);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    lane.gate({ boomClosed: true });
    assert.equal(lane.phase, "hold");
  });

  test("and stops on its way, and the vehicle drives under it: it stays up", () => {
    const lane = drivesUnder(opening().gate({ boomClosed: false }).wait(6000)).wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    drivesOut(lane).wait(3000);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    lane.gate({ boomClosed: true });
    assert.equal(lane.result, "PASSED");
  });

  test("because the command was refused: it is on record and nothing is repeated", () => {
    const lane = opening();
    const [raise] = lane.commands.filter(({ command }) => command.type === "raise-boom");
    assert.ok(raise);
    const { commandId } = raise;
    lane.post({ type: "command-outcome", commandId, ok: false, detail: "interlock command-fresh" }).wait(6000);
    assert.deepEqual(outcomes(lane), [
      [commandId, "refused or unknown"],
      [commandId, "not done"],
    ]);
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });
});

describe("the boom does not close", () => {
  const stuck = () => drivesOut(drivesUnder(crossing())).wait(600);

  test("and is asked three times, then a fault stands and the passage stays open", () => {
    const lane = stuck().wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom", "lower-boom", "lower-boom"]);
    assert.ok(faults(lane).every((code) => code === "DID_NOT_CLOSE") && faults(lane).length > 0);
    assert.equal(lane.phase, "closing");
    assert.equal(lane.state.entryLight, "red");
    lane.gate({ boomOpen: false, boomClosed: true });
    assert.equal(lane.result, "PASSED");
  });

  test("F38 because somebody came under it: it goes up and down again when the zone is clear", () => {
    const lane = stuck();
    assert.equal(lane.phase, "closing");
    lane.gate({ boomOpen: false, loopUnder: true });
    assert.equal(lane.phase, "clearing");
    lane.gate({ boomOpen: true }).wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    lane.gate({ loopUnder: false }).wait(500);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom", "lower-boom"]);
    boomFalls(lane);
    assert.equal(lane.result, "PASSED");
    assert.deepEqual(
      outcomes(lane).map(([, outcome]) => outcome),
      ["done", "not done", "done"],
    );
  });

  test("and every command has its outcome on record", () => {
    const lane = stuck().wait(60_000).gate({ boomOpen: false, boomClosed: true });
    const asked = lane.records("barrier.command").map(({ commandId }) => commandId);
    const answered = new Set(lane.records("barrier.outcome").map(({ commandId }) => commandId));
    assert.equal(asked.length, 4);
    assert.deepEqual(
      asked.filter((commandId) => !answered.has(commandId)),
      [],
    );
  });

  test("while the key switch stands on manual or the fire input holds it open", () => {
    for (const inCharge of [{ modeAuto: false }, { fireOpen: true }, { estopOk: false }]) {
      const lane = drivesOut(drivesUnder(crossing().gate(inCharge))).wait(600_000);
      assert.deepEqual(lane.booms, ["raise-boom"]);
      lane.gate({ modeAuto: true, fireOpen: false, estopOk: true });
      if ("fireOpen" in inCharge) {
        lane.wait(600_000);
        assert.deepEqual(lane.booms, ["raise-boom"], "an emergency is over when two persons say so");
        const by = { subject: "S-4", role: "supervisor" } as const;
        lane.order({ name: "reset-emergency" }, { by, secondBy: { subject: "T-3", role: "technician" } });
      }
      lane.wait(499);
      assert.deepEqual(lane.booms, ["raise-boom"]);
      lane.wait(1);
      assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    }
  });
});

describe("a timer that expired while its time was being changed", () => {
  test("does not end the phase that came after", () => {
    const lane = opening().wait(5990).gate({ boomClosed: false, boomOpen: true });
    assert.equal(lane.phase, "crossing");
    lane.wait(15).post({ type: "timer-expired", timer: "phase" });
    assert.equal(lane.phase, "crossing");
    assert.equal(lane.state.exitLight, "green");
    lane.wait(60_000);
    assert.equal(lane.phase, "clearing", "the phase still ends in its own time");
  });

  test("does not shorten the wait before the boom is lowered", () => {
    const lane = drivesOut(drivesUnder(crossing())).gate({ curtain: true }).gate({ curtain: false });
    lane.wait(100).post({ type: "timer-expired", timer: "under-clear" });
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.wait(399);
    assert.deepEqual(lane.booms, ["raise-boom"], "the zone must be clear for the whole time without a break");
    lane.wait(1);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("means nothing once it is cancelled", () => {
    const lane = drivesOut(drivesUnder(crossing())).gate({ curtain: true }).wait(5000);
    lane.post({ type: "timer-expired", timer: "under-clear" });
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });
});

test("a policy with a longer wait under the boom is obeyed", () => {
  const policy = policyWith({ timers: { underClearMs: 2500 } });
  const lane = drivesOut(drivesUnder(boomRises(standsOnScale(new Lane({ clearances: [cached()] }, policy).ready()))));
  lane.wait(2199);
  assert.deepEqual(lane.booms, ["raise-boom"]);
  lane.wait(1);
  assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
});
