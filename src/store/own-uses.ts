import type { Database } from "better-sqlite3";
import { NEIGHBOUR_USES, type NeighbourUse, USES_LIMIT, type UsesMessage } from "#contract/neighbour";
import { type JournalRow, readHead } from "./journal-rows.ts";
import { openForReading } from "./open.ts";

/** What this lane has used, read from its journal on a connection that cannot write. */
export class OwnUses {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** Throws LaneError STORE_SCHEMA_TOO_NEW, or STORE_FAILED when there is no readable journal at `path`. */
  static open(path: string): OwnUses {
    return new OwnUses(openForReading(path));
  }

  /** Safe to call twice. */
  close(): void {
    this.#db.close();
  }

  /** The uses after an entry, oldest first, at most USES_LIMIT; `through` says how far they reach. */
  after(after: number): Pick<UsesMessage, "after" | "through" | "head" | "uses"> {
    const head = readHead(this.#db).seq;
    const rows = this.#db
      .prepare<[number, number], JournalRow>(
        `SELECT seq, utc_ms, type, passage, data, hash FROM journal
         WHERE type IN ('clearance.reserved', 'clearance.consumed', 'clearance.released') AND seq > ?
         ORDER BY seq LIMIT ?`,
      )
      .all(after, USES_LIMIT);
    const through = rows.length === USES_LIMIT ? (rows.at(-1)?.seq ?? head) : Math.max(head, after);
    return { after, through, head, uses: rows.flatMap(useOf) };
  }
}

function useOf({ seq, utc_ms: utcMs, type, passage, data, hash }: JournalRow): NeighbourUse[] {
  const { clearance } = JSON.parse(data) as { readonly clearance?: unknown };
  const use = NEIGHBOUR_USES.find((one) => type === `clearance.${one}`);
  if (typeof clearance !== "string" || use === undefined || passage === null) return [];
  return [{ clearance, use, passage, seq, hash, utcMs }];
}
