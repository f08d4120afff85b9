import type { Database } from "better-sqlite3";
import type { NeighbourUse } from "#contract/neighbour";
import { openForReading } from "./open.ts";

/** What one neighbour has told: its uses, and up to which entry of its journal they are known without a gap. */
export interface NeighbourNews {
  readonly lane: string;
  readonly through: number;
  readonly uses: readonly NeighbourUse[];
}

/** A use with the lane that made it. */
export interface UseElsewhere extends NeighbourUse {
  readonly lane: string;
}

interface UseRow {
  readonly lane: string;
  readonly clearance: string;
  readonly use: NeighbourUse["use"];
  readonly passage: string;
  readonly seq: number;
  readonly hash: string;
  readonly utc_ms: number;
}

/** Clearances that other lanes have used. Every method that writes runs inside the caller's transaction. */
export class NeighbourUseTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Every use that stands; what was released is none. */
  standing(): UseElsewhere[] {
    const rows = this.#db
      .prepare<[], UseRow>("SELECT * FROM neighbour_uses WHERE use <> 'released' ORDER BY clearance, lane")
      .all();
    return rows.map(({ utc_ms: utcMs, ...use }) => ({ ...use, utcMs }));
  }

  /**
   * What is news among it, in order; a consumed clearance stays consumed, and an older entry changes nothing. Older is
   * what has both a lower number and an earlier time: a neighbour with a new disk begins at 1 again.
   */
  take({ lane, through, uses }: NeighbourNews): UseElsewhere[] {
    const write = this.#db.prepare<[string, string, string, string, number, string, number]>(
      `INSERT INTO neighbour_uses (lane, clearance, use, passage, seq, hash, utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (lane, clearance) DO UPDATE SET use = excluded.use, passage = excluded.passage, seq = excluded.seq,
         hash = excluded.hash, utc_ms = excluded.utc_ms
       WHERE neighbour_uses.use <> 'consumed'
         AND (excluded.seq > neighbour_uses.seq OR excluded.utc_ms > neighbour_uses.utc_ms)`,
    );
    const news = uses.filter(
      (one) => write.run(lane, one.clearance, one.use, one.passage, one.seq, one.hash, one.utcMs).changes > 0,
    );
    this.#db
      .prepare<[string, number]>(
        `INSERT INTO neighbour_heads (lane, through_seq) VALUES (?, ?)
         ON CONFLICT (lane) DO UPDATE SET through_seq = excluded.through_seq`,
      )
      .run(lane, through);
    return news.map((one) => ({ ...one, lane }));
  }
}

/** Up to which entry each neighbour's uses are known. Throws LaneError STORE_FAILED while there is no readable journal. */
export function readNeighbourHeads(path: string): ReadonlyMap<string, number> {
  const db = openForReading(path);
  try {
    const rows = db
      .prepare<[], { lane: string; through_seq: number }>("SELECT lane, through_seq FROM neighbour_heads")
      .all();
    return new Map(rows.map((row) => [row.lane, row.through_seq]));
  } finally {
    db.close();
  }
}
