import type { Database } from "better-sqlite3";
import { LaneError } from "#contract/errors";
import { GENESIS_HASH } from "#contract/journal";

interface Migration {
  /** Contiguous from 1; a published migration is never edited. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * The triggers are a second line: the writer never updates or deletes a row, so whoever does must first remove them,
 * and the hash chain shows the rest.
 */
const JOURNAL = `
CREATE TABLE boots (
  boot TEXT NOT NULL PRIMARY KEY,
  started_utc_ms REAL NOT NULL,
  head_seq INTEGER NOT NULL
) STRICT;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  utc_ms REAL NOT NULL,
  monotonic_ms REAL NOT NULL,
  boot TEXT NOT NULL REFERENCES boots (boot),
  type TEXT NOT NULL,
  passage TEXT,
  data TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_passage ON journal (passage, seq) WHERE passage IS NOT NULL;
CREATE INDEX journal_opened ON journal (seq) WHERE type = 'passage.opened';

CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_one_chain BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
  OR NEW.prev_hash <> coalesce((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), '${GENESIS_HASH}')
BEGIN SELECT RAISE(ABORT, 'the row does not continue the chain: is there a second writer?'); END;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  acked_seq INTEGER NOT NULL,
  acked_hash TEXT NOT NULL
) STRICT;
INSERT INTO outbox (id, acked_seq, acked_hash) VALUES (1, 0, '${GENESIS_HASH}');

CREATE TABLE lane_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL
) STRICT;
`;

/**
 * A row outlives its place on the list (`listed = 0`) once the clearance was used, so that it stays used when the
 * record comes back. `record` is null when a clearance was used that had just been taken off the list.
 */
const CLEARANCES = `
CREATE TABLE clearances (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  record TEXT,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  consumption TEXT NOT NULL CHECK (consumption IN ('none', 'reserved', 'consumed')),
  passage TEXT
) STRICT;
CREATE TRIGGER clearance_stays_consumed BEFORE UPDATE OF consumption ON clearances
WHEN OLD.consumption = 'consumed' AND NEW.consumption <> 'consumed'
BEGIN SELECT RAISE(ABORT, 'a consumed clearance stays consumed'); END;
CREATE TRIGGER used_clearance_is_kept BEFORE DELETE ON clearances
WHEN OLD.consumption <> 'none'
BEGIN SELECT RAISE(ABORT, 'a used clearance is kept'); END;

CREATE TABLE clearance_feed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  received_utc_ms REAL
) STRICT;
INSERT INTO clearance_feed (id, version, received_utc_ms) VALUES (1, 0, NULL);
`;

/** The index is for neighbours that ask what was used since they last heard. */
const NEIGHBOURS = `
CREATE TABLE neighbour_uses (
  lane TEXT NOT NULL,
  clearance TEXT NOT NULL,
  use TEXT NOT NULL CHECK (use IN ('reserved', 'consumed', 'released')),
  passage TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  utc_ms REAL NOT NULL,
  PRIMARY KEY (lane, clearance)
) STRICT;
CREATE TRIGGER neighbour_use_stays_consumed BEFORE UPDATE OF use ON neighbour_uses
WHEN OLD.use = 'consumed' AND NEW.use <> 'consumed'
BEGIN SELECT RAISE(ABORT, 'what a neighbour has consumed stays consumed'); END;

CREATE TABLE neighbour_heads (
  lane TEXT NOT NULL PRIMARY KEY,
  through_seq INTEGER NOT NULL
) STRICT;

CREATE INDEX journal_clearance_uses ON journal (seq)
  WHERE type IN ('clearance.reserved', 'clearance.consumed', 'clearance.released');
`;

/** What the control process must not forget beside the state of the lane, by name; the index is the register of incidents. */
const NOTES = `
CREATE TABLE notes (
  name TEXT NOT NULL PRIMARY KEY,
  note TEXT NOT NULL
) STRICT;

CREATE INDEX journal_incidents ON journal (seq)
  WHERE type IN ('incident.opened', 'incident.notice', 'incident.closed', 'report.late');
`;

/**
 * Behind the floor the journal lies in archive files, and only there may rows go. The pictures that entries name, with
 * what decides how long they are kept; `leaving`: it is on record that the file goes.
 */
const RETENTION = `
CREATE TABLE journal_floor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO journal_floor (id, seq, hash) VALUES (1, 0, '${GENESIS_HASH}');

DROP TRIGGER journal_never_shrinks;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
WHEN OLD.seq > (SELECT seq FROM journal_floor WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_floor_never_sinks BEFORE UPDATE ON journal_floor
WHEN NEW.seq < OLD.seq OR NEW.seq > (SELECT acked_seq FROM outbox WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'only what operations hold goes into the archive'); END;

CREATE TABLE pictures (
  sha256 TEXT NOT NULL PRIMARY KEY,
  passage TEXT,
  seq INTEGER NOT NULL,
  taken_utc_ms REAL NOT NULL,
  bytes INTEGER NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  leaving INTEGER NOT NULL CHECK (leaving IN (0, 1))
) STRICT;
CREATE INDEX pictures_by_age ON pictures (leaving, held, taken_utc_ms);
CREATE INDEX pictures_by_passage ON pictures (passage);
CREATE TABLE held_passages (passage TEXT NOT NULL PRIMARY KEY) STRICT;
CREATE TABLE picture_cursor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO picture_cursor (id, seq, bytes) VALUES (1, 0, 0);
CREATE TRIGGER picture_kept AFTER INSERT ON pictures
BEGIN UPDATE picture_cursor SET bytes = bytes + NEW.bytes WHERE id = 1; END;
CREATE TRIGGER picture_left AFTER DELETE ON pictures
BEGIN UPDATE picture_cursor SET bytes = bytes - OLD.bytes WHERE id = 1; END;
`;

/** Null: written before there were digests. */
const DIGESTS = `
ALTER TABLE clearances ADD COLUMN digest TEXT;
`;

const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "journal, outbox cursor, lane state", sql: JOURNAL },
  { version: 2, name: "clearance cache", sql: CLEARANCES },
  { version: 3, name: "clearances used by neighbours", sql: NEIGHBOURS },
  { version: 4, name: "notes of control, register of incidents", sql: NOTES },
  { version: 5, name: "archive of the journal, pictures and how long they are kept", sql: RETENTION },
  { version: 6, name: "a digest beside each clearance", sql: DIGESTS },
];

