import type { Database } from "better-sqlite3";
import { isoUtc } from "#contract/units";
import { JOURNAL_COLUMNS, type JournalRow } from "./journal-rows.ts";
import { openForReading } from "./open.ts";

/** One incident as the register has it. Times in RFC 3339. */
export interface Incident {
  readonly id: string;
  readonly since: string;
  /** Null while it goes on. */
  readonly until: string | null;
  readonly seconds: number | null;
  /** Why operations could not be reached. */
  readonly detail: string;
  /** What made an incident of the outage. */
  readonly why: string;
  /** `none`, `due` or `overdue`: how far the clock of the notice came. */
  readonly notice: "none" | "due" | "overdue";
  readonly noticeBy: string;
  /** Passages whose report was late because of it. */
  readonly lateReports: readonly { readonly passage: string | null; readonly dueBy: string }[];
}

/** Entries that are read at most; an outage makes four, and one for each late passage. */
const ENTRIES_LIMIT = 20_000;
const NOTICE_LIMIT_MS = 60 * 60_000;

/** The register of incidents, as it stands in the journal. */
export class IncidentRegister {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** Throws LaneError STORE_SCHEMA_TOO_NEW, or STORE_FAILED when there is no readable journal at `path`. */
  static open(path: string): IncidentRegister {
    return new IncidentRegister(openForReading(path));
  }

  /** Safe to call twice. */
  close(): void {
    this.#db.close();
  }

  /** Every incident, the newest first. */
  list(): readonly Incident[] {
    const rows = this.#db
      .prepare<[number], JournalRow>(
        `SELECT ${JOURNAL_COLUMNS} FROM journal
         WHERE type IN ('incident.opened', 'incident.notice', 'incident.closed', 'report.late')
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(ENTRIES_LIMIT)
      .reverse();
    const incidents = new Map<string, Incident>();
    for (const row of rows) enter(incidents, row, JSON.parse(row.data) as Fields);
    return [...incidents.values()].reverse();
  }
}

type Fields = Readonly<Record<string, unknown>>;

function enter(incidents: Map<string, Incident>, { type, passage }: JournalRow, data: Fields): void {
  const id = type === "report.late" ? /^incident:(.+)$/.exec(text(data["reason"]))?.[1] : text(data["incident"]);
  if (id === undefined) return;
  const known = incidents.get(id);
  if (type === "incident.opened") return void incidents.set(id, opened(id, data));
  if (known === undefined) return;
  switch (type) {
    case "incident.notice":
      incidents.set(id, { ...known, notice: data["stage"] === "overdue" ? "overdue" : "due" });
      break;
    case "incident.closed":
      incidents.set(id, { ...known, until: text(data["until"]), seconds: Number(data["seconds"]) });
      break;
    case "report.late": {
      const late = { passage, dueBy: isoUtc(Number(data["dueBy"])) };
      incidents.set(id, { ...known, lateReports: [...known.lateReports, late] });
    }
  }
}

function opened(id: string, data: Fields): Incident {
  const since = text(data["since"]);
  return {
    id,
    since,
    until: null,
    seconds: null,
    detail: text(data["detail"]),
    why: text(data["why"]),
    notice: "none",
    noticeBy: isoUtc(Date.parse(since) + NOTICE_LIMIT_MS),
    lateReports: [],
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
