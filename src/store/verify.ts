import type { Database } from "better-sqlite3";
import { messageOf } from "#contract/errors";
import { canonicalJson, entryHashOfText } from "./hash.ts";
import {
  EMPTY_HEAD,
  entryOfRow,
  JOURNAL_COLUMNS,
  type JournalHead,
  type JournalRow,
  readAcked,
  readFloor,
} from "./journal-rows.ts";

export interface BadRow {
  readonly seq: number;
  /** A sentence for people. */
  readonly why: string;
}

export interface Verification {
  readonly ok: boolean;
  /** Rows that are good, up to the first bad one. */
  readonly entries: number;
  /** Last good row. */
  readonly head: JournalHead;
  /** Last entry that lies in an archive file; absent while the database has all of them. */
  readonly before?: JournalHead;
  readonly firstBad?: BadRow;
}

/** Rows in one read; between two reads no lock is held, so the writer can checkpoint. */
const PAGE_ROWS = 500;

/**
 * Walks the chain from `from` (default: the first row that is not in an archive) to the end, page by page: numbers
 * without a gap, canonical data, each hash, each link, and that what operations have acknowledged is still there. Each
 * `next()` reads one page.
 * Rows cut off the end after the last acknowledged one cannot be missed from here; operations see those.
 */
export function* verifySteps(db: Database, from?: number): Generator<void, Verification> {
  // From the beginning, rows numbered below 1 are looked at too: there must be none.
  const page = db.prepare<[number, number], JournalRow>(
    `SELECT ${JOURNAL_COLUMNS} FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`,
  );
  const acked = readAcked(db);
  const floor = readFloor(db);
  const start = from === undefined || from <= floor.seq + 1 ? undefined : from;
  let head = start === undefined ? floor : anchor(db, start - 1);
  if (head === undefined) return bad(EMPTY_HEAD, 0, (start ?? 1) - 1, "the row before the first one is missing");
  let next = start ?? (floor.seq === 0 ? Number.MIN_SAFE_INTEGER : floor.seq + 1);
  let entries = 0;
  for (;;) {
    const { rows, unreadable } = readable((count) => page.all(next, count));
    for (const row of rows) {
      const why = problem(row, head, acked);
      if (why !== undefined) return bad(head, entries, Math.min(row.seq, head.seq + 1), why);
      head = { seq: row.seq, hash: row.hash };
      entries += 1;
    }
    if (unreadable !== undefined) return bad(head, entries, head.seq + 1, `it cannot be read: ${unreadable}`);
    if (rows.length < PAGE_ROWS) break;
    next = head.seq + 1;
    yield;
  }
  if (head.seq < acked.seq) {
    return bad(head, entries, head.seq + 1, `rows up to ${acked.seq} were acknowledged by operations and are gone`);
  }
  return { ok: true, entries, head, ...(floor.seq === 0 ? {} : { before: floor }) };
}

interface Readable {
  readonly rows: readonly JournalRow[];
  /** Why there are not more of them: the file is damaged behind the last. */
  readonly unreadable?: string;
}

/** A page of rows, or as many of them as the disk gives back. */
function readable(read: (count: number) => JournalRow[]): Readable {
  try {
    return { rows: read(PAGE_ROWS) };
  } catch (error) {
    // Between `good` rows, which can be read, and `bad` ones, which cannot.
    let [good, bad] = [0, PAGE_ROWS];
    let rows: readonly JournalRow[] = [];
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      try {
        rows = read(middle);
        good = middle;
      } catch {
        bad = middle;
      }
    }
    return { rows, unreadable: messageOf(error) };
  }
}

/** The whole of `verifySteps` at once, for a short stretch. */
export function verifyNow(db: Database, from: number): Verification {
  const steps = verifySteps(db, from);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function problem(row: JournalRow, before: JournalHead, acked: JournalHead): string | undefined {
  if (row.seq !== before.seq + 1) return `row ${row.seq} follows row ${before.seq}`;
  if (row.prev_hash !== before.hash)
    return "it does not continue the chain: prevHash is not the hash of the row before";
  try {
    const entry = entryOfRow(row);
    if (canonicalJson(entry.data) !== row.data) return "its data is not canonical JSON";
    if (entryHashOfText(entry, row.data) !== row.hash) return "its content does not have its hash";
  } catch (error) {
    return `it cannot be read: ${messageOf(error)}`;
  }
  if (row.seq === acked.seq && row.hash !== acked.hash) return "operations acknowledged it with another hash";
  return undefined;
}

function anchor(db: Database, seq: number): JournalHead | undefined {
  return db.prepare<[number], JournalHead>("SELECT seq, hash FROM journal WHERE seq = ?").get(seq);
}

function bad(head: JournalHead, entries: number, seq: number, why: string): Verification {
  return { ok: false, entries, head, firstBad: { seq, why } };
}
