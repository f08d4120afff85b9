import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CachedClearance, Clearance } from "#contract/clearance";
import {
  CONTAINER,
  cached,
  containerReading,
  GROSS_KG,
  plateReading,
  policyWith,
  SITE,
  TARE_KG,
  TRACTOR,
} from "../builders.ts";
import { Lane } from "../harness.ts";
import {
  arrives,
  backsOut,
  boomFalls,
  boomRises,
  drivesOnToScale,
  drivesOut,
  drivesUnder,
  standsOnScale,
} from "../vehicle.ts";

const SERIAL = "AGV0042";
const VEHICLE = `acme/${SERIAL}`;
const SEAL = "ES12345678";
const hex = (text: string) => Buffer.from(text.padEnd(12, "\0"), "latin1").toString("hex").toUpperCase();

function laneWith(world: ConstructorParameters<typeof Lane>[0], policy = policyWith(), seals = false): Lane {
  const lane = new Lane(world, policy);
  return lane
    .post({ type: "started", boot: "boot-0", site: seals ? { ...SITE, seals } : SITE })
    .link(true)
    .scale("empty")
    .gate({});
}

/** Waits until the cameras have given up and the vehicle is judged, and no longer. */
function judged(lane: Lane): Lane {
  while (lane.phase === "decide") lane.wait(100);
  return lane;
}

describe("a transponder", () => {
  const unread = { front: [[]], side: [[containerReading(CONTAINER)]] };

  test("that spells the plate stands in for it", () => {
    const lane = arrives(laneWith({ clearances: [cached()], pictures: unread }));
    lane.post({ type: "id-seen", device: "tags", kind: "tag", id: hex(TRACTOR) });
    judged(drivesOnToScale(lane));
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(lane.lastDecision.input.tag?.sources, ["tags"]);
  });

  for (const [when, tag, waitMs, booms] of [
    ["heard before the loop feels the vehicle", TRACTOR, 2000, ["raise-boom"]],
    ["heard long before somebody arrives", TRACTOR, 9_600, []],
    ["of another vehicle, heard before", "98C54321", 2000, []],
  ] as const) {
    test(`${when}: ${booms.length > 0 ? "is that of" : "is none of"} who arrives`, () => {
      const lane = laneWith({ clearances: [cached()], pictures: unread });
      lane.post({ type: "id-seen", device: "tags", kind: "tag", id: hex(tag) }).wait(waitMs);
      assert.deepEqual(judged(drivesOnToScale(arrives(lane))).booms, booms);
      const reason = booms.length > 0 ? "CLEARED" : "NO_PLATE";
      assert.equal(lane.lastDecision.reason, reason, "it contradicts nobody");
    });
  }

  test("heard before one vehicle says nothing of the next", () => {
    const lane = laneWith({ clearances: [cached()], pictures: unread });
    lane.post({ type: "id-seen", device: "tags", kind: "tag", id: hex(TRACTOR) }).wait(500);
    backsOut(arrives(lane));
    judged(drivesOnToScale(arrives(lane)));
    assert.deepEqual([lane.passage.id, lane.lastDecision.reason], ["P000002", "NO_PLATE"]);
  });

  test("of another vehicle blocks, and one that spells no plate says nothing", () => {
    for (const [id, reason] of [
      [hex("98C54321"), "CONFLICT"],
      ["E2003412013802001122AABB", "CLEARED"],
      ["", "CLEARED"],
    ] as const) {
      const lane = arrives(laneWith({ clearances: [cached()] }));
      lane.post({ type: "id-seen", device: "tags", kind: "tag", id });
      assert.equal(drivesOnToScale(lane).lastDecision.reason, reason);
    }
  });
});

test("a tag by its own number stands in for the plate of the vehicle whose clearance names it, and of no other", () => {
  const EPC = "E2003412013802001122AABB";
  const pictures = { front: [[]], side: [[containerReading(CONTAINER)]] };
  for (const [electronicPlate, booms] of [
    [EPC.toLowerCase(), ["raise-boom"]],
    ["E2003412013802001122AAB0", []],
  ] as const) {
    const vehicle = { tractorPlate: TRACTOR, tareKg: TARE_KG, electronicPlate };
    const lane = arrives(laneWith({ clearances: [cached({ vehicle })], pictures }));
    lane.post({ type: "id-seen", device: "tags", kind: "tag", id: EPC });
    assert.deepEqual(judged(drivesOnToScale(lane)).booms, booms);
  }
});

