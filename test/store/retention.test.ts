import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { JournalDraft, JournalType } from "#contract/journal";
import { RETENTION_DEFAULTS, type RetentionRules } from "#contract/retention";
import { sha256 } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import { verifyArchive } from "#store/retention/archive-file";
import { verifyArchives } from "#store/retention/archive-folder";
import { commit, databasePath, openStore } from "./support.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 10);
const BOOT = "0190-boot";

/** A store whose time is told, with pictures as files and operations that acknowledge when told to. */
function agingStore(t: TestContext) {
  const path = databasePath(t);
  const folder = dirname(path);
  const { store } = openStore(path, BOOT);
  const reader = JournalReader.open(path);
  t.after(() => {
    reader.close();
    store.close();
  });
  const append = (utc: number, data: unknown, type: JournalType = "lane.event", passage: string | null = null) => {
    const draft: JournalDraft = { utc, monotonicMs: 1, type, passage, data };
    return commit(store, { drafts: [draft] }).head;
  };
  const pathOf = (hash: string) => join(folder, "evidence", hash.slice(0, 2), hash.slice(2, 4), hash);
  const picture = (utc: number, passage: string, text: string) => {
    const hash = sha256(text);
    mkdirSync(dirname(pathOf(hash)), { recursive: true });
    writeFileSync(pathOf(hash), text);
    const evidence = { sha256: hash, bytes: text.length, takenAt: utc };
    append(utc, { event: { type: "capture-result", evidence } }, "read.image", passage);
    return { hash, isThere: () => existsSync(pathOf(hash)) };
  };
  const sent = (seq = reader.head().seq) =>
    writeFileSync(join(folder, "evidence-upload.json"), JSON.stringify({ version: 1, seq }));
  const acknowledged = () => commit(store, { ack: { boot: BOOT, ...reader.head() } });
  /** Everything that is due at this time; gives the number of slices. */
  const housekeep = (utc: number, rules: Partial<RetentionRules> = {}): { slices: number; problem?: string } => {
    for (let slices = 1; slices < 2_000; slices++) {
      const request = { utc, monotonicMs: 2, rules: { ...RETENTION_DEFAULTS, ...rules } };
      const { more, problem } = store.housekeep(request);
      if (!more) return { slices, ...(problem === undefined ? {} : { problem }) };
    }
    return assert.fail("there is always more to do");
  };
  return { path, folder, store, reader, append, picture, sent, acknowledged, housekeep };
}

const lastData = (reader: JournalReader): unknown => reader.tail(1)[0]?.data;
const passed = { verdict: "PASS", by: "lane" };

test("pictures of a passage go after half a year, those of a held one after five, each on record before", async (t) => {
  const { picture, append, sent, acknowledged, housekeep, reader } = agingStore(t);
  const ordinary = picture(START, "p-1", "ordinary");
  append(START, passed, "decision.made", "p-1");
  append(START, { result: "PASSED" }, "passage.closed", "p-1");
  const held = picture(START, "p-2", "held");
  append(START, { verdict: "HOLD", by: "lane" }, "decision.made", "p-2");
  const unseen = picture(START, "p-3", "unseen");
  append(START, { result: "UNCERTAIN" }, "passage.closed", "p-3");
  sent();
  acknowledged();
  housekeep(START + 183 * DAY_MS);
  assert.equal(ordinary.isThere(), true, "not a day too early");
  housekeep(START + 185 * DAY_MS);
  assert.deepEqual(
    [ordinary, held, unseen].map(({ isThere }) => isThere()),
    [false, true, true],
  );
  const record = reader.tail(1)[0];
  assert.equal(record?.type, "evidence.purged");
  assert.deepEqual(record?.data, { pictures: [{ seq: 1, sha256: ordinary.hash, why: "age" }] });
  housekeep(START + 5 * 366 * DAY_MS);
  assert.deepEqual(
    [held, unseen].map(({ isThere }) => isThere()),
    [false, false],
  );
  assert.equal((await reader.verify()).ok, true);
});

test("nothing goes that operations do not hold, however old", (t) => {
  const { picture, sent, acknowledged, housekeep } = agingStore(t);
  const old = picture(START, "p-1", "old");
  const later = START + 4_000 * DAY_MS;
  housekeep(later);
  assert.equal(old.isThere(), true, "neither sent nor acknowledged");
  acknowledged();
  housekeep(later);
  assert.equal(old.isThere(), true, "not sent");
  sent();
  housekeep(later);
  assert.equal(old.isThere(), false);
});

test("a picture that a later vehicle shows again is kept for that one", (t) => {
  const { picture, sent, acknowledged, housekeep } = agingStore(t);
  picture(START, "p-1", "the same");
  const again = picture(START + 100 * DAY_MS, "p-2", "the same");
  sent();
  acknowledged();
  housekeep(START + 200 * DAY_MS);
  assert.equal(again.isThere(), true);
});

