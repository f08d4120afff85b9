import type { Database } from "better-sqlite3";
import type { RetentionRules } from "#contract/retention";
import type { UtcMs } from "#contract/units";
import { entryOfRow, JOURNAL_COLUMNS, type JournalRow, readAcked } from "../journal-rows.ts";

/** A picture that may go, and why. */
export interface DuePicture {
  readonly sha256: string;
  readonly seq: number;
  readonly why: "age" | "budget";
}

interface PictureRow {
  readonly sha256: string;
  readonly seq: number;
}

/** Entries read in one slice, and pictures that go in one. */
const SLICE_ENTRIES = 200;
const SLICE_PICTURES = 50;
const DAY_MS = 86_400_000;

/**
 * Which pictures the journal names, since when, and whether their vehicle was held. It is worked out from the journal,
 * so it can never say more than that does. Every method is one slice; those that write run inside the caller's
 * transaction.
 */
export class PictureIndex {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Last entry that was looked at. */
  cursor(): number {
    return this.#db.prepare<[], { seq: number }>("SELECT seq FROM picture_cursor WHERE id = 1").get()?.seq ?? 0;
  }

  /** Looks at the next entries. Returns true when there may be more. */
  advance(): boolean {
    const rows = this.#db
      .prepare<[number, number], JournalRow>(
        `SELECT ${JOURNAL_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?`,
      )
      .all(this.cursor(), SLICE_ENTRIES);
    for (const row of rows) this.#take(row);
    const last = rows.at(-1);
    if (last !== undefined) this.#db.prepare("UPDATE picture_cursor SET seq = ? WHERE id = 1").run(last.seq);
    return rows.length === SLICE_ENTRIES;
  }

  /** Pictures that may go now; `sentThrough`: entry up to which operations have been sent every picture. */
  due(rules: RetentionRules, now: UtcMs, sentThrough: number): DuePicture[] {
    const safe = Math.min(sentThrough, readAcked(this.#db).seq);
    const old = this.#db
      .prepare<[number, number, number, number], PictureRow>(
        `SELECT sha256, seq FROM pictures WHERE leaving = 0 AND seq <= ?
         AND taken_utc_ms < iif(held, ?, ?) ORDER BY taken_utc_ms LIMIT ?`,
      )
      .all(safe, now - rules.heldPicturesDays * DAY_MS, now - rules.picturesDays * DAY_MS, SLICE_PICTURES);
    const due = old.map((one): DuePicture => ({ ...one, why: "age" }));
    return due.length > 0 ? due : this.#overBudget(rules, safe);
  }

  /** Marks pictures whose leaving is on record. */
  leave(pictures: readonly DuePicture[]): void {
    const mark = this.#db.prepare<[string]>("UPDATE pictures SET leaving = 1 WHERE sha256 = ?");
    for (const { sha256 } of pictures) mark.run(sha256);
  }

  /** Pictures whose leaving is on record and whose files may still be there. */
  leaving(): string[] {
    const rows = this.#db
      .prepare<[number], { sha256: string }>("SELECT sha256 FROM pictures WHERE leaving = 1 LIMIT ?")
      .all(SLICE_PICTURES);
    return rows.map(({ sha256 }) => sha256);
  }

  /** Their files are gone. */
  forget(hashes: readonly string[]): void {
    const forget = this.#db.prepare<[string]>("DELETE FROM pictures WHERE sha256 = ? AND leaving = 1");
    for (const hash of hashes) forget.run(hash);
  }

  /** Bytes of all pictures that are kept. */
  bytes(): number {
    return this.#db.prepare<[], { bytes: number }>("SELECT bytes FROM picture_cursor WHERE id = 1").get()?.bytes ?? 0;
  }

  #overBudget({ pictureBudgetBytes }: RetentionRules, safe: number): DuePicture[] {
    let excess = pictureBudgetBytes === 0 ? 0 : this.bytes() - pictureBudgetBytes;
    if (excess <= 0) return [];
    const candidates = this.#db
      .prepare<[number, number], PictureRow & { bytes: number }>(
        `SELECT sha256, seq, bytes FROM pictures WHERE leaving = 0 AND held = 0 AND seq <= ?
         ORDER BY taken_utc_ms LIMIT ?`,
      )
      .all(safe, SLICE_PICTURES);
    const due: DuePicture[] = [];
    for (const { sha256, seq, bytes } of candidates) {
      if (excess <= 0) break;
      due.push({ sha256, seq, why: "budget" });
      excess -= bytes;
    }
    return due;
  }

  #take(row: JournalRow): void {
    const { passage, type } = row;
    const data = entryOfRow(row).data;
    if (passage !== null && wasHeld(type, data)) this.#hold(passage);
    const picture = pictureIn(data);
    if (picture === undefined) return;
    // A picture of no passage shows something that nobody was let do.
    const held = passage === null || this.#isHeld(passage) ? 1 : 0;
    this.#db
      .prepare<[string, string | null, number, number, number, number]>(
        `INSERT INTO pictures (sha256, passage, seq, taken_utc_ms, bytes, held, leaving) VALUES (?, ?, ?, ?, ?, ?, 0)
         ON CONFLICT (sha256) DO UPDATE SET passage = excluded.passage, seq = excluded.seq,
           taken_utc_ms = max(taken_utc_ms, excluded.taken_utc_ms), held = max(held, excluded.held), leaving = 0`,
      )
      .run(picture.sha256, passage, row.seq, row.utc_ms, picture.bytes, held);
  }

  #hold(passage: string): void {
    this.#db.prepare<[string]>("INSERT OR IGNORE INTO held_passages (passage) VALUES (?)").run(passage);
    this.#db.prepare<[string]>("UPDATE pictures SET held = 1 WHERE passage = ?").run(passage);
  }

  #isHeld(passage: string): boolean {
    return this.#db.prepare<[string]>("SELECT 1 FROM held_passages WHERE passage = ?").get(passage) !== undefined;
  }
}

/** Held once is held, also when the vehicle was let through later; so is whatever an officer decided. */
function wasHeld(type: string, data: unknown): boolean {
  if (type === "decision.made") return fieldOf(data, "verdict") !== "PASS" || fieldOf(data, "by") === "officer";
  if (type === "passage.closed") return fieldOf(data, "result") !== "PASSED";
  return type === "override.made" || type === "decision.revoked" || type === "gate.emergency";
}

/** The picture that an entry names; entries of every type may carry one. */
function pictureIn(data: unknown): { readonly sha256: string; readonly bytes: number } | undefined {
  const evidence = fieldOf(fieldOf(data, "event"), "evidence");
  const [sha256, bytes] = [fieldOf(evidence, "sha256"), fieldOf(evidence, "bytes")];
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { sha256, bytes: typeof bytes === "number" ? bytes : 0 };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
