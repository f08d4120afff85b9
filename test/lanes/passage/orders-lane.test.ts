import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Order } from "#contract/order";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { boomRises, drivesUnder, standsOnScale } from "../vehicle.ts";

const SUPERVISOR = { subject: "S-4", role: "supervisor" } as const;
const OFFICER = { subject: "O-17", role: "officer" } as const;
const TWO: Partial<Order> = { by: SUPERVISOR, secondBy: OFFICER };
const last = (lane: Lane) => lane.answered.at(-1);

describe("the boom on the word of two persons", () => {
  test("goes up outside a passage, and they are answered when it is seen open", () => {
    const lane = new Lane().ready().order({ name: "open" }, TWO);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.equal(last(lane), undefined);
    lane.gate({ boomClosed: false });
    assert.equal(last(lane), undefined);
    lane.gate({ boomOpen: true });
    assert.equal(last(lane)?.state, "done");
    assert.equal(lane.state.entryLight, "red");
    assert.deepEqual(lane.records("barrier.fault"), [], "no move that nobody asked for");
  });

  test("comes down again only on their word, and only over a clear zone", () => {
    const lane = new Lane().ready().order({ name: "open" }, TWO).gate({ boomClosed: false, boomOpen: true });
    lane.wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.gate({ curtain: true }).order({ name: "close" }, TWO);
    assert.equal(last(lane)?.code, "ZONE_NOT_CLEAR");
    lane.gate({ curtain: false }).order({ name: "close" }, TWO);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
    lane.gate({ boomOpen: false }).gate({ boomClosed: true });
    assert.equal(last(lane)?.state, "done");
  });

  test("not into a lane that is in use, in an emergency or out of service", () => {
    const inUse = standsOnScale(new Lane({ clearances: [] }).ready()).order({ name: "open" }, TWO);
    assert.equal(last(inUse)?.code, "IN_USE");
    for (const inputs of [{ estopOk: false }, { fireOpen: true }, { modeAuto: false }, { motorFault: true }]) {
      const lane = new Lane().ready().gate(inputs).order({ name: "open" }, TWO);
      assert.equal(last(lane)?.code, "LANE_NOT_READY");
      assert.deepEqual(lane.booms, []);
    }
  });

  test("that does not go up in time is a fault, and they are told", () => {
    const lane = new Lane().ready().order({ name: "open" }, TWO).wait(6000);
    assert.deepEqual([last(lane)?.state, last(lane)?.code], ["failed", "NOT_OPENED"]);
    assert.equal(lane.records("barrier.outcome")[0]?.["outcome"], "not done");
  });

  test("that the interlock or the PLC refuses fails at once", () => {
    const lane = new Lane().ready().order({ name: "open" }, TWO);
    const raise = lane.commands.findLast(({ command }) => command.type === "raise-boom");
    lane.post({ type: "command-outcome", commandId: raise?.commandId ?? "", ok: false, detail: "interlock" });
    assert.equal(last(lane)?.state, "failed");
  });

  test("and a restart in between: it is read back and not asked again", () => {
    for (const [inputs, state] of [
      [{ boomClosed: false, boomOpen: true }, "done"],
      [{}, "failed"],
    ] as const) {
      const lane = new Lane().ready().order({ name: "open" }, TWO).restart().unseen(inputs);
      lane.scale("empty").gate({}).wait(10_000);
      assert.equal(last(lane)?.state, state);
      assert.deepEqual(lane.booms, ["raise-boom"]);
    }
  });
});

describe("the mode that a person has set", () => {
  test("holds vehicles, stays over a restart and ends on his word", () => {
    const lane = new Lane({ clearances: [cached()] }).ready();
    lane.order({ name: "mode", mode: "maintenance" }, { by: SUPERVISOR });
    assert.equal(lane.state.mode.service, "maintenance");
    assert.equal(lane.state.entryLight, "red");
    lane.restart().link(true).scale("empty").gate({});
    assert.equal(lane.state.mode.service, "maintenance");
    lane.order({ name: "mode", mode: "auto" }, { by: SUPERVISOR });
    assert.equal(lane.state.mode.service, "auto");
    assert.equal(lane.state.entryLight, "green");
  });

  test("cannot make a lane automatic whose key switch stands on manual", () => {
    const lane = new Lane().ready().gate({ modeAuto: false }).order({ name: "mode", mode: "auto" }, { by: SUPERVISOR });
    assert.equal(lane.state.mode.service, "manual");
    assert.match(last(lane)?.detail ?? "", /key switch/);
  });

  test("keeps the boom up over a vehicle that is crossing, as the key switch does", () => {
    const lane = drivesUnder(boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready())));
    lane.order({ name: "mode", mode: "manual" }, { by: SUPERVISOR });
    lane.gate({ loopUnder: false, eyeScaleRear: false, loopExit: true }).scale("empty").wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    lane.order({ name: "mode", mode: "auto" }, { by: SUPERVISOR }).wait(500);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });
});

describe("a clearance of which nobody knows whether it crossed", () => {
  /** The gate was not read while the vehicle was crossing; afterwards it is gone. */
  const uncertain = () => {
    const lane = drivesUnder(boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready())));
    lane.lose("gate").scale("empty").unseen({ loopUnder: false, eyeScaleRear: false }).gate({}).wait(3000);
    lane.gate({ boomOpen: false, boomClosed: true });
    assert.equal(lane.result, "UNCERTAIN");
    assert.equal(lane.consumption(), "reserved");
    return lane;
  };
  const wish = { name: "resolve", passage: "P000001", clearance: "CL-1" } as const;

  test("is used up when two persons say that it did, with the report that is due", () => {
    const lane = uncertain()
      .restart()
      .order({ ...wish, crossed: true }, TWO);
    assert.equal(last(lane)?.state, "done");
    assert.equal(lane.consumption(), "consumed");
    assert.equal(lane.records("report.due").length, 1);
    assert.equal(last(lane.order({ ...wish, crossed: false }, TWO))?.code, "UNKNOWN_CLEARANCE", "only once");
    assert.equal(lane.consumption(), "consumed");
  });

  test("is free again when they say that it did not", () => {
    assert.equal(
      uncertain()
        .order({ ...wish, crossed: false }, TWO)
        .consumption(),
      "none",
    );
  });

  test("cannot be touched by the name of another passage or clearance", () => {
    for (const other of [{ passage: "P000002" }, { clearance: "CL-2" }]) {
      const lane = uncertain().order({ ...wish, ...other, crossed: false }, TWO);
      assert.equal(last(lane)?.code, "UNKNOWN_CLEARANCE");
      assert.equal(lane.consumption(), "reserved");
    }
  });

  test("while a vehicle stands before the boom: it is resolved first, then whoever is there is identified anew", () => {
    for (const [crossed, use] of [
      [true, "consumed"],
      [false, "none"],
    ] as const) {
      const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready()));
      lane.lose("gate").unseen({ boomOpen: false, boomClosed: true }).gate({});
      assert.equal(lane.phase, "hold");
      lane.order({ name: "release", passage: "P000001" });
      assert.equal(last(lane)?.code, "RESOLVE_FIRST");
      lane.world.pictures = { front: [[]], side: [[]] };
      lane.order({ ...wish, crossed }, TWO).wait(30_000);
      assert.equal(lane.consumption(), use);
      assert.equal(lane.phase, "hold");
      assert.equal(lane.passage.decision?.clearance, null);
    }
  });
});