test("over the budget the oldest pictures of vehicles that passed go, never those of a held one", (t) => {
  const { picture, append, sent, acknowledged, housekeep, reader } = agingStore(t);
  append(START, { verdict: "HOLD", by: "lane" }, "decision.made", "p-0");
  const held = picture(START, "p-0", "h".repeat(100));
  const pictures = [1, 2, 3, 4].map((n) => picture(START + n, `p-${n}`, String(n).repeat(100)));
  sent();
  acknowledged();
  housekeep(START + DAY_MS, { pictureBudgetBytes: 300 });
  assert.deepEqual(
    pictures.map(({ isThere }) => isThere()),
    [false, false, true, true],
  );
  assert.equal(held.isThere(), true);
  const record = lastData(reader);
  assert.deepEqual(
    (record as { pictures: { why: string }[] }).pictures.map(({ why }) => why),
    ["budget", "budget"],
  );
  housekeep(START + DAY_MS, { pictureBudgetBytes: 50 });
  assert.equal(held.isThere(), true, "not for any budget");
});

test("a picture whose leaving is on record goes also when the lane ended in between", (t) => {
  const { path, picture, sent, acknowledged, store } = agingStore(t);
  const old = picture(START, "p-1", "old");
  sent();
  acknowledged();
  const request = { utc: START + 400 * DAY_MS, monotonicMs: 2, rules: RETENTION_DEFAULTS };
  while (!("head" in store.housekeep(request)));
  assert.equal(old.isThere(), true);
  store.close();
  const next = openStore(path, "another boot").store;
  next.housekeep(request);
  next.close();
  assert.equal(old.isThere(), false);
});

/** Three months of entries, some of which belong to passages. */
function quarter({ append }: ReturnType<typeof agingStore>): void {
  for (let day = 0; day < 90; day++) {
    for (let n = 0; n < 8; n++)
      append(START + day * DAY_MS + n, { day, n, text: "x".repeat(50) }, "lane.event", `p-${day}`);
  }
}

test("a month that is old enough moves into a file, and the chain goes on over the cut", async (t) => {
  const lane = agingStore(t);
  const { folder, sent, acknowledged, housekeep, reader, path } = lane;
  quarter(lane);
  const before = reader.head();
  const now = Date.UTC(2026, 3, 20);
  housekeep(now, { journalMonths: 1 });
  assert.equal(existsSync(join(folder, "archive")), false, "operations do not hold it");
  sent();
  acknowledged();
  const { slices } = housekeep(now, { journalMonths: 1 });
  assert.ok(slices > 6, "in slices");
  const files = readdirSync(join(folder, "archive")).sort();
  assert.deepEqual(files, ["journal-2026-01-1-176.ndjson", "journal-2026-02-177-400.ndjson"]);
  let end = { seq: 0, hash: "0".repeat(64) };
  for (const file of files) {
    const archive = await verifyArchive(join(folder, "archive", file));
    assert.equal(archive.ok, true, archive.firstBad?.why);
    assert.deepEqual(archive.before, end, "one continues the other");
    end = archive.head ?? end;
  }
  assert.equal(reader.entry(400), undefined);
  assert.equal(reader.entry(401)?.prevHash, end.hash, "and the database continues the last");
  const { ok, entries, head } = await reader.verify();
  assert.equal(ok, true);
  assert.equal(entries, head.seq - 400);
  assert.equal(head.seq, before.seq + 2, "each archive is on record");
  assert.equal(reader.tail(1)[0]?.type, "journal.archived");
  const { file, sha256: written } = lastData(reader) as { file: string; sha256: string };
  assert.equal(sha256(readFileSync(join(folder, "archive", file))), written);
  const whole = await verifyArchives(join(folder, "archive"), await reader.verify());
  assert.deepEqual({ ok: whole.ok, entries: whole.entries }, { ok: true, entries: head.seq });
  const [first = ""] = files;
  rmSync(join(folder, "archive", first));
  const torn = await verifyArchives(join(folder, "archive"), await reader.verify());
  assert.match(torn.firstBad?.why ?? "", /it begins behind entry 176/);
  lane.store.close();
  const next = openStore(path, "another boot");
  assert.equal(next.opened.head.seq, head.seq);
  next.store.close();
});

test("one altered, missing or added byte in an archive shows, and where", async (t) => {
  const lane = agingStore(t);
  quarter(lane);
  lane.sent();
  lane.acknowledged();
  lane.housekeep(Date.UTC(2026, 3, 20), { journalMonths: 2 });
  const path = join(lane.folder, "archive", "journal-2026-01-1-176.ndjson");
  const good = readFileSync(path, "utf8");
  const lines = good.split("\n");
  const tampered = [
    [good.replace('\\"day\\":3,\\"n\\":4', '\\"day\\":3,\\"n\\":5'), 29],
    [lines.filter((_, index) => index !== 10).join("\n"), 10],
    [lines.slice(1).join("\n"), 1],
  ] as const;
  for (const [text, seq] of tampered) {
    writeFileSync(path, text);
    const { ok, firstBad } = await verifyArchive(path);
    assert.equal(ok, false);
    assert.equal(firstBad?.seq, seq, firstBad?.why);
  }
  writeFileSync(path, good);
  appendFileSync(path, "{}\n");
  assert.equal((await verifyArchive(path)).ok, false);
});

test("when the archive cannot be written nothing is removed, and it is said", (t) => {
  const lane = agingStore(t);
  quarter(lane);
  lane.sent();
  lane.acknowledged();
  mkdirSync(lane.folder, { recursive: true });
  writeFileSync(join(lane.folder, "archive"), "a file where a folder should be");
  const { problem } = lane.housekeep(Date.UTC(2026, 3, 20), { journalMonths: 1 });
  assert.match(problem ?? "", /cannot be archived/);
  assert.equal(lane.reader.entry(1)?.seq, 1);
});
