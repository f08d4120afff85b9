import type { DecisionRecord } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";

/** The value below which this share of the sorted values lies; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

const LAST_INPUTS = new Set(["read.image", "read.plate", "scale.weighed", "scale.fault"]);

/**
 * Milliseconds from the last reading or weight of each passage to the moment its PASS was on the disk. Taken from the
 * lane's own monotonic clock in the journal.
 */
export function decisionTimes(entries: readonly JournalEntry[]): number[] {
  const times: number[] = [];
  const lastInput = new Map<string, number>();
  const waiting = new Map<string, number>();
  const decided = new Set<string>();
  for (const entry of entries) {
    const { passage, type } = entry;
    if (passage === null) continue;
    if (LAST_INPUTS.has(type) && !decided.has(passage)) lastInput.set(passage, entry.monotonicMs);
    const from = lastInput.get(passage);
    if (type === "decision.made" && from !== undefined && !decided.has(passage)) {
      decided.add(passage);
      if ((entry.data as DecisionRecord).verdict === "PASS") waiting.set(passage, from);
    }
    const passedFrom = waiting.get(passage);
    const durable = (entry.data as { event?: { type?: string } }).event?.type === "decision-durable";
    if (durable && passedFrom !== undefined) {
      waiting.delete(passage);
      times.push(entry.monotonicMs - passedFrom);
    }
  }
  return times;
}
