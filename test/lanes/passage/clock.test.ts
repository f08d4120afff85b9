import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, drivesOnToScale, isJudged } from "../vehicle.ts";

const TECHNICIAN = { subject: "T-4", role: "technician" } as const;
const DAY_MS = 86_400_000;
const ready = () => new Lane({ clearances: [cached()] }).ready();

describe("F51, T18: the wall clock of the lane", () => {
  for (const byMs of [-2 * DAY_MS, -3_600_000, 3_600_000, DAY_MS, -2001 - 300, 2001 + 300]) {
    test(`set by ${byMs} ms: an alarm, and no vehicle passes on a date`, () => {
      const lane = isJudged(ready().setClock(byMs));
      assert.ok(lane.state.alarms.CLOCK);
      assert.deepEqual([lane.phase, lane.lastDecision.decidingRule, lane.lastDecision.reason], ["hold", "P5", "CLOCK"]);
      assert.deepEqual(lane.booms, []);
    });
  }

  test("set while a PASS waits for the disk: it is taken back, and the boom does not move", () => {
    const lane = ready();
    lane.world.diskIsFast = false;
    assert.equal(drivesOnToScale(arrives(lane)).phase, "armed");
    lane.setClock(-DAY_MS).answers().wait(30_000);
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.lastDecision.reason, "CLOCK");
  });

  test("set back where it was: the vehicle that waits passes", () => {
    const lane = isJudged(ready().setClock(-DAY_MS));
    lane.setClock(0).change("CL-1", { channel: 1 });
    assert.equal(lane.state.alarms.CLOCK, undefined);
    assert.equal(lane.phase, "opening");
  });

  test("confirmed by a technician: it counts again, and the vehicle that waits passes", () => {
    const lane = isJudged(ready().setClock(3_600_000));
    lane.order({ name: "clear-fault" }, { by: TECHNICIAN });
    assert.equal(lane.state.alarms.CLOCK, undefined);
    assert.equal(lane.phase, "opening");
  });

  test("a restart forgets nothing, and finds a clock that was set back meanwhile", () => {
    assert.ok(ready().setClock(3_600_000).gate({}).restart().state.alarms.CLOCK);
    const lane = ready().wait(61_000);
    lane.setClock(-2 * DAY_MS).restart();
    assert.ok(lane.state.alarms.CLOCK);
    assert.equal(isJudged(lane.ready()).lastDecision.reason, "CLOCK");
  });

  test("a clock that was ahead and is put right while the daemon is away is trusted again; one set back further is not", () => {
    const ahead = () => ready().setClock(3_600_000).gate({});
    assert.equal(ahead().setClock(0).restart(40_000).state.alarms.CLOCK, undefined);
    assert.ok(ahead().setClock(-DAY_MS).restart(40_000).state.alarms.CLOCK);
    assert.ok(ahead().restart(40_000).state.alarms.CLOCK);
    assert.ok(ready().setClock(-3_600_000).gate({}).restart(40_000).state.alarms.CLOCK);
  });

  test("while the machine goes on, a start of the daemon hides no step and makes none up", () => {
    const lane = ready().restartDaemon("run-1", 40_000);
    assert.equal(lane.state.alarms.CLOCK, undefined);
    lane.setClock(-3_600_000).restartDaemon("run-1", 40_000);
    assert.ok(lane.state.alarms.CLOCK);
    lane.setClock(0).gate({});
    assert.equal(lane.state.alarms.CLOCK, undefined, "put right to the second, however long the daemon was away");
    lane.setClock(600_000).restartDaemon("run-1", 40_000);
    assert.ok(lane.state.alarms.CLOCK, "a step ahead is seen over a start, too");
    lane.setClock(0).restartDaemon("run-1", 40_000);
    assert.equal(lane.state.alarms.CLOCK, undefined);
    lane.setClock(-DAY_MS).restartDaemon("run-2", 40_000);
    assert.ok(lane.state.alarms.CLOCK, "after a start of the machine time has at least not gone backwards");
  });

  test("a quartz that drifts, and small corrections, are no steps", () => {
    const lane = ready();
    for (let hour = 1; hour <= 48; hour += 1) lane.setClock(hour * 1500).wait(3_600_000);
    assert.equal(lane.state.alarms.CLOCK, undefined);
  });
});