/** The schema this version of Gatelane writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the schema up to `through` in one transaction. Throws LaneError STORE_SCHEMA_TOO_NEW. */
export function migrate(db: Database, through: number = SCHEMA_VERSION): void {
  db.transaction(() => {
    db.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ) STRICT`);
    const present = schemaVersion(db);
    refuseNewer(present);
    const record = db.prepare("INSERT INTO schema_migrations (version, name) VALUES (?, ?)");
    for (const migration of MIGRATIONS.filter(({ version }) => version > present && version <= through)) {
      db.exec(migration.sql);
      record.run(migration.version, migration.name);
    }
  }).immediate();
}

/** For connections that do not write: the schema must be exactly ours. Throws STORE_SCHEMA_TOO_NEW or STORE_FAILED. */
export function requireCurrentSchema(db: Database): void {
  const present = schemaVersion(db);
  refuseNewer(present);
  if (present < SCHEMA_VERSION) {
    throw new LaneError("STORE_FAILED", `schema ${present} is older than ${SCHEMA_VERSION}; the daemon migrates it`);
  }
}

function refuseNewer(present: number): void {
  if (present > SCHEMA_VERSION) {
    throw new LaneError("STORE_SCHEMA_TOO_NEW", `schema ${present}, this version knows ${SCHEMA_VERSION}`);
  }
}

/** 0 for a database without any of our tables. */
export function schemaVersion(db: Database): number {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'").get();
  if (table === undefined) return 0;
  const row = db
    .prepare<[], { version: number }>("SELECT coalesce(max(version), 0) AS version FROM schema_migrations")
    .get();
  return row?.version ?? 0;
}
