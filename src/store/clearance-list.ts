import type { Database } from "better-sqlite3";
import type { Clearance, Consumption } from "#contract/clearance";
import { openForReading } from "./open.ts";

/** A clearance as the lane holds it, for people. */
export interface ListedClearance {
  readonly clearance: Clearance;
  readonly consumption: Consumption;
  readonly passage: string | null;
  /** Uses by neighbours: `lane/passage`. */
  readonly elsewhere: readonly { readonly by: string; readonly use: string }[];
}

interface Row {
  readonly id: string;
  readonly record: string;
  readonly consumption: Consumption;
  readonly passage: string | null;
}

/** The cached clearance list on a connection that cannot write. */
export class ClearanceList {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** Throws LaneError STORE_SCHEMA_TOO_NEW, or STORE_FAILED when there is no readable journal at `path`. */
  static open(path: string): ClearanceList {
    return new ClearanceList(openForReading(path));
  }

  /** Safe to call twice. */
  close(): void {
    this.#db.close();
  }

  /** Clearances on the list after the id `after`, by id, at most `limit`; with `text` those whose record has it. */
  page(after: string, limit: number, text: string): readonly ListedClearance[] {
    const rows = this.#db
      .prepare<[string, string, number], Row>(
        `SELECT id, record, consumption, passage FROM clearances
         WHERE listed = 1 AND id > ? AND instr(record, ?) > 0 ORDER BY id LIMIT ?`,
      )
      .all(after, text, limit);
    return rows.map((row) => this.#listed(row));
  }

  /** Undefined for a clearance that is not on the list. */
  find(id: string): ListedClearance | undefined {
    const row = this.#db
      .prepare<[string], Row>("SELECT id, record, consumption, passage FROM clearances WHERE listed = 1 AND id = ?")
      .get(id);
    return row === undefined ? undefined : this.#listed(row);
  }

  #listed({ id, record, consumption, passage }: Row): ListedClearance {
    const elsewhere = this.#db
      .prepare<[string], { by: string; use: string }>(
        `SELECT lane || '/' || passage AS by, use FROM neighbour_uses
         WHERE clearance = ? AND use <> 'released' ORDER BY lane`,
      )
      .all(id);
    return { clearance: JSON.parse(record) as Clearance, consumption, passage, elsewhere };
  }
}
