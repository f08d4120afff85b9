import { dirname } from "node:path";
import Database from "better-sqlite3";
import { InvariantError, isLaneError, LaneError, messageOf } from "#contract/errors";
import type { StorageCondition } from "#contract/storage";
import type { UtcMs } from "#contract/units";
import { JournalAnchor } from "./anchor.ts";
import { Ballast } from "./ballast.ts";
import type { CommitBatch, CommitResult, DroppedClearance, OpenedStore } from "./batch.ts";
import { ClearanceTable } from "./clearances.ts";
import { canonicalJson } from "./hash.ts";
import { type JournalHead, readAcked, readHead } from "./journal-rows.ts";
import { JournalWriter } from "./journal-writer.ts";
import { NeighbourUseTable } from "./neighbour-uses.ts";
import { openForWriting } from "./open.ts";
import { Housekeeper, type HousekeepingRequest, type HousekeepingResult } from "./retention/housekeeper.ts";
import { StorageWatch } from "./storage-watch.ts";
import { verifyNow } from "./verify.ts";

export interface StoreIdentity {
  /** File of the database. */
  readonly path: string;
  /** UUID v7 of this daemon start. */
  readonly boot: string;
  readonly startedUtc: UtcMs;
  /** Size of the reserve for a full disk, bytes; none when absent. */
  readonly ballastBytes?: number;
}

/** Told when it changes. */
export type OnStorage = (condition: StorageCondition) => void;

type Transaction<Input, Result> = Database.Transaction<(input: Input) => Result>;

/** Most batches that share one flush of the disk. */
export const MAX_GROUP = 256;
/** How often the last acknowledgement is noted apart from the database, milliseconds. */
const ANCHOR_EVERY_MS = 1_000;
/** Rows at the end of the journal that are verified before the lane may write on. */
const TAIL_ROWS = 256;

/**
 * The only writer of the database, synchronous; the store worker owns one. Once `commitGroup` has thrown it is unusable:
 * the disk may hold less than memory, so nothing more may be promised on it.
 */
export class Store {
  readonly #db: Database.Database;
  readonly #journal: JournalWriter;
  readonly #clearances: ClearanceTable;
  readonly #neighbours: NeighbourUseTable;
  readonly #housekeeper: Housekeeper;
  readonly #ballast: Ballast;
  readonly #anchor: JournalAnchor;
  readonly #watch: StorageWatch;
  /** Made once: making one takes longer than an entry. */
  readonly #group: Transaction<readonly CommitBatch[], (CommitResult | LaneError)[]>;
  readonly #refusable: Transaction<CommitBatch, CommitResult>;
  #anchoredAt = Number.NEGATIVE_INFINITY;

  private constructor(db: Database.Database, { boot, path, ballastBytes }: StoreIdentity, onStorage: OnStorage) {
    this.#db = db;
    this.#journal = new JournalWriter(db, boot);
    this.#clearances = new ClearanceTable(db);
    this.#neighbours = new NeighbourUseTable(db);
    this.#housekeeper = new Housekeeper({ db, journal: this.#journal, dataDir: dirname(path) });
    this.#ballast = new Ballast(path, ballastBytes ?? 0);
    this.#anchor = new JournalAnchor(path);
    this.#watch = new StorageWatch(this.#ballast, onStorage);
    this.#group = db.transaction((batches) => batches.map((batch) => this.#commitOrRefuse(batch)));
    this.#refusable = db.transaction((batch) => this.#commit(batch));
  }

