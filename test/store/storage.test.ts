import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { SmallDisk } from "#bench/chaos/small-disk";
import { isLaneError } from "#contract/errors";
import type { StorageCondition } from "#contract/storage";
import { Ballast } from "#store/ballast";
import { JournalReader } from "#store/journal-reader";
import { StorageWatch } from "#store/storage-watch";
import { Store } from "#store/store";
import { commit, databasePath, draft, openStore } from "./support.ts";

const MEGABYTE = 1024 * 1024;

/** A disk of its own that can be full, or undefined for who may not mount one. */
function smallDisk(t: TestContext): { disk: SmallDisk; folder: string; onEnd: (() => void)[] } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-small-disk-"));
  const disk = new SmallDisk(folder);
  const onEnd: (() => void)[] = [];
  // In this order: a disk with open files cannot be taken away.
  t.after(() => {
    for (const end of onEnd) end();
    disk.unmount();
    rmSync(folder, { recursive: true, force: true });
  });
  return disk.mount(24) ? { disk, folder, onEnd } : undefined;
}

test("F7: a full disk: nothing promised is lost, the reserve takes what comes, and room brings it back", async (t) => {
  const small = smallDisk(t);
  if (small === undefined) return t.skip("only root can mount a small disk");
  const { disk, folder, onEnd } = small;
  const path = join(folder, "lane.db");
  const told: StorageCondition[] = [];
  const identity = { path, boot: "boot-1", startedUtc: 0, ballastBytes: 4 * MEGABYTE };
  const { store } = Store.open(identity, (condition) => told.push(condition));
  onEnd.push(() => store.close());
  commit(store, { drafts: [draft({ before: true })] });
  assert.equal(existsSync(join(folder, "ballast")), true);
  disk.fill();
  for (let n = 0; n < 200; n++) commit(store, { drafts: [draft({ n, text: "x".repeat(2_000) })] });
  assert.deepEqual(
    told.map(({ mode }) => mode),
    ["full"],
  );
  assert.match(told[0]?.advice ?? "", /Make room/);
  assert.equal(existsSync(join(folder, "ballast")), false);
  const reader = JournalReader.open(path);
  onEnd.push(() => reader.close());
  assert.equal(reader.head().seq, 201, "every promise is kept, none twice");
  assert.equal((await reader.verify()).ok, true);
  const more = () => {
    for (let n = 0; n < 20_000; n++) commit(store, { drafts: [draft({ text: "y".repeat(20_000) })] });
  };
  assert.throws(more, { code: "SQLITE_FULL" }, "the reserve ends, and with it every promise");
});

test("a full disk that gets room again takes up its reserve", (t) => {
  const small = smallDisk(t);
  if (small === undefined) return t.skip("only root can mount a small disk");
  const ballast = new Ballast(join(small.folder, "lane.db"), 4 * MEGABYTE);
  assert.equal(ballast.take(), true);
  small.disk.fill();
  assert.equal(ballast.release(), true);
  const told: string[] = [];
  const watch = new StorageWatch(ballast, ({ mode }) => told.push(mode));
  watch.full();
  watch.committed(1, 10_000);
  assert.deepEqual(told, ["full"], "the room of the reserve itself is no room");
  small.disk.free();
  watch.committed(1, 11_000);
  assert.deepEqual(told, ["full"], "not looked at so soon again");
  watch.committed(1, 20_000);
  assert.deepEqual(told, ["full", "ok"]);
  assert.equal(ballast.isThere, true);
});

test("F5: a commit that takes too long makes the disk a slow one until many in a row were quick", (t) => {
  const told: string[] = [];
  const watch = new StorageWatch(new Ballast(databasePath(t), 0), ({ mode }) => told.push(mode));
  watch.committed(400, 0);
  watch.committed(501, 0);
  for (let n = 0; n < 9; n++) watch.committed(5, 0);
  assert.deepEqual(told, ["slow"]);
  watch.committed(600, 0);
  for (let n = 0; n < 10; n++) watch.committed(5, 0);
  assert.deepEqual(told, ["slow", "ok"]);
});

