import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalDraft } from "#contract/journal";
import type { NeighbourUse } from "#contract/neighbour";
import { ClearanceIndex } from "#control/clearance-index";
import type { LaneInput, LaneLoop } from "#control/lane-loop";
import { NeighbourWatch } from "#control/neighbour-watch";
import type { CommitBatch } from "#store/batch";
import { clearance } from "../store/support.ts";

/** A watch over a store that takes everything and calls everything news. */
class Bench {
  readonly index = new ClearanceIndex("lane-1");
  readonly posted: LaneInput[] = [];
  readonly rows: JournalDraft[] = [];
  readonly watch: NeighbourWatch;

  constructor() {
    this.index.replace(1, [clearance("CL-1")]);
    const loop: Pick<LaneLoop, "commit" | "draft" | "post"> = {
      post: (input) => this.posted.push(input),
      draft: (type, data) => ({ type, data, utc: 1, monotonicMs: 1, passage: "open now" }),
      commit: async ({ drafts, neighbour }: CommitBatch) => {
        this.rows.push(...drafts);
        const { lane = "", uses = [] } = neighbour ?? {};
        return { entries: [], head: { seq: 1, hash: "" }, usedElsewhere: uses.map((one) => ({ ...one, lane })) };
      },
    };
    this.watch = new NeighbourWatch({ lane: "lane-1", loop: loop as LaneLoop, index: this.index });
  }

  hear(use: NeighbourUse["use"], more: Partial<NeighbourUse> = {}): Promise<void> {
    const one = { clearance: "CL-1", use, passage: "P42", seq: 7, hash: "a".repeat(64), utcMs: 1_767_600_000_000 };
    return this.watch.take({ type: "neighbour-uses", lane: "lane-2", through: 7, uses: [{ ...one, ...more }] });
  }

  consume(passage: string): void {
    this.index.use("CL-1", "consumed", passage, 1);
    this.watch.consumed("CL-1", passage);
  }
}

const CONFLICT = {
  type: "clearance.conflict",
  passage: "P4",
  utc: 1,
  monotonicMs: 1,
  data: {
    clearance: "CL-1",
    own: { lane: "lane-1", passage: "P4" },
    other: { lane: "lane-2", passage: "P42", seq: 7, hash: "a".repeat(64), at: "2026-01-05T08:00:00.000Z" },
  },
};

test("news about a clearance on the list make the open passage look again; others do not", async () => {
  const bench = new Bench();
  await bench.hear("reserved", { clearance: "CL-unknown" });
  assert.deepEqual(bench.posted, []);
  await bench.hear("reserved");
  assert.deepEqual(bench.posted, [{ type: "clearances-changed", version: 1 }]);
  assert.deepEqual(bench.rows, [], "reserved there is no conflict");
});

test("F55: consumed here, then heard of there: on record with both passages, once", async () => {
  const bench = new Bench();
  bench.consume("P4");
  assert.deepEqual(bench.rows, []);
  await bench.hear("consumed");
  await bench.hear("consumed");
  assert.deepEqual(bench.rows, [CONFLICT]);
});

test("F55: heard of there, then consumed here, by a vehicle that was under way: the same", async () => {
  const bench = new Bench();
  bench.index.use("CL-1", "reserved", "P4", 1);
  await bench.hear("consumed");
  assert.deepEqual(bench.rows, [], "it may still be stopped");
  bench.consume("P4");
  assert.deepEqual(bench.rows, [CONFLICT]);
});

test("what is only reserved there, or released again, is no conflict when it is consumed here", async () => {
  const bench = new Bench();
  await bench.hear("reserved");
  await bench.hear("released", { seq: 8 });
  bench.consume("P4");
  assert.deepEqual(bench.rows, []);
});
