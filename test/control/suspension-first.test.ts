import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clearance } from "#contract/clearance";
import { LaneError } from "#contract/errors";
import type { ToEdge } from "#contract/messages";
import { ClearanceFeed } from "#control/clearance-feed";
import { ClearanceIndex } from "#control/clearance-index";
import type { LaneInput, LaneLoop } from "#control/lane-loop";
import { INITIAL_STATE } from "#lanes/passage/model";
import type { CommitBatch } from "#store/batch";
import { clearance } from "../store/support.ts";

const PLATE = "29H67890";
const SUSPENDED: Clearance = {
  ...clearance("CL-1", 2),
  holds: [{ kind: "SUSPENDED", since: "2026-01-05T02:00:00Z", by: "customs" }],
};

/** A feed whose disk takes a list only when it is told to. */
class Bench {
  readonly index = new ClearanceIndex("lane-1");
  readonly posted: LaneInput[] = [];
  readonly rejected: string[] = [];
  readonly sent: ToEdge[] = [];
  readonly #disk: (() => void)[] = [];
  #version = 0;
  utc = AT;
  feed: ClearanceFeed;

  constructor() {
    const loop: Pick<LaneLoop, "commit" | "draft" | "post" | "state"> = {
      state: INITIAL_STATE,
      post: (input) => this.posted.push(input),
      draft: (type, data) => ({ type, data, utc: this.utc, monotonicMs: 0, passage: null }),
      commit: (batch) => new Promise((resolve, reject) => this.#disk.push(() => this.#commit(batch, resolve, reject))),
    };
    this.feed = new ClearanceFeed({
      loop: loop as LaneLoop,
      index: this.index,
      freshMs: 900_000,
      clock: { utc: () => this.utc, monotonic: () => 0 },
      rejected: (_source, _code, detail) => this.rejected.push(detail),
      send: (message) => this.sent.push(message),
    });
  }

  /** The disk takes what waits, in order. */
  async flush(): Promise<void> {
    for (const write of this.#disk.splice(0)) write();
    for (let turn = 0; turn < 20; turn++) await nextTurn();
  }

  holds(): string {
    const [found] = this.index.find(null, PLATE);
    if (found === undefined) return "not listed";
    return found.clearance.status === "REVOKED" ? "revoked" : (found.clearance.holds[0]?.kind ?? "free");
  }

  #commit(batch: CommitBatch, resolve: (result: never) => void, reject: (error: Error) => void): void {
    const { replace, delta } = batch.clearances ?? {};
    const version = replace?.version ?? delta?.version ?? 0;
    const fits = replace === undefined ? version === this.#version + 1 : version > this.#version;
    if (!fits) return reject(new LaneError("MESSAGE_REFUSED", "a gap"));
    this.#version = version;
    resolve({ entries: [], head: { seq: 1, hash: "" } } as never);
  }
}

const AT = 1_767_600_000_000;
const list = (version: number, ...records: Clearance[]) =>
  ({ type: "clearance-snapshot", version, at: AT, records }) as const;
const changes = (version: number, upsert: Clearance[], remove: string[] = []) =>
  ({ type: "clearance-delta", version, at: AT, upsert, remove }) as const;

async function listed(): Promise<Bench> {
  const bench = new Bench();
  void bench.feed.take(list(1, clearance("CL-1")));
  await bench.flush();
  assert.equal(bench.holds(), "free");
  bench.posted.length = 0;
  return bench;
}

test("F53: a suspension counts before the list that waits for the disk ahead of it, and after it", async () => {
  const bench = await listed();
  void bench.feed.take(list(2, clearance("CL-1"), clearance("CL-2")));
  void bench.feed.take(changes(3, [SUSPENDED]));
  assert.equal(bench.holds(), "SUSPENDED");
  assert.deepEqual(bench.posted, [{ type: "clearances-changed", version: 3 }], "an open passage looks again at once");
  await bench.flush();
  assert.equal(bench.index.version, 3);
  assert.equal(bench.holds(), "SUSPENDED");
  void bench.feed.take(changes(4, [clearance("CL-1", 3)]));
  await bench.flush();
  assert.equal(bench.holds(), "free", "it was lifted");
});

test("what is revoked or withdrawn counts at once as well", async () => {
  const bench = await listed();
  void bench.feed.take(changes(2, [{ ...clearance("CL-1", 2), status: "REVOKED" }]));
  assert.equal(bench.holds(), "revoked");
  await bench.flush();
  assert.equal(bench.holds(), "revoked");
  const other = await listed();
  void other.feed.take(changes(2, [], ["CL-1"]));
  assert.equal(other.holds(), "not listed");
});

test("a suspension in changes with a gap before them holds until the list that has it arrives", async () => {
  const bench = await listed();
  void bench.feed.take(changes(5, [SUSPENDED]));
  await bench.flush();
  assert.deepEqual(bench.rejected, ["a gap"]);
  assert.equal(bench.holds(), "SUSPENDED");
  void bench.feed.take(list(4, clearance("CL-1")));
  await bench.flush();
  assert.equal(bench.holds(), "SUSPENDED", "that list is older than the suspension");
  void bench.feed.take(list(6, clearance("CL-1", 3)));
  await bench.flush();
  assert.equal(bench.holds(), "free");
});

test("an ordinary change waits for its turn, and an old one suspends nothing", async () => {
  const bench = await listed();
  void bench.feed.take(changes(2, [clearance("CL-1", 2)]));
  assert.deepEqual(bench.posted, []);
  void bench.feed.take(changes(1, [SUSPENDED]));
  assert.equal(bench.holds(), "free");
});

test("a list out of a file is as old as it says, and who brought it hears what became of it", async () => {
  const bench = new Bench();
  const hours = 3_600_000;
  void bench.feed.take({ ...list(7, clearance("CL-1")), at: AT - 2 * hours, imported: { importId: "i-1" } });
  await bench.flush();
  assert.equal(bench.feed.ageMs, 2 * hours);
  void bench.feed.take({ ...list(6), imported: { importId: "i-2" } });
  void bench.feed.take({ ...list(7), at: AT - 2 * hours, imported: { importId: "i-3" } });
  await bench.flush();
  const outcomes = bench.sent.map((one) =>
    one.type === "clearance-import-outcome" ? [one.importId, one.refused] : one,
  );
  assert.deepEqual(outcomes.map((one) => (Array.isArray(one) ? [one[0], one[1] === null] : one)).sort(), [
    ["i-1", true],
    ["i-2", false],
    ["i-3", false],
  ]);
  assert.equal(bench.feed.ageMs, 2 * hours, "what was refused makes nothing young");
});
