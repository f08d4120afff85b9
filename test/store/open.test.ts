import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import Database from "better-sqlite3";
import { isLaneError } from "#contract/errors";
import { GENESIS_HASH } from "#contract/journal";
import { entryHash } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import { migrate, schemaVersion } from "#store/migrations";
import { openForWriting, requireDurable } from "#store/open";
import { commit, databasePath, draft, filledStore, openStore } from "./support.ts";

test("F4: every open, also the second, writes with synchronous FULL", (t) => {
  const path = databasePath(t);
  for (const round of ["first", "second", "third"]) {
    const db = openForWriting(path);
    assert.equal(db.pragma("synchronous", { simple: true }), 2, `${round} open`);
    assert.equal(db.pragma("journal_mode", { simple: true }), "wal", `${round} open`);
    assert.equal(db.pragma("foreign_keys", { simple: true }), 1, `${round} open`);
    db.close();
  }
  // The trap this guards against: a plain open of the same file does not flush.
  const plain = new Database(path);
  assert.throws(
    () => requireDurable(plain),
    (error) => isLaneError(error, "STORE_NOT_DURABLE"),
  );
  plain.close();
});

test("a database that cannot have a write-ahead log is refused", () => {
  assert.throws(
    () => openForWriting(":memory:"),
    (error) => isLaneError(error, "STORE_NOT_DURABLE"),
  );
});

test("F58: a database written by a newer version is refused, for writing and for reading", (t) => {
  const path = databasePath(t);
  filledStore(path, 1);
  const db = new Database(path);
  db.exec("INSERT INTO schema_migrations (version, name) VALUES (999, 'from the future')");
  db.close();
  assert.throws(
    () => openForWriting(path),
    (error) => isLaneError(error, "STORE_SCHEMA_TOO_NEW"),
  );
  assert.throws(
    () => JournalReader.open(path),
    (error) => isLaneError(error, "STORE_SCHEMA_TOO_NEW"),
  );
});

test("an older schema is brought up to date and keeps its rows; a copy of it stays", (t) => {
  const path = databasePath(t);
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  migrate(db, 2);
  const row = [1, 0, 0, "boot-0", "lane.event", null, "{}", GENESIS_HASH] as const;
  const [seq, utc, monotonicMs, boot, type, passage, , prevHash] = row;
  const hash = entryHash({ seq, utc, monotonicMs, boot, type, passage, data: {}, prevHash });
  db.prepare("INSERT INTO boots VALUES (?, 0, 0)").run(boot);
  db.prepare("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(...row, hash);
  db.close();
  assert.throws(
    () => JournalReader.open(path),
    (error) => isLaneError(error, "STORE_FAILED"),
  );
  for (const expected of [1, 1]) {
    const { store, opened } = openStore(path);
    assert.deepEqual(opened.head, { seq: expected, hash });
    assert.deepEqual(opened.clearances, []);
    store.close();
  }
  const copy = new Database(`${path}.schema-2`, { readonly: true });
  assert.equal(schemaVersion(copy), 2);
  assert.equal(copy.prepare("SELECT hash FROM journal").pluck().get(), hash);
  copy.close();
});

test("a file that is no database is refused with a code", (t) => {
  const path = databasePath(t);
  writeFileSync(path, "this is not a database, whatever its name says".repeat(100));
  assert.throws(
    () => openForWriting(path),
    (error) => isLaneError(error, "STORE_FAILED"),
  );
});

test("a reader of a journal that does not exist yet is told so, and creates nothing", (t) => {
  const path = databasePath(t);
  for (const attempt of [1, 2]) {
    assert.throws(
      () => JournalReader.open(path),
      (error) => isLaneError(error, "STORE_FAILED"),
      `attempt ${attempt}`,
    );
  }
});

test("rows cannot be changed, removed or inserted out of line through SQL", (t) => {
  const path = databasePath(t);
  filledStore(path, 3);
  const db = new Database(path);
  assert.throws(() => db.exec("UPDATE journal SET data = '{}' WHERE seq = 2"), /append-only/);
  assert.throws(() => db.exec("DELETE FROM journal WHERE seq = 3"), /append-only/);
  const copy = `SELECT 9, utc_ms, monotonic_ms, boot, type, passage, data, prev_hash, hash FROM journal WHERE seq = 3`;
  assert.throws(() => db.exec(`INSERT INTO journal ${copy}`), /does not continue the chain/);
  assert.throws(() => db.exec(`INSERT OR REPLACE INTO journal ${copy.replace("9", "3")}`), /does not continue/);
  db.close();
});

test("a second writer on the same file is noticed at its first row", (t) => {
  const path = databasePath(t);
  const first = openStore(path).store;
  const second = openStore(path).store;
  commit(first, { drafts: [draft({ by: "first" })] });
  assert.throws(() => second.commitGroup([{ drafts: [draft({ by: "second" })] }]), /second writer/);
  first.close();
  second.close();
});

test("F8: a database that turned read-only is refused", { skip: process.getuid?.() === 0 && "root may write" }, (t) => {
  const path = databasePath(t);
  filledStore(path, 1);
  chmodSync(path, 0o444);
  assert.throws(
    () => openStore(path),
    (error) => isLaneError(error, "STORE_FAILED"),
  );
});
