import { classifyPlate, type PlateCountry, type PlateKind } from "#contract/identifiers";
import { beamSearch } from "../decoding/beam.ts";
import type { Grammar } from "../decoding/grammar.ts";
import { groupsBy } from "../grouping.ts";
import { symbolOf } from "../lines/alphabet.ts";
import type { Lattice } from "../lines/lattice.ts";
import { PLATE } from "../thresholds.ts";
import { CN_GRAMMAR, VN_GRAMMAR } from "./grammar.ts";

/** One way to read a plate. */
export interface PlateHypothesis {
  readonly text: string;
  readonly country: PlateCountry;
  readonly plateKind: PlateKind;
  readonly logProbability: number;
}

export function grammarOf(country: PlateCountry): Grammar {
  return country === "VN" ? VN_GRAMMAR : CN_GRAMMAR;
}

/** All ways to read a lattice as a plate of either country, best first. */
export function decodePlate(lattice: Lattice): PlateHypothesis[] {
  return (["VN", "CN"] as const)
    .flatMap((country) =>
      beamSearch(lattice, grammarOf(country)).flatMap(({ text: folded, logProbability, complete }) => {
        const text = unfolded(folded, country);
        const plate = complete ? classifyPlate(text) : undefined;
        return plate?.country === country ? [{ text, country, plateKind: plate.kind, logProbability }] : [];
      }),
    )
    .sort((a, b) => b.logProbability - a.logProbability);
}

/**
 * Several looks at one plate taken together, best first. The evidence for a text is the mean over the looks of the
 * square root of its probability: between the arithmetic mean, which one lucky look can lead, and the geometric mean,
 * which one bad look can spoil.
 */
export function combineLooks(looks: readonly (readonly PlateHypothesis[])[]): PlateHypothesis[] {
  const rootOf = (logProbability: number) => Math.exp(Math.max(logProbability, PLATE.logUnseen) / 2);
  return groupsBy(looks.flat(), ({ text }) => text)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const seen = group.reduce((sum, { logProbability }) => sum + rootOf(logProbability), 0);
      const unseen = (looks.length - group.length) * rootOf(PLATE.logUnseen);
      return [{ ...first, logProbability: 2 * Math.log((seen + unseen) / looks.length) }];
    })
    .sort((a, b) => b.logProbability - a.logProbability);
}

const FOLDS: readonly (readonly [from: string, to: string])[] = [
  ["O", "0"],
  ["I", "1"],
];

/** After a Chinese province there is always a letter: what was counted as 0 is O. */
function unfolded(text: string, country: PlateCountry): string {
  return country === "CN" && text[1] === "0" ? `${text.slice(0, 1)}O${text.slice(2)}` : text;
}

/** The text in the symbols of a folded lattice. */
export function folded(text: string): string {
  return FOLDS.reduce((sofar, [from, to]) => sofar.replaceAll(from, to), text);
}

/** O and I are hardly ever letters on plates: what looks like one is counted as the digit. */
export function foldForPlates(lattice: Lattice): Lattice {
  const target = new Map(FOLDS.map(([from, to]) => [symbolOf(from), symbolOf(to)]));
  return lattice.map((frame) => {
    const folded = new Map<number, number>();
    for (const { symbol, probability } of frame) {
      const to = target.get(symbol) ?? symbol;
      folded.set(to, (folded.get(to) ?? 0) + probability);
    }
    return [...folded].map(([symbol, probability]) => ({ symbol, probability }));
  });
}
