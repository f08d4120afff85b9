import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { LaneError, messageOf } from "#contract/errors";
import { migrate, requireCurrentSchema, SCHEMA_VERSION, schemaVersion } from "./migrations.ts";

/** How long a statement waits for a lock before it fails, milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const SYNCHRONOUS_FULL = 2;
/** A large clearance list swells the write-ahead log; it is cut back to this afterwards, bytes. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Opens (and creates) the database for its only writer: WAL, synchronous FULL, schema up to date.
 * Throws LaneError STORE_NOT_DURABLE, STORE_SCHEMA_TOO_NEW or STORE_FAILED; nothing stays open then.
 */
export function openForWriting(path: string): Database.Database {
  return opening(path, () => {
    const directory = dirname(path);
    mkdirSync(directory, { recursive: true });
    const isNew = !existsSync(path);
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    return closingOnError(db, () => {
      makeDurable(db);
      db.pragma("foreign_keys = ON");
      db.pragma("trusted_schema = OFF");
      db.pragma("cell_size_check = ON");
      db.pragma(`journal_size_limit = ${LOG_LIMIT_BYTES}`);
      keepCopyOfOlder(db, path);
      migrate(db);
      if (isNew) syncDirectory(directory);
    });
  });
}

/** Opens an existing database read-only. Throws LaneError STORE_SCHEMA_TOO_NEW or STORE_FAILED. */
export function openForReading(path: string): Database.Database {
  return opening(path, () => {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return closingOnError(db, () => {
      db.pragma("query_only = ON");
      db.pragma("trusted_schema = OFF");
      requireCurrentSchema(db);
    });
  });
}

/**
 * Before the schema of an existing database changes, a copy of it is put beside it, for the day that somebody has to go
 * back to the version before. Throws LaneError STORE_FAILED when there is no room for it; then nothing was changed.
 */
function keepCopyOfOlder(db: Database.Database, path: string): void {
  const present = schemaVersion(db);
  if (present === 0 || present >= SCHEMA_VERSION) return;
  const copy = `${path}.schema-${present}`;
  if (existsSync(copy)) return;
  const { bavail, bsize } = statfsSync(dirname(path));
  const needed = 2 * statSync(path).size;
  if (bavail * bsize < needed) {
    throw new LaneError(
      "STORE_FAILED",
      `the database has to be copied before its schema changes: ${needed} bytes must be free`,
    );
  }
  rmSync(`${copy}.new`, { force: true });
  db.prepare("VACUUM INTO ?").run(`${copy}.new`);
  renameSync(`${copy}.new`, copy);
  syncDirectory(dirname(path));
}

/**
 * The library is compiled with synchronous=NORMAL for WAL files and falls back to it at every open, without a word; in
 * NORMAL a power cut loses rows that were acknowledged. So it is set each time, and read back.
 */
function makeDurable(db: Database.Database): void {
  const mode = db.pragma("journal_mode = WAL", { simple: true });
  if (mode !== "wal") throw new LaneError("STORE_NOT_DURABLE", `journal mode is ${String(mode)} instead of wal`);
  db.pragma("synchronous = FULL");
  requireDurable(db);
}

/** Throws LaneError STORE_NOT_DURABLE unless this connection flushes every commit to the disk. */
export function requireDurable(db: Database.Database): void {
  const level = db.pragma("synchronous", { simple: true });
  if (level !== SYNCHRONOUS_FULL) {
    throw new LaneError("STORE_NOT_DURABLE", `synchronous is ${String(level)} instead of ${SYNCHRONOUS_FULL}`);
  }
}

/** A new file survives a power cut only when its directory entry is on the disk too. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function closingOnError(db: Database.Database, prepare: () => void): Database.Database {
  try {
    prepare();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function opening(path: string, open: () => Database.Database): Database.Database {
  try {
    return open();
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("STORE_FAILED", `cannot open ${path}: ${messageOf(error)}`, { cause: error });
  }
}
