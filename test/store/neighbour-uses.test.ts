import assert from "node:assert/strict";
import { test } from "node:test";
import type { NeighbourUse } from "#contract/neighbour";
import { readNeighbourHeads } from "#store/neighbour-uses";
import { OwnUses } from "#store/own-uses";
import { commit, databasePath, draft, openStore } from "./support.ts";

const use = (seq: number, kind: NeighbourUse["use"] = "reserved", clearance = "CL-1"): NeighbourUse => ({
  clearance,
  use: kind,
  passage: "P000007",
  seq,
  hash: "a".repeat(64),
  utcMs: 1_760_000_000_000 + seq,
});

test("what a neighbour has used is kept, and only news is news", (t) => {
  const path = databasePath(t);
  const { store, opened } = openStore(path);
  assert.deepEqual(opened.usedElsewhere, []);
  const take = (through: number, ...uses: NeighbourUse[]) =>
    commit(store, { neighbour: { lane: "lane-2", through, uses } }).usedElsewhere?.map((one) => [one.use, one.seq]);
  assert.deepEqual(take(5, use(5)), [["reserved", 5]]);
  assert.deepEqual(take(5, use(5)), [], "the same again");
  assert.deepEqual(take(7, use(7, "released")), [["released", 7]]);
  assert.deepEqual(take(7, use(5)), [], "older than what is known");
  assert.deepEqual(take(9, use(8), use(9, "consumed")), [
    ["reserved", 8],
    ["consumed", 9],
  ]);
  assert.deepEqual(take(12, use(12, "released")), [], "consumed stays consumed");
  commit(store, { neighbour: { lane: "lane-3", through: 3, uses: [use(3, "released", "CL-2")] } });
  store.close();

  const again = openStore(path);
  assert.deepEqual(again.opened.usedElsewhere, [{ ...use(9, "consumed"), lane: "lane-2" }]);
  again.store.close();
  assert.deepEqual(
    [...readNeighbourHeads(path)],
    [
      ["lane-2", 12],
      ["lane-3", 3],
    ],
  );
});

test("a lane's own uses are read from its journal, with their place in the chain, page by page", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path);
  const { entries } = commit(store, {
    drafts: [
      draft({ clearance: "CL-1", version: 1 }, "clearance.reserved", "P1"),
      draft({ index: 1 }),
      draft({ clearance: "CL-1" }, "clearance.consumed", "P1"),
      draft({ why: "no clearance named" }, "clearance.released", "P2"),
    ],
  });
  const own = OwnUses.open(path);
  t.after(() => {
    own.close();
    store.close();
  });
  const told = own.after(0);
  assert.deepEqual(
    told.uses.map(({ clearance, use: kind, passage, seq, hash }) => [clearance, kind, passage, { seq, hash }]),
    [
      ["CL-1", "reserved", "P1", entries[0]],
      ["CL-1", "consumed", "P1", entries[2]],
    ],
  );
  assert.deepEqual([told.after, told.through, told.head], [0, 4, 4]);
  assert.deepEqual(own.after(3).uses, []);
  const many = Array.from({ length: 250 }, (_, n) => draft({ clearance: `CL-${n}` }, "clearance.consumed", "P3"));
  commit(store, { drafts: many });
  const page = own.after(4);
  assert.deepEqual([page.uses.length, page.through, page.head], [200, 204, 254]);
  assert.deepEqual(own.after(page.through).uses.length, 50);
});
