import { classifyPlate, type PlateCountry, type PlateKind } from "#contract/identifiers";
import { beamSearch } from "../decoding/beam.ts";
import type { Grammar } from "../decoding/grammar.ts";
import { NEVER } from "../decoding/logarithm.ts";
import { symbolOf } from "../lines/alphabet.ts";
import type { Lattice } from "../lines/lattice.ts";
import { CN_GRAMMAR, VN_GRAMMAR } from "./grammar.ts";

/** A plate found in one lattice. */
export interface PlateHypothesis {
  readonly text: string;
  readonly country: PlateCountry;
  readonly plateKind: PlateKind;
  readonly logProbability: number;
  /** Distance to the best other plate of the same country. */
  readonly margin: number;
}

export function grammarOf(country: PlateCountry): Grammar {
  return country === "VN" ? VN_GRAMMAR : CN_GRAMMAR;
}

/** The best plate in a lattice, of either country. */
export function decodePlate(lattice: Lattice): PlateHypothesis | undefined {
  const found = (["VN", "CN"] as const).flatMap((country) => decodeCountry(lattice, country) ?? []);
  return found.sort((a, b) => b.logProbability - a.logProbability)[0];
}

function decodeCountry(lattice: Lattice, country: PlateCountry): PlateHypothesis | undefined {
  const legal = beamSearch(lattice, grammarOf(country)).flatMap((hypothesis) => {
    const plate = hypothesis.complete ? classifyPlate(hypothesis.text) : undefined;
    return plate?.country === country ? [{ ...hypothesis, plateKind: plate.kind }] : [];
  });
  const [best, rival] = legal;
  if (best === undefined) return undefined;
  return {
    text: best.text,
    country,
    plateKind: best.plateKind,
    logProbability: best.logProbability,
    margin: best.logProbability - (rival?.logProbability ?? NEVER),
  };
}

const FOLDS: readonly (readonly [from: string, to: string])[] = [
  ["O", "0"],
  ["I", "1"],
];

/** Plates have neither the letter O nor I: what looks like one is counted as the digit. */
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