  /**
   * `onStorage` hears when the lane can keep its records less well than before, or well again. Throws LaneError
   * STORE_NOT_DURABLE, STORE_SCHEMA_TOO_NEW, STORE_ROLLED_BACK or STORE_FAILED.
   */
  static open(
    identity: StoreIdentity,
    onStorage: OnStorage = () => undefined,
  ): { readonly store: Store; readonly opened: OpenedStore } {
    const db = openForWriting(identity.path);
    try {
      requireIntactTail(db);
      const store = new Store(db, identity, onStorage);
      store.#anchor.require(db);
      const opened = store.#roomy(() => db.transaction(() => store.#begin(identity)).immediate());
      store.#ballast.take();
      return { store, opened };
    } catch (error) {
      db.close();
      if (error instanceof LaneError) throw error;
      throw new LaneError("STORE_FAILED", `cannot start on ${identity.path}: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * Commits batches in order with one flush of the disk. A batch that is refused (MESSAGE_REFUSED) leaves no trace and
   * its error stands in its place; any other error undoes the whole group and is thrown.
   */
  commitGroup(batches: readonly CommitBatch[]): (CommitResult | LaneError)[] {
    const startedAt = performance.now();
    const results = this.#roomy(() => this.#group.immediate(batches));
    this.#watch.committed(performance.now() - startedAt, performance.now());
    this.#noticeAcks(batches, results);
    return results;
  }

  /** One slice of archive and retention; short. Throws when the database cannot be written: then it is unusable. */
  housekeep(request: HousekeepingRequest): HousekeepingResult {
    return this.#housekeeper.step(request);
  }

  /** Moves the write-ahead log into the database and closes it. Safe to call twice. */
  close(): void {
    this.#housekeeper.stop();
    this.#db.close();
  }

  /** Does it again in the room of the reserve when the disk is full. Nothing of the first attempt is left. */
  #roomy<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isFull(error) || !this.#ballast.release()) throw error;
      this.#journal.reread();
      this.#watch.full();
      return work();
    }
  }

  #noticeAcks(batches: readonly CommitBatch[], results: readonly (CommitResult | LaneError)[]): void {
    let acked: JournalHead | undefined;
    for (const [index, { ack }] of batches.entries()) {
      const result = results[index];
      if (ack === undefined || result === undefined || result instanceof LaneError) continue;
      if (result.ack?.accepted === true && result.ack.ackedSeq === ack.seq) acked = ack;
      else if (ack.seq > result.head.seq) this.#watch.acknowledgedBeyond(ack, result.head);
    }
    if (acked === undefined || performance.now() - this.#anchoredAt < ANCHOR_EVERY_MS) return;
    this.#anchoredAt = performance.now();
    try {
      this.#anchor.keep(acked);
    } catch {
      // It only helps to notice an older copy; the cursor itself is in the database.
    }
  }

  #begin(identity: StoreIdentity): OpenedStore {
    const feed = this.#clearances.feed();
    const { listed, damaged } = this.#clearances.loadAll();
    return {
      boot: identity.boot,
      previousBoot: this.#journal.recordBoot(identity.startedUtc),
      head: this.#journal.head,
      ackedSeq: readAcked(this.#db).seq,
      laneState: this.#readLaneState(),
      notes: this.#readNotes(),
      clearances: listed,
      damagedClearances: damaged,
      uses: this.#clearances.uses(),
      usedElsewhere: this.#neighbours.standing(),
      clearanceVersion: feed.version,
      clearanceReceivedAt: feed.receivedAt,
    };
  }

  /** Only what others sent can be refused; it gets a savepoint of its own inside the group's transaction. */
  #commitOrRefuse(batch: CommitBatch): CommitResult | LaneError {
    if (batch.clearances === undefined && batch.neighbour === undefined) return this.#commit(batch);
    try {
      return this.#refusable(batch);
    } catch (error) {
      if (!isLaneError(error, "MESSAGE_REFUSED")) throw error;
      return error;
    }
  }

  #commit(batch: CommitBatch): CommitResult {
    // What can be refused comes first, while the writer's head still is the one on the disk.
    const dropped = this.#changeClearances(batch.clearances);
    const elsewhere = batch.neighbour === undefined ? undefined : this.#neighbours.take(batch.neighbour);
    const entries = batch.drafts.map((draft) => this.#journal.append(draft));
    if (batch.laneState !== undefined) this.#writeLaneState(batch.laneState);
    if (batch.note !== undefined) this.#writeNote(batch.note);
    const ack = batch.ack === undefined ? undefined : this.#journal.acknowledge(batch.ack);
    return {
      entries,
      head: this.#journal.head,
      ...(ack === undefined ? {} : { ack }),
      ...(dropped === undefined ? {} : { droppedClearances: dropped }),
      ...(elsewhere === undefined ? {} : { usedElsewhere: elsewhere }),
    };
  }

  #changeClearances(changes: CommitBatch["clearances"]): DroppedClearance[] | undefined {
    if (changes === undefined) return undefined;
    const { replace, delta, consumption } = changes;
    if (replace !== undefined && delta !== undefined) {
      throw new InvariantError("a batch carries a clearance list or changes to it, not both");
    }
    let dropped: DroppedClearance[] | undefined;
    if (replace !== undefined) dropped = this.#clearances.replace(replace);
    if (delta !== undefined) dropped = this.#clearances.change(delta);
    if (consumption !== undefined) this.#clearances.use(consumption);
    return dropped;
  }

  #readLaneState(): unknown {
    const row = this.#db.prepare<[], { state: string }>("SELECT state FROM lane_state WHERE id = 1").get();
    return row === undefined ? null : (JSON.parse(row.state) as unknown);
  }

  #readNotes(): Record<string, unknown> {
    const rows = this.#db.prepare<[], { name: string; note: string }>("SELECT name, note FROM notes").all();
    return Object.fromEntries(rows.map(({ name, note }) => [name, JSON.parse(note) as unknown]));
  }

  #writeNote({ name, value }: NonNullable<CommitBatch["note"]>): void {
    this.#db
      .prepare<[string, string]>(
        "INSERT INTO notes (name, note) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET note = excluded.note",
      )
      .run(name, canonicalJson(value));
  }

  #writeLaneState(state: unknown): void {
    this.#db
      .prepare<[string]>(
        "INSERT INTO lane_state (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
      )
      .run(canonicalJson(state));
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === "SQLITE_FULL";
}

/** A lane must not decide on, nor write behind, a journal that was altered or cut. */
function requireIntactTail(db: Database.Database): void {
  const { firstBad } = verifyNow(db, Math.max(1, readHead(db).seq - TAIL_ROWS));
  if (firstBad !== undefined) {
    throw new LaneError("STORE_FAILED", `the journal is damaged at entry ${firstBad.seq}: ${firstBad.why}`);
  }
}
