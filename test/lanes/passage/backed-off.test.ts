import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached, SITE } from "../builders.ts";
import { Lane } from "../harness.ts";
import { boomFalls, boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

const opening = () => standsOnScale(new Lane({ clearances: [cached()] }).ready());
const crossing = () => boomRises(opening());

describe("a vehicle with a PASS that backs off the deck", () => {
  test("does not leave the open boom to one that waits close behind it when it backs off the weighbridge", () => {
    // The arrival loop never gets clear, so the lane is never empty: only the deck tells that there is another now.
    const lane = crossing().gate({ loopArrival: true, eyeScaleFront: true }).scale("empty").wait(200);
    lane.gate({ eyeScaleFront: true }).scale("loaded");
    assert.equal(lane.consumption(), "none");
    drivesUnder(lane.gate({ eyeScaleFront: false, loopArrival: false }));
    boomFalls(drivesOut(lane).wait(600));
    assert.deepEqual(
      lane.records("passage.closed").map(({ result }) => result),
      ["UNVERIFIED_PASSAGE"],
    );
    assert.equal(lane.consumption(), "none");
  });

  test("does not leave a boom that is still on its way up to the next one", () => {
    const lane = opening().wait(200).gate({ boomClosed: false, loopArrival: true, eyeScaleFront: true }).scale("empty");
    assert.equal(lane.consumption(), "none");
    lane.wait(500).scale("loaded").gate({ boomOpen: true });
    assert.equal(lane.phase, "clearing");
    assert.notEqual(lane.state.exitLight, "green");
    boomFalls(lane.wait(500)).wait(600);
    assert.equal(lane.records("passage.closed")[0]?.["result"], "ABANDONED");
    assert.equal(lane.passage.id, "P000002", "whoever is on the deck now has a passage of its own");
    assert.equal(lane.captures.at(-1)?.passage, "P000002", "and is looked at anew");
  });
});

describe("a vehicle under the boom", () => {
  test("F33 is not closed on when loop and curtain under the boom are dead: the exit loop tells of it", () => {
    const lane = crossing().gate({ eyeScaleRear: true }).wait(3000).gate({ loopExit: true }).scale("empty");
    lane.gate({ eyeScaleRear: false }).wait(3_600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    boomFalls(lane.gate({ loopExit: false }).wait(6000));
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "reserved", "a person has to say whether it crossed");
  });

  test("F34 is not closed on while the loop chatters: each pulse starts the wait anew", () => {
    const lane = drivesUnder(crossing()).wait(3000).gate({ loopExit: true }).scale("empty");
    lane.gate({ eyeScaleRear: false, loopUnder: false });
    for (let pulse = 0; pulse < 200; pulse++) {
      lane.wait(25).gate({ loopUnder: true }).wait(25).gate({ loopUnder: false });
    }
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(lane.wait(499).booms, ["raise-boom"]);
    assert.deepEqual(lane.wait(1).booms, ["raise-boom", "lower-boom"]);
  });
});

describe("in a lane without a weighbridge", () => {
  for (const [how, loopArrival, phase] of [
    ["with the next one close behind", true, "identify"],
    ["all the way", false, "decide"],
  ] as const) {
    test(`what was read of a held vehicle does not count when it backs off ${how}`, () => {
      const lane = new Lane({ clearances: [] });
      lane
        .post({ type: "started", boot: "boot-0", site: { ...SITE, weighbridge: false } })
        .link(true)
        .gate({});
      lane.gate({ loopArrival: true }).wait(1000).gate({ eyeScaleFront: true }).gate({ loopArrival: false });
      lane.gate({ eyeScaleFront: false }).gate({ eyeScaleRear: true }).wait(60_000);
      assert.deepEqual([lane.passage.phase, lane.lastDecision.reason], ["hold", "NO_CLEARANCE"]);
      const taken = lane.captures.length;
      lane.gate({ eyeScaleRear: false });
      assert.equal(lane.passage.phase, "hold", "it may have moved up a little");
      lane.gate({ eyeScaleFront: true, loopArrival });
      assert.equal(lane.passage.phase, phase);
      lane.gate({ loopArrival: false });
      assert.ok(lane.captures.length > taken, "whoever stands there is looked at anew");
    });
  }
});
