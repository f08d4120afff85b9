import { renameSync, writeFileSync } from "node:fs";
import { readConfusion } from "#config/confusion";
import type { TextReading } from "#contract/reading";
import { type ConfusionTable, confusable, DEFAULT_CONFUSION } from "#lanes/fusion/confusion";
import type { Outcome } from "./vision-score.ts";

/** How often one character was taken for another, by its look alone: before check digit and list of expected vehicles. */
export interface Confusion {
  readonly truth: string;
  readonly seen: string;
  readonly count: number;
  /** Different vehicles it happened on: one odd picture, damaged in many ways, must not make a rule. */
  readonly vehicles: number;
}

/** A reading with more wrong characters is another text, not a misread one. */
const MOST_WRONG = 3;

/** All confusions, the most frequent first. */
export function confusions(outcomes: readonly Outcome[]): readonly Confusion[] {
  const found = new Map<string, { truth: string; seen: string; count: number; vehicles: Set<string> }>();
  for (const { photo, readings } of outcomes) {
    for (const reading of readings) {
      const aligned = alignedWith(photo.truths, lookOf(reading));
      for (const [truth, seen] of aligned?.pairs ?? []) {
        const known = found.get(truth + seen) ?? { truth, seen, count: 0, vehicles: new Set<string>() };
        found.set(truth + seen, known);
        known.count++;
        known.vehicles.add(aligned?.truth ?? "");
      }
    }
  }
  return [...found.values()]
    .map(({ vehicles, ...rest }) => ({ ...rest, vehicles: vehicles.size }))
    .sort((a, b) => b.count - a.count || (a.truth + a.seen < b.truth + b.seen ? -1 : 1));
}

/** The most likely character at each position. */
function lookOf(reading: TextReading): string {
  const best = reading.alternatives.map((characters) => characters[0]?.character ?? "");
  return best.length === reading.text.length && !best.includes("") ? best.join("") : reading.text;
}

/** The nearest label of the same length, and where it differs. */
function alignedWith(truths: readonly string[], look: string) {
  const candidates = truths
    .filter((truth) => truth.length === look.length)
    .map((truth) => ({ truth, pairs: differences(truth, look) }))
    .filter(({ pairs }) => pairs.length <= MOST_WRONG)
    .sort((a, b) => a.pairs.length - b.pairs.length);
  return candidates[0];
}

function differences(truth: string, look: string): (readonly [truth: string, seen: string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at < truth.length; at++) {
    const [expected = "", seen = ""] = [truth[at], look[at]];
    if (expected !== seen) pairs.push([expected, seen]);
  }
  return pairs;
}

/** The known classes count like this many errors that were seen before. */
const PRIOR_ERRORS = 20;
/** A pair becomes a class of its own when it was seen this often, on this many vehicles. */
const LEAST_COUNT = 3;
const LEAST_VEHICLES = 2;

/** The standard table, moved by what was measured. What measuring cannot tell (check digit arithmetic) stays. */
export function measuredTable(measured: readonly Confusion[]): ConfusionTable {
  const pairs = new Map<string, { count: number; vehicles: number }>();
  for (const { truth, seen, count, vehicles } of measured) {
    const key = [truth, seen].sort().join("");
    const known = pairs.get(key) ?? { count: 0, vehicles: 0 };
    // The same vehicle may be confused in both directions: the larger number is the safe one.
    pairs.set(key, { count: known.count + count, vehicles: Math.max(known.vehicles, vehicles) });
  }
  const added = [...pairs]
    .filter(([, { count, vehicles }]) => count >= LEAST_COUNT && vehicles >= LEAST_VEHICLES)
    .map(([key]) => key)
    .filter((key) => !confusable([...key][0] ?? "", [...key][1] ?? ""))
    .sort();
  const table = { ...DEFAULT_CONFUSION, classes: [...DEFAULT_CONFUSION.classes, ...added] };
  const all = measured.reduce((sum, { count }) => sum + count, 0);
  const inClass = measured.reduce(
    (sum, { truth, seen, count }) => sum + (confusable(truth, seen, table) ? count : 0),
    0,
  );
  const share = (PRIOR_ERRORS * DEFAULT_CONFUSION.shareInClass + inClass) / (PRIOR_ERRORS + all);
  return { ...table, shareInClass: Math.round(share * 1000) / 1000 };
}

/** Writes the table in the form of `models/confusion.json`, after reading it back. Throws MODEL_INVALID when it has no such form. */
export function writeConfusion(file: string, table: ConfusionTable): void {
  const { letter, digit } = table.containerPassRate;
  const text = `{
  "version": ${table.version},
  "classes": [${table.classes.map((members) => JSON.stringify(members)).join(", ")}],
  "shareInClass": ${table.shareInClass},
  "alphabetSize": ${table.alphabetSize},
  "containerPassRate": { "letter": ${letter}, "digit": ${digit} }
}
`;
  const draft = `${file}.new`;
  writeFileSync(draft, text);
  readConfusion(draft);
  renameSync(draft, file);
}
