import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database, Statement } from "better-sqlite3";
import type { JournalEntry } from "#contract/journal";
import { entryOfRow, JOURNAL_COLUMNS, type JournalHead, type JournalRow, readAcked, readHead } from "./journal-rows.ts";
import { openForReading } from "./open.ts";
import { type Verification, verifySteps } from "./verify.ts";

/** The rows that tell a passage in short. */
export interface PassageRows {
  readonly passage: string;
  readonly opened: JournalEntry;
  /** The last decision, or null. */
  readonly decision: JournalEntry | null;
  readonly closed: JournalEntry | null;
}

/** Most rows that one call returns. */
export const MAX_ROWS = 10_000;

/**
 * The journal on a connection that cannot write; any process may have one while the daemon writes. Every method sees
 * what was durable when it was called. All but `verify` answer at once and block for as long as they read.
 */
export class JournalReader {
  readonly #db: Database;
  readonly #range: Statement<[number, number], JournalRow>;

  private constructor(db: Database) {
    this.#db = db;
    this.#range = db.prepare(`SELECT ${JOURNAL_COLUMNS} FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`);
  }

  /** Throws LaneError STORE_SCHEMA_TOO_NEW, or STORE_FAILED when there is no readable journal at `path`. */
  static open(path: string): JournalReader {
    return new JournalReader(openForReading(path));
  }

  /** Safe to call twice. */
  close(): void {
    this.#db.close();
  }

  /** `seq` 0 when the journal is empty. */
  head(): JournalHead {
    return readHead(this.#db);
  }

  /** Last entry acknowledged by operations; `seq` 0 when there is none. */
  acked(): JournalHead {
    return readAcked(this.#db);
  }

  entry(seq: number): JournalEntry | undefined {
    return this.#entries("WHERE seq = ?", [seq])[0];
  }

  /** Entries from `from` on, in order, at most `limit`. */
  range(from: number, limit: number): JournalEntry[] {
    return this.rows(from, limit).map(entryOfRow);
  }

  /** The same as they lie in the table, `data` as text: for who passes them on and need not know what they say. */
  rows(from: number, limit: number): JournalRow[] {
    return this.#range.all(from, clampRows(limit));
  }

  /** The last `count` entries, in order. */
  tail(count: number): JournalEntry[] {
    return this.#entries("ORDER BY seq DESC LIMIT ?", [clampRows(count)]).reverse();
  }

  /** Every entry of one passage, in order, at most MAX_ROWS. */
  byPassage(passage: string): JournalEntry[] {
    return this.#entries("WHERE passage = ? ORDER BY seq LIMIT ?", [passage, MAX_ROWS]);
  }

  /** The last `limit` passages, newest first. */
  passages(limit: number): PassageRows[] {
    const opened = this.#entries("WHERE type = 'passage.opened' ORDER BY seq DESC LIMIT ?", [clampRows(limit)]);
    return opened.flatMap((entry) => (entry.passage === null ? [] : [this.#passage(entry.passage, entry)]));
  }

  /** Verifies the chain from `from` (default: all of it), giving way to other work between pages. */
  async verify(options: { readonly from?: number } = {}): Promise<Verification> {
    const steps = verifySteps(this.#db, options.from);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await nextTurn();
    }
  }

  #passage(passage: string, opened: JournalEntry): PassageRows {
    const rows = this.#entries("WHERE passage = ? AND type IN ('decision.made', 'passage.closed') ORDER BY seq", [
      passage,
    ]);
    return {
      passage,
      opened,
      decision: rows.findLast(({ type }) => type === "decision.made") ?? null,
      closed: rows.findLast(({ type }) => type === "passage.closed") ?? null,
    };
  }

  #entries(where: string, parameters: readonly (string | number)[]): JournalEntry[] {
    return this.#db
      .prepare<(string | number)[], JournalRow>(`SELECT ${JOURNAL_COLUMNS} FROM journal ${where}`)
      .all(...parameters)
      .map(entryOfRow);
  }
}

function clampRows(count: number): number {
  return Math.max(0, Math.min(MAX_ROWS, Math.trunc(count)));
}
