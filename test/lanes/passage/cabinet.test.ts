import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, boomFalls, boomRises, drivesOnToScale, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const ready = () => new Lane({ clearances: [cached()] }).ready();
const open = { cabinetClosed: false };
const closed = { cabinetClosed: true };
const results = (lane: Lane) => lane.records("passage.closed").map(({ result }) => result);

describe("T1 the cabinet of the gate is opened", () => {
  test("an alarm says so at once, nobody is invited, and it is over when it is closed", () => {
    const lane = ready().gate(open);
    assert.ok(lane.state.alarms.CABINET_OPEN);
    assert.deepEqual(
      lane.records("alarm.raised").map(({ code }) => code),
      ["CABINET_OPEN"],
    );
    assert.equal(lane.state.mode.service, "manual");
    assert.equal(lane.wait(3000).state.entryLight, "red");
    lane.gate(closed);
    assert.equal(lane.state.alarms.CABINET_OPEN, undefined);
    assert.equal(lane.state.mode.service, "auto");
  });

  test("a vehicle with the best papers is held, and passes once it is closed again", () => {
    const lane = drivesOnToScale(arrives(ready()).gate(open)).wait(60_000);
    assert.equal(lane.lastDecision.reason, "LANE_FAULT");
    assert.deepEqual(lane.booms, []);
    assert.equal(lane.gate(closed).phase, "opening");
  });

  test("the boom is not lowered on whoever works there", () => {
    const lane = drivesOut(drivesUnder(boomRises(standsOnScale(ready()))).gate(open)).wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(boomFalls(lane.gate(closed)).booms, ["raise-boom", "lower-boom"]);
  });

  test("who drives through a boom that was raised from there is unverified", () => {
    const lane = standsOnScale(ready().gate({ ...open, boomClosed: false, boomOpen: true }));
    assert.deepEqual(results(drivesOut(drivesUnder(lane)).wait(60_000)), ["UNVERIFIED_PASSAGE"]);
  });
});

describe("the mains of the gate fail", () => {
  test("an alarm, and the lane goes on with the battery", () => {
    const lane = boomRises(standsOnScale(ready().gate({ mainsOk: false })));
    assert.ok(lane.state.alarms.MAINS_LOST);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.equal(lane.gate({ mainsOk: true }).state.alarms.MAINS_LOST, undefined);
  });

  test("nobody is let in any more once the battery is low", () => {
    const lane = ready().gate({ mainsOk: false, upsLow: true });
    assert.equal(lane.state.mode.service, "out-of-service");
    assert.deepEqual(standsOnScale(lane).wait(60_000).booms, []);
    assert.equal(ready().gate({ upsLow: true }).state.mode.service, "auto", "a battery that ages stops nobody");
  });
});
