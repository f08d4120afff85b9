import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { GENESIS_HASH, type JournalEntry, type JournalType } from "#contract/journal";
import { sha256 } from "#store/hash";
import { EvidencePositionFile } from "#sync/evidence/position-file";
import { EvidenceQueue } from "#sync/evidence/queue";

const all = () => false;
const name = (n: number) => sha256(`picture ${n}`);

function row(seq: number, type: JournalType, passage: string | null, data: unknown): JournalEntry {
  return { seq, utc: 1, monotonicMs: 1, boot: "b", type, passage, data, prevHash: GENESIS_HASH, hash: GENESIS_HASH };
}
const picture = (seq: number, passage: string, type: JournalType = "read.image") =>
  row(seq, type, passage, { event: { evidence: { sha256: name(seq), bytes: 10, takenAt: 5 } } });
const decision = (seq: number, passage: string, verdict: string) => row(seq, "decision.made", passage, { verdict });

function drained(queue: EvidenceQueue): number[] {
  const seqs: number[] = [];
  for (let next = queue.next(all); next !== undefined; next = queue.next(all)) {
    seqs.push(next.seq);
    queue.settle(next.sha256);
  }
  return seqs;
}

test("pictures of held vehicles go first, then those of passed ones, then the undecided; each in order", () => {
  const queue = new EvidenceQueue({ seq: 0, done: [] });
  for (const entry of [
    picture(1, "open"),
    picture(2, "pass"),
    picture(3, "hold"),
    decision(4, "pass", "PASS"),
    decision(5, "hold", "HOLD"),
    picture(6, "block"),
    decision(7, "block", "BLOCK"),
    picture(8, "hold", "read.failed"),
    picture(9, "pass"),
    row(10, "lane.event", null, { event: { evidence: "none" } }),
    picture(11, "divert"),
    decision(12, "divert", "DIVERT"),
  ]) {
    queue.take(entry);
  }
  assert.equal(queue.length, 7);
  assert.deepEqual(drained(queue), [3, 6, 8, 11, 2, 9, 1]);
});

test("a vehicle that was held stays urgent when it passes later; a closed passage is forgotten", () => {
  const queue = new EvidenceQueue({ seq: 0, done: [] });
  for (const entry of [
    picture(1, "a"),
    decision(2, "b", "HOLD"),
    decision(3, "b", "PASS"),
    picture(4, "b"),
    decision(5, "a", "PASS"),
    row(6, "passage.closed", "b", {}),
    picture(7, "b"),
  ]) {
    queue.take(entry);
  }
  assert.deepEqual(drained(queue), [4, 1, 7]);
});

test("the position says what is sent, whatever the order was, and a restart goes on from it", () => {
  const entries = [picture(1, "a"), picture(2, "b"), decision(3, "b", "HOLD"), picture(4, "c"), picture(5, "d")];
  const first = new EvidenceQueue({ seq: 0, done: [] });
  for (const entry of entries) first.take(entry);
  first.settle(name(2));
  first.settle(name(4));
  const position = first.position();
  assert.deepEqual(position, {
    seq: 0,
    done: [
      { sha256: name(2), seq: 2 },
      { sha256: name(4), seq: 4 },
    ],
  });
  const second = new EvidenceQueue(position);
  for (const entry of entries) second.take(entry);
  assert.deepEqual(drained(second), [1, 5]);
  assert.deepEqual(second.position(), { seq: 5, done: [] });
});

test("the same picture in two entries is sent once; asked for again, once more", () => {
  const queue = new EvidenceQueue({ seq: 0, done: [] });
  queue.take(picture(1, "a"));
  queue.take({ ...picture(1, "a"), seq: 2 });
  assert.deepEqual(drained(queue), [1]);
  queue.again(picture(1, "a"));
  assert.deepEqual(queue.position(), { seq: 2, done: [] }, "what is asked for again does not hold the position back");
  assert.deepEqual(drained(queue), [1]);
});

test("a picture that is put aside does not stop the others", () => {
  const queue = new EvidenceQueue({ seq: 0, done: [] });
  queue.take(picture(1, "a"));
  queue.take(picture(2, "a"));
  assert.equal(queue.next((hash) => hash === name(1))?.seq, 2);
});

test("the position file is read back, and one that is not of this journal counts for nothing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-position-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "evidence-upload.json");
  const file = new EvidencePositionFile(path);
  const start = { seq: 0, done: [] };
  const hash = name(7);
  assert.deepEqual(await file.load(() => hash), start, "no file");
  const position = { seq: 7, done: [{ sha256: name(9), seq: 9 }] };
  await file.save(position, hash);
  assert.deepEqual(await file.load((seq) => (seq === 7 ? hash : undefined)), position);
  assert.deepEqual(readdirSync(folder), ["evidence-upload.json"], "nothing is left beside it");
  assert.deepEqual(await file.load(() => name(8)), start, "another journal");
  assert.deepEqual(await file.load(() => undefined), start, "a journal that is shorter");
  for (const content of ["", "{", "[]", JSON.stringify({ version: 1, seq: -1, hash, done: [] })]) {
    writeFileSync(path, content);
    assert.deepEqual(await file.load(() => hash), start, content);
  }
});
