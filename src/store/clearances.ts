import type { Database } from "better-sqlite3";
import type { CachedClearance, Clearance, Consumption } from "#contract/clearance";
import { InvariantError, LaneError } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import type { ClearanceChanges, ClearanceReplacement, ClearanceUse, DroppedClearance } from "./batch.ts";
import { canonicalJson, sha256 } from "./hash.ts";

interface KnownRow {
  readonly version: number;
  readonly record: string | null;
}

interface ListedRow {
  readonly id: string;
  readonly version: number;
  readonly digest: string | null;
  readonly record: string;
  readonly consumption: Consumption;
  readonly passage: string | null;
}

interface FeedRow {
  readonly version: number;
  readonly received_utc_ms: number | null;
}

/**
 * The clearance cache. A record is only replaced by a higher version of itself; one that goes backwards, or changes
 * under the same version, is taken off the list (its truck is held) and reported. A use outlives the record.
 * Every method runs inside the caller's transaction.
 */
export class ClearanceTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Version and time of reception of the list; version 0 and null before the first. */
  feed(): { readonly version: number; readonly receivedAt: UtcMs | null } {
    const row = this.#db.prepare<[], FeedRow>("SELECT version, received_utc_ms FROM clearance_feed WHERE id = 1").get();
    return { version: row?.version ?? 0, receivedAt: row?.received_utc_ms ?? null };
  }

  /**
   * The list as it was received. A record that the disk gives back altered is forgotten: its truck is held until the
   * record comes again. Writes.
   */
  loadAll(): { readonly listed: CachedClearance[]; readonly damaged: string[] } {
    const rows = this.#db
      .prepare<[], ListedRow>(
        "SELECT id, version, record, digest, consumption, passage FROM clearances WHERE listed = 1 ORDER BY id",
      )
      .all();
    const forget = this.#db.prepare<[string]>(
      "UPDATE clearances SET record = NULL, digest = NULL, listed = 0 WHERE id = ?",
    );
    const listed: CachedClearance[] = [];
    const damaged: string[] = [];
    for (const { id, version, record, digest, consumption, passage } of rows) {
      if (digest !== null && digest !== digestOf(id, version, record)) {
        forget.run(id);
        damaged.push(id);
      } else {
        const clearance = JSON.parse(record) as Clearance;
        listed.push({ clearance, consumption, ...(passage === null ? {} : { passage }) });
      }
    }
    return { listed, damaged };
  }

  uses(): ClearanceUse[] {
    return this.#db
      .prepare<[], ClearanceUse>(
        "SELECT id, consumption, passage FROM clearances WHERE consumption <> 'none' ORDER BY id",
      )
      .all();
  }

  /** Throws LaneError MESSAGE_REFUSED when the list is not newer than the cached one. */
  replace(list: ClearanceReplacement): DroppedClearance[] {
    const cached = this.feed().version;
    if (list.version <= cached) {
      throw new LaneError("MESSAGE_REFUSED", `clearance list ${list.version} is not newer than ${cached}`);
    }
    this.#db.prepare("UPDATE clearances SET listed = 0").run();
    const dropped = this.#upsert(list.records);
    this.#forgetUnlisted(dropped);
    this.#setFeed(list.version, list.receivedAtUtc);
    return dropped;
  }

  /** Throws LaneError MESSAGE_REFUSED when the changes do not follow directly on the cached list. */
  change(changes: ClearanceChanges): DroppedClearance[] {
    const cached = this.feed().version;
    if (changes.version !== cached + 1) {
      const problem = changes.version <= cached ? "are not newer than" : "leave a gap after";
      throw new LaneError("MESSAGE_REFUSED", `clearance changes ${changes.version} ${problem} ${cached}`);
    }
    const unlist = this.#db.prepare<[string]>("UPDATE clearances SET listed = 0 WHERE id = ?");
    const forget = this.#db.prepare<[string]>("DELETE FROM clearances WHERE id = ? AND consumption = 'none'");
    for (const id of changes.remove) {
      unlist.run(id);
      forget.run(id);
    }
    const dropped = this.#upsert(changes.upsert);
    this.#setFeed(changes.version, changes.receivedAtUtc);
    return dropped;
  }

  /** Throws InvariantError when a clearance used by one passage would be used by another. */
  use(uses: readonly ClearanceUse[]): void {
    const find = this.#db.prepare<[string], ClearanceUse>(
      "SELECT id, consumption, passage FROM clearances WHERE id = ?",
    );
    const write = this.#db.prepare<[string, Consumption, string | null]>(
      `INSERT INTO clearances (id, version, record, listed, consumption, passage) VALUES (?, 0, NULL, 0, ?, ?)
       ON CONFLICT (id) DO UPDATE SET consumption = excluded.consumption, passage = excluded.passage`,
    );
    for (const { id, consumption, passage } of uses) {
      if ((consumption === "none") !== (passage === null)) {
        throw new InvariantError(`clearance ${id}: use ${consumption} with passage ${String(passage)}`);
      }
      const before = find.get(id);
      if (consumption !== "none" && before !== undefined && (before.passage ?? passage) !== passage) {
        throw new InvariantError(`clearance ${id} is ${before.consumption} by ${String(before.passage)}`);
      }
      write.run(id, consumption, passage);
    }
  }

  #upsert(records: readonly Clearance[]): DroppedClearance[] {
    const find = this.#db.prepare<[string], KnownRow>("SELECT version, record FROM clearances WHERE id = ?");
    const unlist = this.#db.prepare<[string]>("UPDATE clearances SET listed = 0 WHERE id = ?");
    const write = this.#db.prepare<[string, number, string, string]>(
      `INSERT INTO clearances (id, version, record, digest, listed, consumption, passage)
       VALUES (?, ?, ?, ?, 1, 'none', NULL)
       ON CONFLICT (id) DO UPDATE
       SET version = excluded.version, record = excluded.record, digest = excluded.digest, listed = 1`,
    );
    const dropped: DroppedClearance[] = [];
    for (const clearance of records) {
      const text = canonicalJson(clearance);
      const reason = contradiction(clearance, text, find.get(clearance.id));
      if (reason === undefined) {
        write.run(clearance.id, clearance.version, text, digestOf(clearance.id, clearance.version, text));
      } else {
        unlist.run(clearance.id);
        dropped.push({ id: clearance.id, reason });
      }
    }
    return dropped;
  }

  /** Unused records that are off the list are forgotten, except those just dropped: they must stay dropped. */
  #forgetUnlisted(dropped: readonly DroppedClearance[]): void {
    this.#db
      .prepare<[string]>(
        `DELETE FROM clearances WHERE listed = 0 AND consumption = 'none'
         AND id NOT IN (SELECT value FROM json_each(?))`,
      )
      .run(JSON.stringify(dropped.map(({ id }) => id)));
  }

  #setFeed(version: number, receivedAt: UtcMs): void {
    this.#db
      .prepare<[number, number]>("UPDATE clearance_feed SET version = ?, received_utc_ms = ? WHERE id = 1")
      .run(version, receivedAt);
  }
}

/** What a flipped bit on the disk would change: the whole of a record, and whose it is. */
function digestOf(id: string, version: number, record: string): string {
  return sha256(`${id} ${version} ${record}`);
}

function contradiction(clearance: Clearance, text: string, known: KnownRow | undefined): string | undefined {
  if (known === undefined || known.record === null) return undefined;
  if (clearance.version < known.version) return `version ${clearance.version} after version ${known.version}`;
  if (clearance.version === known.version && text !== known.record) {
    return `version ${clearance.version} was received before with other content`;
  }
  return undefined;
}
