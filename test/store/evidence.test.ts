import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, readdir, stat, truncate, unlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { isLaneError } from "#contract/errors";
import { EvidenceStore } from "#store/evidence";
import { temporaryFolder } from "./support.ts";

const PICTURE = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
const HASH = createHash("sha256").update(PICTURE).digest("hex");
const missing = (error: unknown) => isLaneError(error, "EVIDENCE_MISSING");

async function startedStore(t: TestContext, maxBytes?: number) {
  const directory = join(temporaryFolder(t), "evidence");
  const store = new EvidenceStore({ directory, ...(maxBytes === undefined ? {} : { maxBytes }) });
  await store.start();
  return { directory, store };
}

test("a picture is stored under its hash, in two levels of folders, and nothing else is left", async (t) => {
  const { directory, store } = await startedStore(t);
  assert.deepEqual(await store.store(PICTURE, 42), { sha256: HASH, bytes: PICTURE.byteLength, takenAt: 42 });
  assert.equal(relative(directory, store.pathOf(HASH)), join(HASH.slice(0, 2), HASH.slice(2, 4), HASH));
  assert.deepEqual(Buffer.from(await store.read(HASH)), PICTURE);
  assert.deepEqual(await readdir(join(directory, "incoming")), []);
});

test("the same picture again is one file, also when both come at once", async (t) => {
  const { store } = await startedStore(t);
  await Promise.all([store.store(PICTURE, 1), store.store(PICTURE, 2)]);
  const { ino } = await stat(store.pathOf(HASH));
  assert.equal((await store.store(PICTURE, 43)).takenAt, 43);
  assert.equal((await stat(store.pathOf(HASH))).ino, ino, "an intact file is not written again");
});

test("T21: an altered, cut or missing file is never handed out", async (t) => {
  const { store } = await startedStore(t);
  await assert.rejects(store.read(HASH), missing);
  await store.store(PICTURE, 1);
  await chmod(store.pathOf(HASH), 0o640);
  await writeFile(store.pathOf(HASH), Buffer.concat([PICTURE, Buffer.from([0])]));
  await assert.rejects(store.read(HASH), missing);
  await truncate(store.pathOf(HASH), 3);
  await assert.rejects(store.read(HASH), missing);
  await store.store(PICTURE, 2);
  assert.deepEqual(Buffer.from(await store.read(HASH)), PICTURE, "storing it again repairs it");
  await unlink(store.pathOf(HASH));
  await assert.rejects(store.read(HASH), missing);
});

test("B37: only a hash names a file", async (t) => {
  const { store } = await startedStore(t);
  for (const name of ["", "../../etc/passwd", HASH.toUpperCase(), `${HASH}/..`, `${HASH}\0`, "ab"]) {
    assert.throws(() => store.pathOf(name), missing, JSON.stringify(name));
    await assert.rejects(store.read(name), missing);
  }
});

test("a file above the limit is refused", async (t) => {
  const { store } = await startedStore(t, 10);
  await assert.rejects(store.store(PICTURE, 1), (error) => isLaneError(error, "IMAGE_TOO_LARGE"));
});

test("start removes what a power cut left half written", async (t) => {
  const { directory, store } = await startedStore(t);
  await writeFile(join(directory, "incoming", "half"), "half");
  await store.start();
  assert.deepEqual(await readdir(join(directory, "incoming")), []);
});

test("a folder that cannot be written is reported as a failed store", async (t) => {
  const { directory, store } = await startedStore(t);
  // A file where the folder should be stops also a privileged user.
  await writeFile(join(directory, HASH.slice(0, 2)), "in the way");
  await assert.rejects(store.store(PICTURE, 1), (error) => isLaneError(error, "STORE_FAILED"));
  assert.deepEqual(await readdir(join(directory, "incoming")), []);
});
