import assert from "node:assert/strict";
import { test } from "node:test";
import { type AuditInput, auditRecords } from "#bench/chaos/audit";
import { GENESIS_HASH, type JournalEntry, type JournalType } from "#contract/journal";

const hashOf = (seq: number) => String(seq).padStart(64, "a");

function entry(seq: number, type: JournalType = "lane.event", passage: string | null = null, data: unknown = {}) {
  const row: JournalEntry = {
    seq,
    utc: 0,
    monotonicMs: 0,
    boot: "boot-1",
    type,
    passage,
    data,
    prevHash: seq === 1 ? GENESIS_HASH : hashOf(seq - 1),
    hash: hashOf(seq),
  };
  return row;
}

const journal = [1, 2, 3].map((seq) => entry(seq));

function audited(change: Partial<AuditInput>) {
  const head = { seq: 3, hash: hashOf(3), boot: "boot-1" };
  return auditRecords({
    journal,
    verified: true,
    report: { received: 3, gaps: [], duplicates: 0, redelivered: 5, chainOk: true, head },
    hashAtOperations: hashOf,
    seen: { durable: new Map([1, 2, 3].map((seq) => [seq, hashOf(seq)])) },
    ...change,
  });
}

test("a journal that is what everybody saw is clean", () => {
  const { acknowledgedLost, gaps, duplicatesApplied, chain, entries } = audited({});
  assert.deepEqual(
    { acknowledgedLost, gaps, duplicatesApplied, chain, entries },
    {
      acknowledgedLost: 0,
      gaps: 0,
      duplicatesApplied: 0,
      chain: "ok",
      entries: 3,
    },
  );
});

test("an entry that operations hold and the journal does not is lost, and so is one that has changed", () => {
  assert.equal(audited({ journal: journal.slice(0, 2) }).acknowledgedLost, 1);
  assert.equal(audited({ hashAtOperations: (seq) => (seq === 2 ? hashOf(9) : hashOf(seq)) }).acknowledgedLost, 1);
});

test("an entry that was readable once and is gone is lost, also when operations never had it", () => {
  const seen = { durable: new Map([[4, hashOf(4)]]) };
  assert.equal(audited({ seen }).acknowledgedLost, 1);
});

test("an entry that operations do not have is a gap", () => {
  assert.equal(audited({ hashAtOperations: (seq) => (seq === 2 ? undefined : hashOf(seq)) }).gaps, 1);
});

test("a chain that is broken on either side is broken", () => {
  assert.equal(audited({ verified: false }).chain, "broken");
  const head = { seq: 3, hash: hashOf(3), boot: "boot-1" };
  const report = { received: 3, gaps: [], duplicates: 1, redelivered: 0, chainOk: false, head };
  assert.equal(audited({ report }).chain, "broken");
  assert.equal(audited({ report }).duplicatesApplied, 1);
});

test("a clearance that let two passages through is applied twice, one that is written twice for one is not", () => {
  const consumed = (seq: number, passage: string) => entry(seq, "clearance.consumed", passage, { clearance: "CL-1" });
  assert.equal(audited({ journal: [consumed(1, "p-1"), consumed(2, "p-2"), entry(3)] }).duplicatesApplied, 1);
  assert.equal(audited({ journal: [consumed(1, "p-1"), consumed(2, "p-1"), entry(3)] }).duplicatesApplied, 0);
});