test("F11: an older copy of the database is refused at the start, because operations hold more than it has", (t) => {
  const path = databasePath(t);
  const copy = `${path}.copy`;
  const first = openStore(path, "boot-1").store;
  commit(first, { drafts: [draft({ n: 1 })] });
  first.close();
  copyFileSync(path, copy);
  const second = openStore(path, "boot-2").store;
  const { head } = commit(second, { drafts: [draft({ n: 2 }), draft({ n: 3 })] });
  commit(second, { ack: { boot: "boot-2", ...head } });
  second.close();
  openStore(path, "boot-3").store.close();
  copyFileSync(copy, path);
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  const refused = (error: unknown) =>
    isLaneError(error, "STORE_ROLLED_BACK") && /operations hold entry 3/.test(error.detail);
  assert.throws(() => openStore(path, "boot-4"), refused);
  const forked = openStoreWithoutAnchor(path);
  commit(forked, { drafts: [draft({ n: "other" }), draft({ n: "others" })] });
  forked.close();
  assert.throws(
    () => openStore(path, "boot-5"),
    (error) => isLaneError(error, "STORE_ROLLED_BACK"),
    "the same number, another entry",
  );
});

/** Somebody takes the note of the last acknowledgement away and puts it back afterwards. */
function openStoreWithoutAnchor(path: string): Store {
  const anchor = `${path}.anchor`;
  copyFileSync(anchor, join(dirname(path), "kept"));
  rmSync(anchor);
  const { store } = openStore(path, "boot-fork");
  copyFileSync(join(dirname(path), "kept"), anchor);
  return store;
}

test("F10: a write-ahead log that is gone: refused when operations hold what was in it, and told by their next word", (t) => {
  const path = databasePath(t);
  openStore(path, "boot-0").store.close();
  const { store } = openStore(path, "boot-1");
  const [first, last] = [1, 2].map((n) => commit(store, { drafts: [draft({ n })] }).head);
  assert.ok(first !== undefined && last !== undefined);
  const withoutLog = join(dirname(path), "without-log.db");
  copyFileSync(path, withoutLog);
  commit(store, { ack: { boot: "boot-1", ...last } });
  store.close();
  const told: StorageCondition[] = [];
  const again = Store.open({ path: withoutLog, boot: "boot-2", startedUtc: 0 }, (condition) => told.push(condition));
  t.after(() => again.store.close());
  assert.equal(again.opened.head.seq, 0, "what was only in the log is gone");
  commit(again.store, { ack: { boot: "boot-1", ...last } });
  assert.deepEqual(
    told.map(({ mode }) => mode),
    ["rolled-back"],
  );
  again.store.close();
  copyFileSync(`${path}.anchor`, `${withoutLog}.anchor`);
  assert.throws(
    () => openStore(withoutLog, "boot-3"),
    (error) => isLaneError(error, "STORE_ROLLED_BACK"),
  );
});

test("an acknowledgement beyond the end of the journal tells of an older copy, for good", (t) => {
  const told: StorageCondition[] = [];
  const path = databasePath(t);
  const { store } = Store.open({ path, boot: "boot-1", startedUtc: 0 }, (condition) => told.push(condition));
  t.after(() => store.close());
  const { head } = commit(store, { drafts: [draft({})] });
  commit(store, { ack: { boot: "boot-1", ...head } });
  assert.deepEqual(told, []);
  const { ack } = commit(store, { ack: { boot: "boot-0", seq: 7, hash: head.hash } });
  assert.equal(ack?.accepted, false);
  assert.deepEqual(
    told.map(({ mode, detail }) => `${mode}: ${detail}`),
    ["rolled-back: operations hold entry 7, the journal ends with 1"],
  );
});
