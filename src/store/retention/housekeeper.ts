import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { messageOf } from "#contract/errors";
import type { JournalType } from "#contract/journal";
import type { RetentionRules } from "#contract/retention";
import type { MonotonicMs, UtcMs } from "#contract/units";
import { type JournalHead, readFloor } from "../journal-rows.ts";
import type { JournalWriter } from "../journal-writer.ts";
import { Archiver, type ArchiveStep, type FinishedArchive } from "./archiver.ts";
import { PictureIndex } from "./picture-index.ts";

/** Time comes from outside; `rules` from the configuration. */
export interface HousekeepingRequest {
  readonly utc: UtcMs;
  readonly monotonicMs: MonotonicMs;
  readonly rules: RetentionRules;
}

export interface HousekeepingResult {
  /** There is more to do, soon. */
  readonly more: boolean;
  /** Present when entries were added. */
  readonly head?: JournalHead;
  /** Why something could not be done; it is tried again. */
  readonly problem?: string;
}

export interface HousekeeperOptions {
  readonly db: Database;
  readonly journal: JournalWriter;
  /** The lane's folder: pictures lie in `evidence`, archive files in `archive`. */
  readonly dataDir: string;
}

/** Written by whoever sends pictures: `seq`, up to which every one was sent. */
const UPLOAD_FILE = "evidence-upload.json";
const DELETE_ROWS = 300;

/**
 * Lets go what was kept long enough, a slice at a time: indexes the pictures that the journal names, removes those whose
 * time is over, and moves old months of the journal into files. What goes is put on record first, and nothing goes that
 * operations do not hold.
 */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  readonly #pictures: PictureIndex;
  readonly #archiver: Archiver;

  constructor(options: HousekeeperOptions) {
    this.#options = options;
    this.#pictures = new PictureIndex(options.db);
    this.#archiver = new Archiver(options.db, join(options.dataDir, "archive"));
  }

  /** One slice. Throws only when the database cannot be written. */
  step(request: HousekeepingRequest): HousekeepingResult {
    if (this.#write(() => this.#pictures.advance())) return { more: true };
    return this.#removeFiles() ?? this.#letPicturesGo(request) ?? this.#removeRows() ?? this.#archive(request);
  }

  /** Gives up what is half done. Safe to call twice. */
  stop(): void {
    this.#archiver.abandon();
  }

  /** The files of pictures whose leaving is on record, also by a start before this one. */
  #removeFiles(): HousekeepingResult | undefined {
    const leaving = this.#pictures.leaving();
    if (leaving.length === 0) return undefined;
    try {
      for (const hash of leaving) rmSync(this.#fileOf(hash), { force: true });
    } catch (error) {
      return { more: false, problem: `a picture cannot be removed: ${messageOf(error)}` };
    }
    this.#write(() => this.#pictures.forget(leaving));
    return { more: true };
  }

  #letPicturesGo(request: HousekeepingRequest): HousekeepingResult | undefined {
    const due = this.#pictures.due(request.rules, request.utc, this.#sentThrough());
    if (due.length === 0) return undefined;
    return this.#write(() => {
      this.#pictures.leave(due);
      const pictures = due.map(({ sha256, seq, why }) => ({ sha256, seq, why }));
      return { more: true, head: this.#record(request, "evidence.purged", { pictures }) };
    });
  }

  /** Rows that lie in an archive file. */
  #removeRows(): HousekeepingResult | undefined {
    const { db } = this.#options;
    const floor = readFloor(db);
    if (floor.seq === 0) return undefined;
    const sql = "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq <= ? ORDER BY seq LIMIT ?)";
    const { changes } = this.#write(() => db.prepare<[number, number]>(sql).run(floor.seq, DELETE_ROWS));
    return changes === 0 ? undefined : { more: true };
  }

  #archive(request: HousekeepingRequest): HousekeepingResult {
    const safe = Math.min(this.#pictures.cursor(), this.#sentThrough());
    let step: ArchiveStep;
    try {
      step = this.#archiver.step(request.rules, request.utc, safe);
    } catch (error) {
      return { more: false, problem: `the journal cannot be archived: ${messageOf(error)}` };
    }
    if (step.type === "impossible") return { more: false, problem: `the journal cannot be archived: ${step.why}` };
    if (step.type === "finished") return { more: true, head: this.#lower(request, step.archive) };
    return { more: step.type === "working" };
  }

  /** From here on the journal begins behind the archive; its rows go in the next slices. */
  #lower(request: HousekeepingRequest, archive: FinishedArchive): JournalHead {
    const { db } = this.#options;
    return this.#write(() => {
      const head = this.#record(request, "journal.archived", archive);
      db.prepare<[number, string]>("UPDATE journal_floor SET seq = ?, hash = ? WHERE id = 1").run(
        archive.to,
        archive.hash,
      );
      return head;
    });
  }

  #record({ utc, monotonicMs }: HousekeepingRequest, type: JournalType, data: unknown): JournalHead {
    return this.#options.journal.append({ utc, monotonicMs, type, passage: null, data });
  }

  /** Entry up to which operations have every picture; 0 when nobody has noted it. */
  #sentThrough(): number {
    try {
      const { seq } = JSON.parse(readFileSync(join(this.#options.dataDir, UPLOAD_FILE), "utf8")) as { seq?: unknown };
      return typeof seq === "number" ? seq : 0;
    } catch {
      return 0;
    }
  }

  #fileOf(hash: string): string {
    return join(this.#options.dataDir, "evidence", hash.slice(0, 2), hash.slice(2, 4), hash);
  }

  #write<T>(work: () => T): T {
    return this.#options.db.transaction(work).immediate();
  }
}
