import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { InvariantError, isLaneError } from "#contract/errors";
import { GENESIS_HASH } from "#contract/journal";
import { canonicalHash, canonicalJson } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import { commit, databasePath, draft, openStore } from "./support.ts";

test("canonical JSON sorts keys, drops undefined and repairs half surrogate pairs", () => {
  assert.equal(canonicalJson({ b: 1, a: [undefined, -0, 1e21], c: undefined }), '{"a":[null,0,1e+21],"b":1}');
  assert.equal(canonicalJson({ plate: "29\ud800H" }), '{"plate":"29\ufffdH"}');
  assert.equal(canonicalHash({ plate: "29\ud800H" }), canonicalHash({ plate: "29\ufffdH" }));
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  for (const value of [Number.NaN, Infinity, undefined, () => 1, { at: new Date(0) }, new Map(), 1n, circular]) {
    assert.throws(() => canonicalJson(value), InvariantError, String(typeof value));
  }
});

test("the hash of a row is SHA-256 over the canonical JSON of its other fields, written out by hand", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path, "0199-boot");
  const { entries } = commit(store, { drafts: [draft({ z: 1, a: "é" }, "read.plate", "P1")] });
  store.close();
  const text =
    `{"boot":"0199-boot","data":{"a":"é","z":1},"monotonicMs":12345.678,"passage":"P1",` +
    `"prevHash":"${GENESIS_HASH}","seq":1,"type":"read.plate","utc":1760000000123}`;
  assert.equal(entries[0]?.hash, createHash("sha256").update(text, "utf8").digest("hex"));
});

test("drafts become contiguous chained rows that read back as they were given", (t) => {
  const path = databasePath(t);
  const { store, opened } = openStore(path);
  assert.deepEqual(opened.head, { seq: 0, hash: GENESIS_HASH });
  const given = [draft({ n: 1 }), draft([1, "二", null], "read.plate", "P1"), draft(undefined, "lane.mode")];
  const { entries, head } = commit(store, { drafts: given });
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.deepEqual(head, entries.at(-1));
  const reader = JournalReader.open(path);
  const rows = reader.range(1, 10);
  assert.deepEqual(
    rows.map(({ data }) => data),
    [{ n: 1 }, [1, "二", null], null],
  );
  assert.deepEqual(
    rows.map(({ prevHash }) => prevHash),
    [GENESIS_HASH, rows[0]?.hash, rows[1]?.hash],
  );
  assert.equal(rows[1]?.monotonicMs, 12_345.678);
  assert.equal(rows[1]?.boot, opened.boot);
  reader.close();
  store.close();
});

test("a later start finds head, lane state and the boot before it, and goes on with the chain", (t) => {
  const path = databasePath(t);
  const first = openStore(path);
  assert.equal(first.opened.laneState, null);
  assert.equal(first.opened.previousBoot, null);
  commit(first.store, { drafts: [draft(1)], laneState: { phase: "idle" } });
  const { head } = commit(first.store, { drafts: [draft(2)], laneState: { phase: "held", reason: "NO_CLEARANCE" } });
  first.store.close();

  const second = openStore(path);
  assert.deepEqual(second.opened.head, head);
  assert.deepEqual(second.opened.laneState, { phase: "held", reason: "NO_CLEARANCE" });
  assert.equal(second.opened.previousBoot, first.opened.boot);
  const { entries } = commit(second.store, { drafts: [draft(3)] });
  assert.equal(entries[0]?.seq, 3);
  second.store.close();
});

test("a refused batch leaves no trace, its neighbours in the group are committed", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path);
  commit(store, { clearances: { replace: { version: 5, records: [], receivedAtUtc: 1 } } });
  const results = store.commitGroup([
    { drafts: [draft("before")] },
    {
      drafts: [draft("refused")],
      laneState: { refused: true },
      clearances: { replace: { version: 5, records: [], receivedAtUtc: 2 } },
    },
    { drafts: [draft("after")] },
  ]);
  assert.ok(isLaneError(results[1], "MESSAGE_REFUSED"));
  const reader = JournalReader.open(path);
  assert.deepEqual(
    reader.range(1, 10).map(({ data }) => data),
    ["before", "after"],
  );
  assert.equal(reader.head().seq, 2);
  reader.close();
  store.close();
  const { store: again, opened } = openStore(path);
  assert.equal(opened.laneState, null);
  again.close();
});

test("one bad batch undoes the whole group", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path);
  assert.throws(
    () => store.commitGroup([{ drafts: [draft("good")] }, { drafts: [draft({ weight: Number.NaN })] }]),
    InvariantError,
  );
  store.close();
  const reader = JournalReader.open(path);
  assert.equal(reader.head().seq, 0);
  reader.close();
});

test("F64, B32: an acknowledgement moves the cursor only when it fits the journal", (t) => {
  const path = databasePath(t);
  const { store, opened } = openStore(path);
  const { entries } = commit(store, { drafts: [draft(1), draft(2), draft(3)] });
  const [one, two, three] = entries;
  assert.ok(one && two && three);
  const ack = (claim: { boot: string; seq: number; hash: string }) => commit(store, { ack: claim }).ack;

  assert.deepEqual(ack({ boot: opened.boot, ...two }), { accepted: true, ackedSeq: 2 });
  assert.deepEqual(ack({ boot: opened.boot, ...one }), { accepted: true, ackedSeq: 2 }, "an older ack moves nothing");
  for (const [claim, why] of [
    [{ boot: opened.boot, seq: 4, hash: three.hash }, /beyond the head/],
    [{ boot: opened.boot, seq: 3, hash: two.hash }, /another hash/],
    [{ boot: "another-boot", ...three }, /another start/],
    [{ boot: opened.boot, seq: 0, hash: GENESIS_HASH }, /no entry 0/],
  ] as const) {
    const outcome = ack(claim);
    assert.ok(outcome && !outcome.accepted, JSON.stringify(claim));
    assert.match(outcome.reason, why);
  }
  store.close();
  const second = openStore(path);
  assert.equal(second.opened.ackedSeq, 2);
  second.store.close();
});

test("the reader finds entries by range, tail and passage, and tells passages in short", (t) => {
  const path = databasePath(t);
  const { store } = openStore(path);
  const passage = (id: string, verdicts: string[], closed: boolean) => [
    draft({}, "passage.opened", id),
    ...verdicts.map((verdict) => draft({ verdict }, "decision.made", id)),
    ...(closed ? [draft({ result: "PASSED" }, "passage.closed", id)] : []),
    draft({}, "lane.event"),
  ];
  commit(store, { drafts: [...passage("P1", ["HOLD", "PASS"], true), ...passage("P2", [], false)] });
  const reader = JournalReader.open(path);
  assert.deepEqual(
    reader.range(2, 2).map(({ seq }) => seq),
    [2, 3],
  );
  assert.deepEqual(
    reader.tail(2).map(({ seq }) => seq),
    [6, 7],
  );
  assert.equal(reader.entry(4)?.type, "passage.closed");
  assert.equal(reader.entry(99), undefined);
  assert.equal(reader.byPassage("P1").length, 4);
  const [newest, oldest] = reader.passages(10);
  assert.equal(newest?.passage, "P2");
  assert.equal(newest?.decision, null);
  assert.equal(newest?.closed, null);
  assert.deepEqual(oldest?.decision?.data, { verdict: "PASS" });
  assert.equal(oldest?.closed?.seq, 4);
  assert.equal(reader.passages(1).length, 1);
  reader.close();
  store.close();
});
