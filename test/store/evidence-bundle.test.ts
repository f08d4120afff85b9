import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { JournalDraft } from "#contract/journal";
import { signCheckpoint } from "#store/checkpoint";
import { EvidenceStore } from "#store/evidence";
import { bundleText, type CollectedEvidence, collectEvidence } from "#store/evidence-bundle";
import { checkEvidence } from "#store/evidence-check";
import { picturesIn } from "#store/evidence-pictures";
import { JournalReader } from "#store/journal-reader";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { Store } from "#store/store";

/** One passage in a real journal with a real picture, sealed with a real key; then every way to tamper with its file. */
const BOOT = "0198f7a0-0000-7000-8000-000000000001";
let folder = "";
let text = "";
let altered: CollectedEvidence;
let gone: CollectedEvidence;

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
  const read = draft("read.image", "P000001", {
    event: { type: "capture-result", camera: "../front", evidence: picture },
  });
  const other = draft("lane.event", null, { event: { type: "link", up: true } });
  const closed = draft("passage.closed", "P000001", { result: "PASSED" });
  store.commitGroup([{ drafts: [other, opened, read, other, closed, other] }]);
  const reader = JournalReader.open(path);
  const head = reader.head();
  const seal = signCheckpoint({ site: "bench", lane: "lane-1", boot: BOOT, ...head, utc: 3000 }, key);
  store.commitGroup([{ drafts: [draft("journal.checkpoint", null, seal), other] }]);
  const whole = await collectEvidence("P000001", { reader, evidence, key });
  assert.deepEqual(whole.lacking, []);
  text = bundleText(whole.bundle);
  await assert.rejects(collectEvidence("P000002", { reader, evidence, key }), { code: "EVIDENCE_MISSING" });
  await writeFile(evidence.pathOf(picture.sha256), "another picture");
  altered = await collectEvidence("P000001", { reader, evidence, key });
  await rm(evidence.pathOf(picture.sha256));
  gone = await collectEvidence("P000001", { reader, evidence, key });
  reader.close();
  store.close();
});

after(() => rm(folder, { recursive: true, force: true }));

test("of a passage that is still open everything up to the last checkpoint is written, once it was decided", async () => {
  const key = loadOrCreateLaneKey(folder);
  const path = join(folder, "open.db");
  const { store } = Store.open({ path, boot: BOOT, startedUtc: 1000 });
  const commit = (type: JournalDraft["type"], passage: string | null, data: unknown) =>
    store.commitGroup([{ drafts: [{ utc: 2000, monotonicMs: 5, type, passage, data }] }]);
  const reader = JournalReader.open(path);
  const sign = () =>
    commit(
      "journal.checkpoint",
      null,
      signCheckpoint({ site: "bench", lane: "lane-1", boot: BOOT, ...reader.head(), utc: 3000 }, key),
    );
  const collect = () =>
    collectEvidence("P000001", { reader, evidence: new EvidenceStore({ directory: join(folder, "evidence") }), key });
  commit("passage.opened", "P000001", { direction: "EXPORT" });
  sign();
  await assert.rejects(collect(), { code: "EVIDENCE_MISSING" }, "nothing was decided yet");
  commit("decision.made", "P000001", { verdict: "HOLD" });
  await assert.rejects(collect(), { code: "EVIDENCE_MISSING" }, "the decision is not signed yet");
  sign();
  commit("read.failed", "P000001", { event: { type: "capture-failed" } });
  const held = checkEvidence(bundleText((await collect()).bundle), key);
  assert.deepEqual([held.problems, held.ended, held.entries], [[], false, 4]);
  commit("passage.closed", "P000001", { result: "REFUSED" });
  await assert.rejects(collect(), { code: "EVIDENCE_MISSING" }, "the end is not signed yet");
  sign();
  const over = checkEvidence(bundleText((await collect()).bundle), key);
  assert.deepEqual([over.problems, over.ended, over.entries], [[], true, 7]);
  reader.close();
  store.close();
});

test("its pictures have names that are safe for files, and their original bytes", () => {
  const [{ name, jpeg } = { name: "", jpeg: Buffer.of() }, ...others] = picturesIn(text);
  assert.deepEqual(others, []);
  assert.match(name, /^000003-___front-[0-9a-f]{12}\.jpg$/);
  assert.equal(jpeg.toString(), "a picture");
});

test("a picture that was altered or is gone is left out and named, and the check misses it", () => {
  for (const { bundle, lacking } of [altered, gone]) {
    const [{ sha256 } = { sha256: "" }, ...others] = lacking;
    assert.deepEqual(others, []);
    assert.deepEqual(bundle.pictures, {});
    assert.equal(bundle.journal.length, 6, "the rest is there");
    assert.deepEqual(checkEvidence(bundleText(bundle)).problems, [`picture ${sha256} is missing`]);
  }
  assert.match(altered.lacking[0]?.why ?? "", /altered/);
});

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
