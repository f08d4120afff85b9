import type { UtcMs } from "#contract/units";
import type { Entry } from "./outage.ts";

/**
 * The report of every passage to customs is due within 30 minutes (Circular 39/2018, article 52a.5.c.3.2). It counts as
 * made when operations have acknowledged the entry that asks for it; a late one names its incident. Pure.
 */
export interface Report {
  readonly passage: string | null;
  readonly form: unknown;
  readonly dueBy: UtcMs;
  /** The entry that is to be acknowledged. */
  readonly seq: number;
  /** The incident during which it was due, null when operations could be reached all the time. */
  readonly incident: string | null;
  readonly late: boolean;
}

/** A row of one passage. */
export interface ReportEntry extends Entry {
  readonly passage: string | null;
}

export interface ReportStep {
  readonly reports: readonly Report[];
  readonly entries: readonly ReportEntry[];
}

/** Reports that are asked for and not made, at most; a lane that is alone for weeks keeps the newest. */
const LIMIT = 5_000;

export function addReport(reports: readonly Report[], report: Report): readonly Report[] {
  return [...reports, report].slice(-LIMIT);
}

/** Operations have every entry up to `seq`. */
export function reportsAcknowledged(reports: readonly Report[], seq: number): ReportStep {
  const made = reports.filter((one) => one.seq <= seq);
  if (made.length === 0) return { reports, entries: [] };
  const entries = made.map(({ passage, form, late, incident }) => ({
    type: "report.sent" as const,
    passage,
    data: { form, late, ...(late ? { reason: reasonOf(incident) } : {}) },
  }));
  return { reports: reports.filter((one) => one.seq > seq), entries };
}

/** It is `utc`, and this incident is going on. What is late is entered once. */
export function lookAtReports(reports: readonly Report[], utc: UtcMs, incident: string | null): ReportStep {
  const entries: ReportEntry[] = [];
  const next = reports.map((report) => {
    const named = { ...report, incident: report.incident ?? incident };
    if (report.late || utc <= report.dueBy) return named.incident === report.incident ? report : named;
    const { passage, form } = report;
    entries.push({
      type: "report.late",
      passage,
      data: { form, dueBy: report.dueBy, reason: reasonOf(named.incident) },
    });
    return { ...named, late: true };
  });
  const changed = next.some((report, index) => report !== reports[index]);
  return { reports: changed ? next : reports, entries };
}

const reasonOf = (incident: string | null): string =>
  incident === null ? "operations have not acknowledged it" : `incident:${incident}`;
