import type { JournalDraft } from "#contract/journal";
import type { LaneSnapshot } from "#contract/messages";
import { type Clock, isoUtc, type MonotonicMs } from "#contract/units";
import type { LaneLoop } from "../lane-loop.ts";
import { beginOutage, decidedInOutage, type Entry, endOutage, lookAtOutage, noticeBy, type Outage } from "./outage.ts";
import { addReport, lookAtReports, type Report, type ReportEntry, reportsAcknowledged } from "./reports.ts";

export interface LegalClockOptions {
  readonly lane: string;
  readonly loop: Pick<LaneLoop, "commit" | "draft">;
  readonly clock: Clock;
}

/** What survives a restart, in the store. */
interface Noted {
  readonly outage: Outage | null;
  readonly reports: readonly Report[];
}

/** Name of the note in the store. */
export const LEGAL_NOTE = "legal-clock";
/** While nothing else happens, how long an outage has lasted is noted this often, milliseconds. */
const NOTE_EVERY_MS = 60_000;

/**
 * Runs the clocks that the law sets: the notice of an outage and the report of each passage. Durations follow the
 * monotonic clock, so a wall clock that is moved neither hides nor makes an hour; over a restart the longer of what was
 * noted and what the wall clock says counts.
 */
export class LegalClock {
  readonly #options: LegalClockOptions;
  #noted: Noted = { outage: null, reports: [] };
  /** How long the outage had lasted at `#baseAt`. */
  #baseMs = 0;
  #baseAt: MonotonicMs = 0;
  #notedAt: MonotonicMs = 0;

  constructor(options: LegalClockOptions) {
    this.#options = options;
  }

  /** What the start before has noted. */
  restore(note: unknown): void {
    if (note === undefined) return;
    const { clock } = this.#options;
    this.#noted = note as Noted;
    const { outage } = this.#noted;
    this.#baseAt = clock.monotonic();
    this.#baseMs = outage === null ? 0 : Math.max(outage.elapsedMs, clock.utc() - outage.since);
  }

  /** The incident that is going on, for people. */
  get incident(): NonNullable<LaneSnapshot["incident"]> | null {
    const { outage } = this.#noted;
    if (outage === null || outage.stage === "counting") return null;
    return { id: outage.id, since: isoUtc(outage.since), stage: outage.stage, noticeBy: isoUtc(noticeBy(outage)) };
  }

  /** Passages whose report is still to be made. */
  get openReports(): number {
    return this.#noted.reports.length;
  }

  /** `forMs`: how long operations could not be reached already when that was found out. */
  link(up: boolean, detail: string, forMs = 0): void {
    const { clock, lane } = this.#options;
    const { outage } = this.#noted;
    if (!up && outage === null) {
      this.#baseAt = clock.monotonic();
      this.#baseMs = forMs;
      this.#note({ outage: beginOutage(lane, clock.utc() - forMs, detail) }, []);
    }
    if (up && outage !== null) {
      const { outage: ended, entries } = lookAtOutage(outage, this.#elapsedMs());
      this.#note({ outage: null }, [...entries, ...endOutage(ended, clock.utc())]);
    }
  }

  /** Called about every second. */
  tick(): void {
    const { clock } = this.#options;
    const { outage, reports } = this.#noted;
    const looked = outage === null ? null : lookAtOutage(outage, this.#elapsedMs());
    const late = lookAtReports(reports, clock.utc(), outage?.id ?? null);
    const entries = [...(looked?.entries ?? []), ...late.entries];
    const due = outage !== null && clock.monotonic() - this.#notedAt >= NOTE_EVERY_MS;
    if (entries.length === 0 && late.reports === reports && !due) return;
    this.#note({ outage: looked?.outage ?? null, reports: late.reports }, entries);
  }

  /** The lane decides now: the incident that its decision names, null while operations can be reached. */
  decisionIncident(): string | null {
    const { outage } = this.#noted;
    if (outage === null) return null;
    const { outage: next, entries } = decidedInOutage(outage);
    if (entries.length > 0) this.#note({ outage: next }, entries);
    return outage.id;
  }

  /** A passage is to be reported; its entry has at most this number. */
  reportDue(passage: string | null, data: unknown, seq: number): void {
    const { form, dueBy } = data as { readonly form?: unknown; readonly dueBy?: unknown };
    if (typeof dueBy !== "number") return;
    const incident = this.#noted.outage?.id ?? null;
    const report: Report = { passage, form: form ?? null, dueBy, seq, incident, late: false };
    this.#note({ reports: addReport(this.#noted.reports, report) }, []);
  }

  /** Operations have every entry up to `seq`. */
  acknowledged(seq: number): void {
    const { reports, entries } = reportsAcknowledged(this.#noted.reports, seq);
    if (entries.length > 0) this.#note({ reports }, entries);
  }

  #elapsedMs(): number {
    return this.#baseMs + (this.#options.clock.monotonic() - this.#baseAt);
  }

  /** Keeps what has changed, with its rows, in one step. A store that cannot write it ends the lane by itself. */
  #note(changed: Partial<Noted>, entries: readonly (Entry | ReportEntry)[]): void {
    const { loop, clock } = this.#options;
    this.#noted = { ...this.#noted, ...changed };
    this.#notedAt = clock.monotonic();
    const drafts = entries.map((entry): JournalDraft => {
      const draft = loop.draft(entry.type, entry.data);
      return { ...draft, passage: "passage" in entry ? entry.passage : null };
    });
    loop.commit({ drafts, note: { name: LEGAL_NOTE, value: this.#noted } }).catch(() => undefined);
  }
}