describe("a vehicle without container", () => {
  const bulk = (change: Partial<Clearance> = {}): CachedClearance => cached({ containers: [], ...change });
  const noBox = { front: [[plateReading(TRACTOR)]], side: [[]] };

  test("passes by plate and the code of its declaration", () => {
    const lane = arrives(laneWith({ clearances: [bulk()], pictures: noBox, grossKg: TARE_KG }));
    lane.post({ type: "id-seen", device: "codes", kind: "code", id: "308044805740" });
    judged(drivesOnToScale(lane));
    assert.equal(lane.lastDecision.reason, "CLEARED");
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });

  test("passes with what is left of its declaration, and the next load with what is left then, over a restart", () => {
    const loads = (declaredKg: number) => {
      const load = (id: string) => bulk({ id, bulk: { declaredKg, passedKg: 0 } });
      const lane = laneWith({ clearances: [load("CL-1")], pictures: noBox, grossKg: TARE_KG + 20_000 });
      const drive = () => {
        arrives(lane).post({ type: "id-seen", device: "codes", kind: "code", id: "308044805740" });
        return judged(drivesOnToScale(lane));
      };
      boomFalls(drivesOut(drivesUnder(boomRises(drive()))).wait(600));
      assert.equal(lane.result, "PASSED");
      assert.equal(lane.records("report.due")[0]?.["form"], 22);
      lane.restart().link(true).scale("empty").gate({});
      lane.world.clearances = [...lane.world.clearances, load("CL-2")];
      return drive();
    };
    assert.equal(loads(40_000).lastDecision.reason, "CLEARED");
    const over = loads(39_999);
    assert.equal(over.lastDecision.reason, "WEIGHT");
    assert.equal(over.booms.length, 2);
  });

  test("does not pass by its plate alone, nor with the code of another declaration", () => {
    for (const id of [null, "308044805999", "not a number"]) {
      const lane = arrives(laneWith({ clearances: [bulk()], pictures: noBox, grossKg: TARE_KG }));
      if (id !== null) lane.post({ type: "id-seen", device: "codes", kind: "code", id });
      judged(drivesOnToScale(lane));
      assert.deepEqual(lane.booms, []);
    }
  });

  test("an empty return passes as long as it weighs no more than empty", () => {
    const containers = [{ number: CONTAINER, empty: true, tareKg: 2200, declaredGrossKg: 0 }];
    for (const [grossKg, booms] of [
      [TARE_KG + 2200, ["raise-boom"]],
      [GROSS_KG, []],
    ] as const) {
      const lane = standsOnScale(laneWith({ clearances: [cached({ moveType: "EMPTY_RETURN", containers })], grossKg }));
      assert.deepEqual(lane.booms, booms);
    }
  });
});

describe("an electronic seal that the clearance names", () => {
  const named = (): CachedClearance => {
    const one = cached();
    const containers = one.clearance.containers.map((box) => ({ ...box, electronicSeal: SEAL }));
    return { ...one, clearance: { ...one.clearance, containers } };
  };
  const strict = policyWith({ clearance: { sealMustBeRead: true } });
  const hears = (lane: Lane, change: object = {}) =>
    lane.post({ type: "seal-read", device: "seals", seal: "es 12345678", state: "sealed", battery: "ok", ...change });

  test("is waited for, and heard it lets the vehicle go on", () => {
    const lane = standsOnScale(laneWith({ clearances: [named()] }, strict, true)).wait(4999);
    assert.equal(lane.phase, "seal");
    assert.deepEqual(hears(lane).booms, ["raise-boom"]);
  });

  test("not heard in time leaves the rules to decide", () => {
    const lane = standsOnScale(laneWith({ clearances: [named()] }, strict, true)).wait(5000);
    assert.equal(lane.lastDecision.reason, "SEAL_UNREAD");
    assert.deepEqual(hears(lane).booms, ["raise-boom"], "heard late it is judged again");
  });

  test("opened or tampered with blocks; with a low battery an officer looks", () => {
    for (const [change, reason] of [
      [{ state: "opened" }, "SEAL_BROKEN"],
      [{ state: "tampered" }, "SEAL_BROKEN"],
      [{ battery: "low" }, "SEAL_UNREAD"],
    ] as const) {
      const lane = hears(standsOnScale(laneWith({ clearances: [named()] }, strict, true)), change);
      assert.equal(lane.lastDecision.reason, reason);
      assert.deepEqual(lane.booms, []);
    }
  });

  test("heard before the vehicle came counts, of another vehicle it does not, nor one heard long ago", () => {
    const before = standsOnScale(hears(laneWith({ clearances: [named()] }, strict, true)));
    assert.deepEqual(before.booms, ["raise-boom"]);
    const other = hears(laneWith({ clearances: [named()] }, strict, true), { seal: "XX999", state: "opened" });
    assert.equal(standsOnScale(other).phase, "seal");
    const old = hears(laneWith({ clearances: [named()] }, strict, true)).wait(120_001);
    assert.equal(standsOnScale(old).phase, "seal");
  });

  test("is not waited for where no reader is fitted", () => {
    assert.equal(standsOnScale(laneWith({ clearances: [named()] })).phase, "opening");
  });
});

