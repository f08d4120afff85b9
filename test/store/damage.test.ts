import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { createRandom } from "#bench/scene/random";
import { isLaneError } from "#contract/errors";
import { JournalReader } from "#store/journal-reader";
import { clearance, commit, databasePath, draft, openStore } from "./support.ts";

const FLIPS = 200;
const ENTRIES = 60;
const PLATES = ["29H67890", "15C12345", "43C00017"];

/** A closed database with a journal and a clearance list; returns what it holds. */
function filled(path: string) {
  const { store } = openStore(path, "boot-1");
  commit(store, { drafts: Array.from({ length: ENTRIES }, (_, index) => draft({ index, text: "x".repeat(100) })) });
  const records = PLATES.map((plate, index) => clearance(`CL-${index}`, 1, plate));
  commit(store, { clearances: { replace: { version: 5, records, receivedAtUtc: 1 } } });
  store.close();
  const { store: again, opened } = openStore(path, "boot-2");
  again.close();
  return { clearances: new Map(opened.clearances.map((one) => [one.clearance.id, one])) };
}

test("F9: one flipped bit anywhere in the file is noticed or harmless: no other clearance, no other entry", async (t) => {
  const path = databasePath(t);
  const { clearances } = filled(path);
  const whole = readFileSync(path);
  const reader = JournalReader.open(path);
  const hashes = reader.range(1, ENTRIES).map(({ hash }) => hash);
  reader.close();
  const random = createRandom(9);
  const copy = join(dirname(path), "copy.db");
  let noticed = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    const bytes = Buffer.from(whole);
    const at = random.integer(0, bytes.byteLength - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true });
    writeFileSync(copy, bytes);
    try {
      const { store, opened } = openStore(copy, "boot-3");
      store.close();
      for (const one of opened.clearances) assert.deepEqual(one, clearances.get(one.clearance.id), `byte ${at}`);
      const other = JournalReader.open(copy);
      const verified = await other.verify();
      if (verified.ok) {
        assert.deepEqual(
          other.range(1, ENTRIES).map(({ hash }) => hash),
          hashes,
          `byte ${at}`,
        );
      }
      other.close();
      if (!verified.ok || opened.clearances.length < PLATES.length) noticed += 1;
    } catch (error) {
      assert.ok(isLaneError(error), `byte ${at}: ${String(error)}`);
      noticed += 1;
    }
  }
  assert.ok(noticed > 0, "some of them hit something");
});

test("F9: a record that the disk has altered is left out and named, and comes back when it is received again", (t) => {
  const path = databasePath(t);
  filled(path);
  const db = new Database(path);
  db.prepare("UPDATE clearances SET record = replace(record, '29H67890', '29H67891') WHERE id = 'CL-0'").run();
  db.close();
  const { store, opened } = openStore(path, "boot-3");
  t.after(() => store.close());
  assert.deepEqual(opened.damagedClearances, ["CL-0"]);
  assert.deepEqual(
    opened.clearances.map((one) => one.clearance.id),
    ["CL-1", "CL-2"],
  );
  const upsert = [clearance("CL-0", 1, "29H67890")];
  const { droppedClearances } = commit(store, {
    clearances: { delta: { version: 6, upsert, remove: [], receivedAtUtc: 2 } },
  });
  assert.deepEqual(droppedClearances, [], "the same record again is no contradiction");
  store.close();
  const { store: last, opened: healed } = openStore(path, "boot-4");
  last.close();
  assert.deepEqual([healed.damagedClearances, healed.clearances.length], [[], 3]);
});
