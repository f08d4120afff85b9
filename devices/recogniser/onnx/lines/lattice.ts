import { LINES } from "../thresholds.ts";
import type { Columns } from "./alphabet.ts";

/** The characters that one vertical slice of a line may show. What they leave of 1 is "nothing new here". */
export type Frame = readonly { readonly symbol: number; readonly probability: number }[];

/**
 * What the network saw along one line, before anything was decided: a frame for every 8 pixels of input width, each
 * with every plausible character (connectionist temporal classification, Graves et al. 2006).
 */
export type Lattice = readonly Frame[];

/** A frame in which nothing is seen: set between two lattices it keeps equal neighbours apart. */
const GAP: Frame = [];

/** Reads several lattices as one line of text. */
export function joinLattices(lattices: readonly Lattice[]): Lattice {
  return lattices.flatMap((lattice) => [...lattice, GAP]);
}

/** The network's raw output for one line: `frames` rows of `classes` probabilities. */
export interface RawOutput {
  readonly values: Float32Array;
  readonly frames: number;
  readonly classes: number;
}

/** Keeps of the raw output what identifiers are made of. */
export function latticeOf(output: RawOutput, columns: Columns): Lattice {
  const lattice: Frame[] = [];
  for (let frame = 0; frame < output.frames; frame++) {
    const offset = frame * output.classes;
    const seen: { symbol: number; probability: number }[] = [];
    columns.ofSymbol.forEach((sources, symbol) => {
      let probability = 0;
      for (const [column, share] of sources) probability += share * (output.values[offset + column] ?? 0);
      if (probability > LINES.minProbability) seen.push({ symbol, probability });
    });
    lattice.push(seen);
  }
  return lattice;
}

/** The most likely text frame by frame, over the network's whole dictionary: tells what kind of line it is. */
export function greedyText(output: RawOutput, columns: Columns): string {
  let text = "";
  let previous = 0;
  for (let frame = 0; frame < output.frames; frame++) {
    const best = strongestColumn(output, frame);
    if (best !== 0 && best !== previous) text += columns.characters[best] ?? "";
    previous = best;
  }
  return text;
}

function strongestColumn(output: RawOutput, frame: number): number {
  const offset = frame * output.classes;
  let best = 0;
  let highest = -1;
  for (let column = 0; column < output.classes; column++) {
    const value = output.values[offset + column] ?? 0;
    if (value > highest) {
      highest = value;
      best = column;
    }
  }
  return best;
}
