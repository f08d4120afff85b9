import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { RetentionRules } from "#contract/retention";
import type { UtcMs } from "#contract/units";
import { JOURNAL_COLUMNS, type JournalHead, type JournalRow, readAcked, readFloor } from "../journal-rows.ts";
import { archiveHeadLine, archiveRowLine, rowProblem } from "./archive-file.ts";
import { monthName, monthStart } from "./months.ts";

/** A month that lies in its file, on the disk, read back. */
export interface FinishedArchive {
  readonly file: string;
  readonly month: string;
  readonly from: number;
  readonly to: number;
  /** Hash of the entry `to`: what the rest of the journal continues. */
  readonly hash: string;
  /** Of the file. */
  readonly sha256: string;
}

export type ArchiveStep =
  | { readonly type: "idle" }
  | { readonly type: "working" }
  | { readonly type: "finished"; readonly archive: FinishedArchive }
  /** Nothing was removed; `why` is a sentence. */
  | { readonly type: "impossible"; readonly why: string };

interface Work {
  readonly file: number;
  readonly path: string;
  readonly month: string;
  readonly endsAt: UtcMs;
  readonly from: number;
  readonly written: Hash;
  head: JournalHead;
  bytes: number;
  /** Reading back; undefined while it is written. */
  check?: { readonly hash: Hash; at: number };
}

const SLICE_ROWS = 300;
const SLICE_BYTES = 1024 * 1024;

/** Copies a month of the journal into a file, slice by slice; what is copied is verified on the way and read back. */
export class Archiver {
  readonly #db: Database;
  readonly #folder: string;
  #work: Work | undefined;

  /** `folder` of the archive files. */
  constructor(db: Database, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /** One slice. `safe`: entries up to here are in no one's way. Throws the system's error. */
  step(rules: RetentionRules, now: UtcMs, safe: number): ArchiveStep {
    try {
      return this.#step(rules, now, safe);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Gives up what is half done. Safe to call twice. */
  abandon(): void {
    const work = this.#work;
    this.#work = undefined;
    if (work === undefined) return;
    closeSync(work.file);
    rmSync(work.path, { force: true });
  }

  #step(rules: RetentionRules, now: UtcMs, safe: number): ArchiveStep {
    const work = this.#work ?? this.#begin(rules, now, Math.min(safe, readAcked(this.#db).seq));
    if (work === undefined) return { type: "idle" };
    this.#work = work;
    if (work.check !== undefined) return this.#readBack(work, work.check);
    const rows = this.#rows(work.head.seq + 1, SLICE_ROWS);
    let text = "";
    for (const row of rows) {
      if (row.utc_ms >= work.endsAt) return this.#complete(work, text);
      const why = rowProblem(row, work.head);
      if (why !== undefined) {
        this.abandon();
        return { type: "impossible", why: `entry ${row.seq}: ${why}` };
      }
      text += archiveRowLine(row);
      work.head = { seq: row.seq, hash: row.hash };
    }
    this.#write(work, text);
    // The month goes on to the end of what there is: somebody has set the clock; another day will tell.
    if (rows.length < SLICE_ROWS) {
      this.abandon();
      return { type: "idle" };
    }
    return { type: "working" };
  }

  /** The oldest month, when it is over, old enough, and operations hold all of it. */
  #begin(rules: RetentionRules, now: UtcMs, safe: number): Work | undefined {
    const floor = readFloor(this.#db);
    const [first] = this.#rows(floor.seq + 1, 1);
    if (first === undefined) return undefined;
    const endsAt = monthStart(first.utc_ms, 1);
    if (endsAt > monthStart(now, -rules.journalMonths)) return undefined;
    const next = this.#db
      .prepare<[number, number], { seq: number }>(
        "SELECT seq FROM journal WHERE seq > ? AND utc_ms >= ? ORDER BY seq LIMIT 1",
      )
      .get(floor.seq, endsAt);
    if (next === undefined || next.seq - 1 > safe || next.seq === first.seq) return undefined;
    mkdirSync(this.#folder, { recursive: true });
    const month = monthName(first.utc_ms);
    const path = join(this.#folder, "incoming.ndjson");
    const written = createHash("sha256");
    const work = {
      file: openSync(path, "w+", 0o640),
      path,
      month,
      endsAt,
      from: first.seq,
      written,
      head: floor,
      bytes: 0,
    };
    this.#write(work, archiveHeadLine({ format: "gatelane.journal/1", month, from: first.seq, prevHash: floor.hash }));
    return work;
  }

  #complete(work: Work, text: string): ArchiveStep {
    this.#write(work, text);
    fsyncSync(work.file);
    work.check = { hash: createHash("sha256"), at: 0 };
    return { type: "working" };
  }

  #readBack(work: Work, check: NonNullable<Work["check"]>): ArchiveStep {
    const buffer = Buffer.allocUnsafe(SLICE_BYTES);
    const read = readSync(work.file, buffer, 0, SLICE_BYTES, check.at);
    check.hash.update(buffer.subarray(0, read));
    check.at += read;
    if (read > 0 && check.at < work.bytes) return { type: "working" };
    const sha256 = work.written.digest("hex");
    if (check.hash.digest("hex") !== sha256) {
      this.abandon();
      return { type: "impossible", why: `the archive of ${work.month} reads back differently` };
    }
    const { month, from, head } = work;
    const file = `journal-${month}-${from}-${head.seq}.ndjson`;
    renameSync(work.path, join(this.#folder, file));
    closeSync(work.file);
    this.#work = undefined;
    flushFolder(this.#folder);
    return { type: "finished", archive: { file, month, from, to: head.seq, hash: head.hash, sha256 } };
  }

  #write(work: Work, text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(work.file, bytes, at);
    work.written.update(bytes);
    work.bytes += bytes.byteLength;
  }

  #rows(from: number, limit: number): JournalRow[] {
    return this.#db
      .prepare<[number, number], JournalRow>(
        `SELECT ${JOURNAL_COLUMNS} FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`,
      )
      .all(from, limit);
  }
}

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