describe("an unmanned vehicle", () => {
  const record = () => cached({ vehicle: { tractorPlate: SERIAL, tareKg: TARE_KG } });
  const link = (lane: Lane, type: "vehicle-requested" | "vehicle-entered" | "vehicle-left" | "vehicle-lost") =>
    lane.post({ type, device: "igv", vehicle: VEHICLE, request: "r-1", detail: "" });
  const asks = (world: object = {}) => {
    const pictures = { front: [[]], side: [[containerReading(CONTAINER)]] };
    const lane = link(laneWith({ clearances: [record()], pictures, ...world }), "vehicle-requested");
    lane.post({ type: "id-seen", device: "tags", kind: "tag", id: hex(SERIAL) });
    return lane;
  };
  /** Its transponder carries a plate here, as the clearances of the region ask for one. */
  const PLATE = "29H67890";
  const drives = (world: object = {}) => {
    const vehicle = { kind: "IGV", tractorPlate: PLATE, serial: "agv-0042", tareKg: TARE_KG } as const;
    const slot = { from: "2026-10-10T07:00:00Z", to: "2026-10-10T12:00:00Z" };
    const clearances = [cached({ vehicle, slot })];
    const pictures = { front: [[]], side: [[containerReading(CONTAINER)]] };
    const lane = laneWith({ clearances, pictures, ...world });
    lane.post({ type: "vehicle-requested", device: "igv", vehicle: VEHICLE, request: "r-1", detail: "" });
    arrives(lane).post({ type: "id-seen", device: "tags", kind: "tag", id: hex(PLATE) });
    return judged(drivesOnToScale(lane));
  };
  const says = (lane: Lane, type: "vehicle-left" | "vehicle-lost") =>
    lane.post({ type, device: "igv", vehicle: VEHICLE, request: "r-1", detail: "silent" });

  test("is let in only when the boom is open for it, and its lease goes on while it is inside", () => {
    const lane = drives();
    assert.deepEqual(lane.lastDecision.input.client?.sources, ["igv"]);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    assert.deepEqual(lane.told, []);
    boomRises(lane);
    assert.deepEqual(
      lane.told.map(({ type }) => type),
      ["grant"],
    );
    drivesUnder(lane).wait(20_000);
    assert.equal(lane.told.length, 3, "renewed every 10 s");
    boomFalls(drivesOut(lane).wait(600));
    assert.equal(lane.result, "PASSED");
    const told = lane.told.length;
    lane.wait(60_000);
    assert.equal(lane.told.length, told, "and no longer than that");
  });

  test("with its certificate alone, or with a container of another clearance, stays outside", () => {
    const alone = judged(drivesOnToScale(arrives(asks({ pictures: { front: [[]], side: [[]] } }))));
    assert.deepEqual([alone.booms, alone.told], [[], []]);
    const stranger = drives({ pictures: { front: [[]], side: [[containerReading("HLXU2008419")]] } });
    assert.deepEqual([stranger.booms, stranger.told], [[], []]);
  });

  test("that is lost before it has come under the boom: the boom comes down", () => {
    const lane = says(boomRises(drives()), "vehicle-lost");
    assert.equal(lane.phase, "clearing");
    assert.deepEqual(lane.wait(500).booms, ["raise-boom", "lower-boom"]);
  });

  test("that is lost inside: the boom stays up until the loops say that it is out", () => {
    const lane = says(drivesUnder(boomRises(drives())), "vehicle-lost");
    assert.equal(lane.records("passage.phase").at(-1)?.["why"], "the boom is open", "its crossing goes on");
    lane.wait(600_000);
    assert.deepEqual(lane.booms, ["raise-boom"]);
    drivesOut(lane).wait(600);
    assert.deepEqual(lane.booms, ["raise-boom", "lower-boom"]);
  });

  test("that withdraws before the PASS is on the disk gets no open boom", () => {
    const lane = says(drives({ diskIsFast: false }), "vehicle-left").answers();
    assert.deepEqual(lane.booms, []);
  });

  test("that an officer refuses is sent away", () => {
    const lane = drives({ zeroSeen: false });
    lane.order({ name: "refuse", passage: lane.passage.id });
    assert.deepEqual(
      lane.told.map(({ type }) => type),
      ["refuse"],
    );
  });
});
