import assert from "node:assert/strict";
import { test } from "node:test";
import type { NeighbourUse } from "#contract/neighbour";
import { ClearanceIndex } from "#control/clearance-index";
import type { UseElsewhere } from "#store/neighbour-uses";
import { clearance } from "../store/support.ts";

const PLATE = "29H67890";

function listed(lane = "lane-2"): ClearanceIndex {
  const index = new ClearanceIndex(lane);
  index.replace(1, [clearance("CL-1")]);
  return index;
}

const elsewhere = (use: NeighbourUse["use"], utcMs = 1_000, lane = "lane-1"): UseElsewhere => ({
  lane,
  clearance: "CL-1",
  use,
  passage: "P7",
  seq: utcMs,
  hash: "a".repeat(64),
  utcMs,
});

function found(index: ClearanceIndex): readonly [string, string | undefined] {
  const [one] = index.find(null, PLATE);
  return [one?.consumption ?? "", one?.passage];
}

test("what a neighbour has reserved or consumed is used here too, until it is released there", () => {
  const index = listed();
  assert.deepEqual(found(index), ["none", undefined]);
  index.useElsewhere(elsewhere("reserved"));
  assert.deepEqual(found(index), ["reserved", "lane-1/P7"]);
  index.useElsewhere(elsewhere("released", 1_001));
  assert.deepEqual(found(index), ["none", undefined]);
  index.useElsewhere(elsewhere("consumed", 1_002));
  index.useElsewhere(elsewhere("reserved", 900, "lane-3"));
  assert.deepEqual(found(index), ["consumed", "lane-1/P7"]);
  index.replace(2, [clearance("CL-1", 2)]);
  assert.deepEqual(found(index), ["consumed", "lane-1/P7"], "also on the next list");
});

test("of two lanes that reserve one clearance both see the same one have it: the earlier, or the lower name", () => {
  for (const [lane2, lane1] of [
    [1_000, 2_000],
    [2_000, 1_000],
    [1_000, 1_000],
  ] as const) {
    const here = listed("lane-2");
    here.use("CL-1", "reserved", "P4", lane2);
    here.useElsewhere(elsewhere("reserved", lane1, "lane-1"));
    const there = listed("lane-1");
    there.use("CL-1", "reserved", "P7", lane1);
    there.useElsewhere({ ...elsewhere("reserved", lane2, "lane-2"), passage: "P4" });
    const ours = lane2 < lane1;
    assert.deepEqual(found(here), ["reserved", ours ? "P4" : "lane-1/P7"]);
    assert.deepEqual(found(there), ["reserved", ours ? "lane-2/P4" : "P7"]);
  }
});

test("what a neighbour has consumed beats what is reserved here, and nothing beats what was consumed here", () => {
  const index = listed();
  index.use("CL-1", "reserved", "P4", 1);
  index.useElsewhere(elsewhere("consumed"));
  assert.deepEqual(found(index), ["consumed", "lane-1/P7"]);
  assert.equal(index.consumedBy("CL-1"), undefined);
  index.use("CL-1", "consumed", "P4", 2);
  assert.deepEqual(found(index), ["consumed", "P4"]);
  assert.equal(index.consumedBy("CL-1"), "P4");
  assert.deepEqual(
    index.consumedElsewhere("CL-1").map(({ lane }) => lane),
    ["lane-1"],
  );
});
