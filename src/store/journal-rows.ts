import type { Database } from "better-sqlite3";
import { GENESIS_HASH, type JournalEntry, type JournalType } from "#contract/journal";
import type { Sha256 } from "#contract/units";

/** Last row of the journal. An empty journal has `seq` 0 and the genesis hash. */
export interface JournalHead {
  readonly seq: number;
  readonly hash: Sha256;
}

export const EMPTY_HEAD: JournalHead = { seq: 0, hash: GENESIS_HASH };

/** A row as it lies in the table. */
export interface JournalRow {
  readonly seq: number;
  readonly utc_ms: number;
  readonly monotonic_ms: number;
  readonly boot: string;
  readonly type: string;
  readonly passage: string | null;
  readonly data: string;
  readonly prev_hash: string;
  readonly hash: string;
}

export const JOURNAL_COLUMNS = "seq, utc_ms, monotonic_ms, boot, type, passage, data, prev_hash, hash";

/** Throws SyntaxError when `data` is not JSON, which only tampering or a broken disk can cause. */
export function entryOfRow(row: JournalRow): JournalEntry {
  return {
    seq: row.seq,
    utc: row.utc_ms,
    monotonicMs: row.monotonic_ms,
    boot: row.boot,
    type: row.type as JournalType,
    passage: row.passage,
    data: JSON.parse(row.data) as unknown,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

export function readHead(db: Database): JournalHead {
  const row = db.prepare<[], JournalHead>("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").get();
  return row ?? EMPTY_HEAD;
}

/** Last entry that operations have acknowledged; `seq` 0 when there is none. */
export function readAcked(db: Database): JournalHead {
  const row = db.prepare<[], JournalHead>("SELECT acked_seq AS seq, acked_hash AS hash FROM outbox WHERE id = 1").get();
  return row ?? EMPTY_HEAD;
}

/** Last entry that lies in an archive file and not in the database any more; `seq` 0 while all of it is here. */
export function readFloor(db: Database): JournalHead {
  const row = db.prepare<[], JournalHead>("SELECT seq, hash FROM journal_floor WHERE id = 1").get();
  return row ?? EMPTY_HEAD;
}
