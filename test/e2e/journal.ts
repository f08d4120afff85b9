import type { DecisionRecord } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** A member of an entry's data, by its path. */
export function memberOf(entry: JournalEntry | undefined, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isFields(value) ? value[name] : undefined), entry?.data);
}

/** The same for a text; undefined for anything else. */
export function textOf(entry: JournalEntry | undefined, ...path: readonly string[]): string | undefined {
  const value = memberOf(entry, ...path);
  return typeof value === "string" ? value : undefined;
}

/** The data of a `decision.made` entry. */
export function decisionIn(entry: JournalEntry): DecisionRecord {
  return entry.data as DecisionRecord;
}

/** Tells an entry of this type, of this passage when one is given. */
export function entryOf(type: JournalEntry["type"], passage?: string | null) {
  return (entry: JournalEntry) => entry.type === type && (passage === undefined || entry.passage === passage);
}

/** Tells the entry with which a passage enters a phase. */
export function entering(phase: string) {
  return (entry: JournalEntry) => entry.type === "passage.phase" && textOf(entry, "to") === phase;
}

/** Tells a health entry of one device. `code` is its fault; for a device that is up there is none. */
export function healthOf(device: string, state: string, code?: string) {
  return (entry: JournalEntry) =>
    entry.type === "device.health" &&
    textOf(entry, "event", "device") === device &&
    textOf(entry, "event", "health", "state") === state &&
    textOf(entry, "event", "health", "fault", "code") === code;
}

/** One line for people who look for the cause of a failed test. */
export function lineOf({ seq, type, passage, data }: JournalEntry): string {
  return `${seq} ${type} ${passage ?? "-"} ${JSON.stringify(data).slice(0, 160)}`;
}
