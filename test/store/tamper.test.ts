import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { test } from "node:test";
import Database from "better-sqlite3";
import { isLaneError } from "#contract/errors";
import { JournalReader } from "#store/journal-reader";
import { commit, databasePath, draft, filledStore, openStore } from "./support.ts";

/** What somebody with the file in hand and the triggers removed can do. */
function tamper(path: string, sql: string): void {
  const db = new Database(path);
  db.exec("DROP TRIGGER journal_never_changes; DROP TRIGGER journal_never_shrinks; DROP TRIGGER journal_is_one_chain");
  db.pragma("foreign_keys = OFF");
  db.pragma("ignore_check_constraints = ON");
  db.exec(sql);
  db.close();
}

async function verified(path: string, from?: number) {
  const reader = JournalReader.open(path);
  try {
    return await reader.verify(from === undefined ? {} : { from });
  } finally {
    reader.close();
  }
}

const SWAP = `UPDATE journal SET seq = -seq WHERE seq IN (4, 5);
  UPDATE journal SET seq = 9 + seq WHERE seq IN (-4, -5)`;

const CASES: readonly { name: string; sql: string; firstBad: number; why: RegExp }[] = [
  { name: "data edited", sql: `UPDATE journal SET data = '{"index":99}' WHERE seq = 4`, firstBad: 4, why: /hash/ },
  {
    name: "data respaced",
    sql: `UPDATE journal SET data = '{"index": 3}' WHERE seq = 4`,
    firstBad: 4,
    why: /canonical/,
  },
  { name: "data cut", sql: `UPDATE journal SET data = '{"index"' WHERE seq = 4`, firstBad: 4, why: /read/ },
  { name: "time edited", sql: "UPDATE journal SET utc_ms = utc_ms + 1 WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "clock edited", sql: "UPDATE journal SET monotonic_ms = 0 WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "boot edited", sql: "UPDATE journal SET boot = 'x' WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "type edited", sql: "UPDATE journal SET type = 'lane.mode' WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "passage edited", sql: "UPDATE journal SET passage = 'P' WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "hash edited", sql: "UPDATE journal SET hash = prev_hash WHERE seq = 4", firstBad: 4, why: /hash/ },
  { name: "link edited", sql: "UPDATE journal SET prev_hash = hash WHERE seq = 4", firstBad: 4, why: /chain/ },
  { name: "row deleted", sql: "DELETE FROM journal WHERE seq = 4", firstBad: 4, why: /row 5 follows row 3/ },
  { name: "first row deleted", sql: "DELETE FROM journal WHERE seq = 1", firstBad: 1, why: /row 2 follows row 0/ },
  { name: "rows swapped", sql: SWAP, firstBad: 4, why: /chain/ },
  {
    name: "row before the first",
    sql: "INSERT INTO journal SELECT -1, utc_ms, monotonic_ms, boot, type, passage, data, prev_hash, hash FROM journal WHERE seq = 1",
    firstBad: -1,
    why: /row -1 follows row 0/,
  },
];

test("T9, B31: verify names the first bad row, whatever was done to it", async (t) => {
  for (const { name, sql, firstBad, why } of CASES) {
    await t.test(name, async (t) => {
      const path = databasePath(t);
      filledStore(path, 8);
      assert.deepEqual((await verified(path)).ok, true);
      tamper(path, sql);
      const result = await verified(path);
      assert.equal(result.ok, false);
      assert.equal(result.firstBad?.seq, firstBad);
      assert.match(result.firstBad?.why ?? "", why);
      assert.equal(result.entries, Math.max(0, firstBad - 1));
      assert.throws(
        () => openStore(path),
        (error) => isLaneError(error, "STORE_FAILED"),
        "a lane does not start on a damaged journal",
      );
    });
  }
});

test("T9: any of 50 rows edited or deleted is the one that verify names", async (t) => {
  const path = databasePath(t);
  filledStore(path, 50);
  for (let seq = 1; seq <= 49; seq++) {
    const copy = `${path}.${seq}`;
    const db = new Database(path);
    await db.backup(copy);
    db.close();
    tamper(
      copy,
      seq % 2 === 0 ? `DELETE FROM journal WHERE seq = ${seq}` : `UPDATE journal SET passage = 'X' WHERE seq = ${seq}`,
    );
    assert.equal((await verified(copy)).firstBad?.seq, seq);
  }
});

test("T9: rows cut off the end show when operations had acknowledged them", async (t) => {
  const path = databasePath(t);
  filledStore(path, 3);
  const { store, opened } = openStore(path);
  const { entries } = commit(store, { drafts: [draft(4), draft(5)] });
  const last = entries.at(-1);
  assert.ok(last);
  assert.equal(commit(store, { ack: { boot: opened.boot, ...last } }).ack?.accepted, true);
  store.close();
  tamper(path, "DELETE FROM journal WHERE seq > 3");
  const result = await verified(path);
  assert.equal(result.firstBad?.seq, 4);
  assert.match(result.firstBad?.why ?? "", /acknowledged by operations and are gone/);
  assert.throws(() => openStore(path), /acknowledged by operations and are gone/);
});

test("T9: a past that was rewritten with fitting hashes shows at the entry that operations hold", async (t) => {
  const path = databasePath(t);
  const { store, opened } = openStore(path);
  const { entries } = commit(store, { drafts: [draft(1), draft(2), draft(3)] });
  const second = entries[1];
  assert.ok(second);
  assert.equal(commit(store, { ack: { boot: opened.boot, ...second } }).ack?.accepted, true);
  store.close();

  const other = databasePath(t);
  const forged = openStore(other, opened.boot).store;
  commit(forged, { drafts: [draft("a"), draft("b"), draft("c")] });
  forged.close();
  const forgedRows = JournalReader.open(other);
  const rewrite = forgedRows
    .range(1, 3)
    .map(
      ({ seq, data, prevHash, hash }) =>
        `UPDATE journal SET data = '${JSON.stringify(data)}', prev_hash = '${prevHash}', hash = '${hash}' WHERE seq = ${seq}`,
    );
  forgedRows.close();
  tamper(path, rewrite.join("; "));
  const { firstBad } = await verified(path);
  assert.equal(firstBad?.seq, 2);
  assert.match(firstBad?.why ?? "", /acknowledged it with another hash/);
});

test("verify walks more than one page, and can begin in the middle", async (t) => {
  const path = databasePath(t);
  filledStore(path, 1_203);
  const whole = await verified(path);
  assert.deepEqual([whole.ok, whole.entries, whole.head.seq], [true, 1_203, 1_203]);
  const part = await verified(path, 1_001);
  assert.deepEqual([part.ok, part.entries, part.head.seq], [true, 203, 1_203]);
  tamper(path, "UPDATE journal SET data = 'null' WHERE seq IN (700, 1100)");
  assert.equal((await verified(path)).firstBad?.seq, 700);
  assert.equal((await verified(path, 701)).firstBad?.seq, 1_100);
});

test("a damaged page of the file: verify names the first entry that cannot be read, and the lane does not start on it", async (t) => {
  const path = databasePath(t);
  filledStore(path, 2_000);
  const db = new Database(path, { readonly: true });
  const leaves = db
    .prepare<[], { pageno: number }>("SELECT pageno FROM dbstat WHERE name = 'journal' AND pagetype = 'leaf'")
    .all();
  const pageSize = Number(db.pragma("page_size", { simple: true }));
  db.close();
  const damage = (page: number) => {
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(pageSize, 0xff), 0, pageSize, (page - 1) * pageSize);
    closeSync(file);
  };
  damage(leaves[Math.floor(leaves.length / 2)]?.pageno ?? 0);
  const reader = JournalReader.open(path);
  t.after(() => reader.close());
  const { ok, entries, head, firstBad } = await reader.verify();
  assert.equal(ok, false);
  assert.ok(entries > 500 && entries < 1_500, `${entries} good entries`);
  assert.equal(head.seq, entries);
  assert.equal(firstBad?.seq, entries + 1);
  assert.match(firstBad?.why ?? "", /cannot be read: .*malformed/);
  damage(leaves.at(-1)?.pageno ?? 0);
  assert.throws(
    () => openStore(path),
    (error) => isLaneError(error, "STORE_FAILED"),
  );
});
