import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { backsOut, boomFalls, boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const opening = () => standsOnScale(new Lane({ clearances: [cached()] }).ready());
const crossing = () => boomRises(opening());
const faults = (lane: Lane) => lane.records("barrier.fault").map(({ code }) => code);
const outcomes = (lane: Lane) => lane.records("barrier.outcome").map(({ commandId, outcome }) => [commandId, outcome]);

describe("an input under the boom that does not tell the truth", () => {
  test("F33 the loop is dead: what the light curtain sees is enough, and nothing is lowered on it", () => {
    const lane = crossing().gate({ eyeScaleRear: true }).gate({ curtain: true }).wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ loopExit: true }).scale("empty").gate({ eyeScaleRear: false }).wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom"], "it still stands in the curtain");
    boomFalls(lane.gate({ curtain: false }).wait(600));
    assert.equal(lane.result, "PASSED");
  });

  test("F33 the curtain is dead: what the loop sees is enough", () => {
    const lane = drivesUnder(crossing()).gate({ curtain: false }).wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(drivesOut(lane).wait(600));
    assert.equal(lane.result, "PASSED");
  });

  test("F34 the loop chatters at 20 Hz: every change begins the wait anew", () => {
    const lane = drivesOut(drivesUnder(crossing()));
    for (let round = 0; round < 200; round += 1) lane.gate({ loopUnder: round % 2 === 0 }).wait(25);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ loopUnder: true }).gate({ loopUnder: false }).wait(499);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane.wait(1));
    assert.equal(lane.result, "PASSED");
  });
});

describe("the gate cannot be read", () => {
  test("F26 while a vehicle crosses: nothing moves, and the crossing goes on when it is back", () => {
    const lane = drivesUnder(crossing()).lose("gate").wait(60_000);
    assert.equal(lane.phase, "recovering");
    assert.equal(lane.state.boom, "unknown");
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({});
    assert.equal(lane.phase, "crossing");
    drivesOut(lane).wait(2699);
    assert.deepEqual(lane.booms, ["raise-boom"], "the zone must be clear for the longer time");
    lane.wait(1);
    boomFalls(lane);
    assert.equal(lane.result, "PASSED");
    assert.equal(lane.consumption(), "consumed");
  });

  test("F27 while a vehicle crosses, and it is gone afterwards: nobody knows, the clearance stays reserved", () => {
    const lane = drivesUnder(crossing()).lose("gate").scale("empty").unseen({ loopUnder: false, eyeScaleRear: false });
    lane.gate({}).wait(2999);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane.wait(1));
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "reserved");
  });

  test("while a vehicle crosses, and the boom is closed with a vehicle before it: an officer has to look", () => {
    const lane = crossing().lose("gate").unseen({ boomOpen: false, boomClosed: true }).gate({});
    assert.equal(lane.phase, "hold");
    assert.equal(lane.passage.needsOfficer, true);
    assert.equal(lane.consumption(), "reserved");
    assert.equal(backsOut(lane).result, "UNCERTAIN");
  });

  test("while the boom goes up: the lane looks where it is and does not ask again", () => {
    const lane = opening().lose("gate").unseen({ boomClosed: false, boomOpen: true }).gate({});
    assert.equal(lane.phase, "crossing");
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(
      outcomes(lane).map(([, outcome]) => outcome),
      ["done"],
    );
  });

  test("while a vehicle is held: it may be another one afterwards, so it is identified anew", () => {
    const lane = standsOnScale(new Lane({ clearances: [] }).ready()).wait(30_000);
    assert.equal(lane.phase, "hold");
    lane.world.pictures = { front: [[]], side: [[]] };
    lane.lose("gate").gate({});
    assert.equal(lane.phase, "decide");
    assert.deepEqual(lane.passage.reads, []);
    lane.world.clearances = [cached()];
    lane.post({ type: "clearances-changed", version: 8 }).wait(60_000);
    assert.equal(lane.phase, "hold");
    assert.deepEqual(lane.booms, []);
  });

  test("and that alone is no boom that moved by itself", () => {
    const lane = new Lane().ready().lose("gate");
    assert.deepEqual(faults(lane), []);
    assert.equal(lane.state.entryLight, "red");
  });
});

describe("the weighbridge cannot be read while a vehicle crosses", () => {
  test("the boom comes down behind it all the same, after the longer wait", () => {
    const lane = drivesUnder(crossing()).lose("weighbridge");
    lane.gate({ loopExit: true, eyeScaleRear: false }).gate({ loopUnder: false }).wait(2999);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane.wait(1));
    assert.equal(lane.result, "PASSED");
    assert.equal(lane.consumption(), "consumed");
  });

  test("and the boom stays up while anything is under it", () => {
    const lane = drivesUnder(crossing()).lose("weighbridge").gate({ loopExit: true }).wait(3_600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ loopUnder: false }).wait(1000).gate({ loopUnder: true }).wait(60_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });
});
