import type { PlateReading, Quad } from "#contract/reading";
import { alternativesOf } from "../decoding/alternatives.ts";
import { NEVER } from "../decoding/logarithm.ts";
import { enclose } from "../geometry.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import { PLATE } from "../thresholds.ts";
import { combineLooks, decodePlate, grammarOf, type PlateHypothesis } from "./decode.ts";
import type { PlateLine } from "./layout.ts";

/** One reading of all lines of a plate. */
export interface Look {
  readonly lattice: Lattice;
  /** All ways to read it, best first. */
  readonly hypotheses: readonly PlateHypothesis[];
}

/** A plate with everything it was read from. */
export interface FoundPlate extends PlateHypothesis, Look {
  readonly lines: readonly PlateLine[];
  readonly quad: Quad;
}

/** The plate that these lines make together, if any. */
export function plateFrom(lines: readonly PlateLine[]): FoundPlate | undefined {
  const lattice = joinLattices(lines.map((line) => line.lattice));
  const hypotheses = decodePlate(lattice);
  const [best] = hypotheses;
  if (best === undefined || best.logProbability < PLATE.minLog) return undefined;
  return { ...best, lines, lattice, quad: enclose(lines.map((line) => line.quad)), hypotheses };
}

/** The plate as all looks together read it, with the lattice that supports that best. */
export function confirmedBy(looks: readonly Look[], plate: FoundPlate): FoundPlate {
  const hypotheses = combineLooks(looks.map((look) => look.hypotheses));
  const best = hypotheses[0] ?? plate;
  const support = (look: Look) => look.hypotheses.find(({ text }) => text === best.text)?.logProbability ?? NEVER;
  const { lattice } = looks.reduce((a, b) => (support(b) > support(a) ? b : a), plate);
  return { ...plate, ...best, lattice, hypotheses };
}

/** Each line of text belongs to one plate only, each plate is reported once: the stronger evidence wins. */
export function bestOfEach(found: readonly FoundPlate[]): FoundPlate[] {
  const kept: FoundPlate[] = [];
  for (const plate of [...found].sort((a, b) => b.logProbability - a.logProbability)) {
    const taken = kept.some((k) => k.text === plate.text || k.lines.some((line) => plate.lines.includes(line)));
    if (!taken) kept.push(plate);
  }
  return kept;
}

export function toReading(plate: FoundPlate): PlateReading {
  return {
    kind: "plate",
    text: plate.text,
    country: plate.country,
    plateKind: plate.plateKind,
    lines: plate.lines.length === 1 ? 1 : 2,
    confidence: confidenceOf(plate),
    alternatives: alternativesOf(plate.lattice, plate.text, grammarOf(plate.country)),
    box: plate.quad,
  };
}

/** Probability that a plate is right; it grows with the evidence. */
export function confidenceOf(plate: Pick<FoundPlate, "logProbability" | "lines">): number {
  const confidence = PLATE.maxConfidence * Math.exp(plate.logProbability * PLATE.confidenceSlope);
  const [first, second] = plate.lines;
  const ambiguous = second !== undefined && SIZE_TYPE.test(first?.text ?? "");
  return ambiguous ? Math.min(confidence, PLATE.maxSizeTypeConfidence) : confidence;
}

/**
 * Size and type codes (ISO 6346, annexes D and E) of 20-foot containers that would also be the first line of a
 * motorcycle plate: 20, 22 and 25 are provinces. With the weight painted below they make a perfect plate.
 */
const SIZE_TYPE = /^2[025O][A-HKNPRSTUV][0-9IOL]$/;
