import type { JournalEntry } from "#contract/journal";
import type { LaneReport } from "../operations/chain-book.ts";

/** What was seen on the way and must still be there at the end. */
export interface Seen {
  /** Hash by number of every entry that somebody was able to read from the journal. */
  readonly durable: ReadonlyMap<number, string>;
}

/** The verdict on the records of a run. */
export interface RecordsAudit {
  readonly entries: number;
  /** Entries that operations hold, or that were readable once, and that the journal does not have any more, or not so. */
  readonly acknowledgedLost: number;
  /** Entries that operations do not have. */
  readonly gaps: number;
  /** Numbers under which operations got two different entries, and clearances that let two passages through. */
  readonly duplicatesApplied: number;
  readonly chain: "ok" | "broken";
  readonly boots: number;
  readonly passages: number;
}

export interface AuditInput {
  readonly journal: readonly JournalEntry[];
  readonly verified: boolean;
  readonly report: LaneReport;
  readonly hashAtOperations: (seq: number) => string | undefined;
  readonly seen: Seen;
}

/** Holds the journal against everything that was said of it while the run went on. */
export function auditRecords({ journal, verified, report, hashAtOperations, seen }: AuditInput): RecordsAudit {
  const hashes = new Map(journal.map(({ seq, hash }) => [seq, hash]));
  const lost = new Set<number>();
  for (const [seq, hash] of seen.durable) if (hashes.get(seq) !== hash) lost.add(seq);
  const highest = Math.max(journal.at(-1)?.seq ?? 0, report.head?.seq ?? 0, report.gaps.at(-1)?.to ?? 0);
  let gaps = 0;
  for (let seq = 1; seq <= highest; seq++) {
    const held = hashAtOperations(seq);
    if (held === undefined) gaps += 1;
    else if (hashes.get(seq) !== held) lost.add(seq);
  }
  return {
    entries: journal.length,
    acknowledgedLost: lost.size,
    gaps,
    duplicatesApplied: report.duplicates + clearancesUsedTwice(journal),
    chain: verified && report.chainOk ? "ok" : "broken",
    boots: new Set(journal.map(({ boot }) => boot)).size,
    passages: journal.filter(({ type }) => type === "passage.opened").length,
  };
}

/** Clearances that were consumed by more than one passage. */
function clearancesUsedTwice(journal: readonly JournalEntry[]): number {
  const users = new Map<string, Set<string | null>>();
  for (const { type, data, passage } of journal) {
    if (type !== "clearance.consumed") continue;
    const clearance = clearanceIn(data);
    const known = users.get(clearance) ?? new Set();
    known.add(passage);
    users.set(clearance, known);
  }
  return [...users.values()].filter((passages) => passages.size > 1).length;
}

function clearanceIn(data: unknown): string {
  const { clearance, id } = (data ?? {}) as { readonly clearance?: unknown; readonly id?: unknown };
  return String(clearance ?? id);
}
