import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { JournalDraft } from "#contract/journal";
import { signCheckpoint } from "#store/checkpoint";
import { EvidenceStore } from "#store/evidence";
import { bundleText, collectEvidence } from "#store/evidence-bundle";
import { checkEvidence } from "#store/evidence-check";
import { JournalReader } from "#store/journal-reader";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { Store } from "#store/store";

/** One passage in a real journal with a real picture, sealed with a real key; then every way to tamper with its file. */
const BOOT = "0198f7a0-0000-7000-8000-000000000001";
let folder = "";
let text = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatelane-bundle-"));
  const key = loadOrCreateLaneKey(folder);
  const evidence = new EvidenceStore({ directory: join(folder, "evidence") });
  await evidence.start();
  const picture = await evidence.store(new TextEncoder().encode("a picture"), 1000);
  const path = join(folder, "lane.db");
  const { store } = Store.open({ path, boot: BOOT, startedUtc: 1000 });
  const draft = (type: JournalDraft["type"], passage: string | null, data: unknown): JournalDraft => ({
    utc: 2000,
    monotonicMs: 5,
    type,
    passage,
    data,
  });
  const opened = draft("passage.opened", "P000001", { direction: "EXPORT" });
  const read = draft("read.image", "P000001", { event: { type: "capture-result", evidence: picture } });
  const other = draft("lane.event", null, { event: { type: "link", up: true } });
  const closed = draft("passage.closed", "P000001", { result: "PASSED" });
  store.commitGroup([{ drafts: [other, opened, read, other, closed, other] }]);
  const reader = JournalReader.open(path);
  const head = reader.head();
  const seal = signCheckpoint({ site: "bench", lane: "lane-1", boot: BOOT, ...head, utc: 3000 }, key);
  store.commitGroup([{ drafts: [draft("journal.checkpoint", null, seal), other] }]);
  text = bundleText(await collectEvidence("P000001", { reader, evidence, key }));
  await assert.rejects(collectEvidence("P000002", { reader, evidence, key }), { code: "EVIDENCE_MISSING" });
  await writeFile(evidence.pathOf(picture.sha256), "another picture");
  await assert.rejects(collectEvidence("P000001", { reader, evidence, key }), { code: "EVIDENCE_MISSING" });
  reader.close();
  store.close();
});

after(() => rm(folder, { recursive: true, force: true }));

test("a file as it was written is whole", () => {
  const verdict = checkEvidence(text, loadOrCreateLaneKey(folder));
  assert.deepEqual(verdict.problems, []);
  assert.deepEqual(
    { ok: verdict.ok, passage: verdict.passage, entries: verdict.entries, pictures: verdict.pictures },
    { ok: true, passage: "P000001", entries: 6, pictures: 1 },
  );
});

test("no byte of it can change unseen", () => {
  for (let index = 0; index < text.length; index++) {
    const flipped = String.fromCharCode(text.charCodeAt(index) ^ 1);
    const changed = text.slice(0, index) + flipped + text.slice(index + 1);
    assert.equal(
      checkEvidence(changed).ok,
      false,
      `byte ${index}, ${JSON.stringify(text.slice(index - 20, index + 20))}`,
    );
  }
});

test("nothing can be cut off or added", () => {
  for (const changed of [text.slice(0, -1), `${text}\n`, ` ${text}`, text.replace("{", "{ "), "", "{}", "null"]) {
    assert.equal(checkEvidence(changed).ok, false);
  }
  const bundle = JSON.parse(text);
  assert.equal(checkEvidence(bundleText({ ...bundle, journal: bundle.journal.slice(1) })).ok, false);
  assert.equal(checkEvidence(bundleText({ ...bundle, journal: bundle.journal.slice(0, -1) })).ok, false);
  assert.equal(checkEvidence(bundleText({ ...bundle, pictures: {} })).ok, false);
});

test("a file that somebody else signed throughout is told apart by the lane's key", async () => {
  const stranger = await mkdtemp(join(tmpdir(), "gatelane-stranger-"));
  try {
    const verdict = checkEvidence(text, loadOrCreateLaneKey(stranger));
    assert.equal(verdict.ok, false);
    assert.match(verdict.problems.join(), /it is signed with the key/);
  } finally {
    await rm(stranger, { recursive: true, force: true });
  }
});
