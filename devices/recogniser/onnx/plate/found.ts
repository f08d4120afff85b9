import type { CharacterAlternatives, PlateReading, Quad } from "#contract/reading";
import { type Calibration, type Curve, calibrated, curveOf, UNCALIBRATED } from "../calibration.ts";
import { alternativesOf } from "../decoding/alternatives.ts";
import { NEVER } from "../decoding/logarithm.ts";
import { boundsOf, enclose, heightOf } from "../geometry.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import type { Raster } from "../picture/raster.ts";
import { PLATE } from "../thresholds.ts";
import { combineLooks, decodePlate, folded, grammarOf, type PlateHypothesis } from "./decode.ts";
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
  const hypotheses = decodePlate(lattice).filter(({ text }) => lines.length === 2 || !DIGITS_FIRST.test(text));
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

/** Do all looks, two or more, read the same, each of them certain by itself? */
export function agreeWithoutDoubt(looks: readonly Look[]): boolean {
  if (looks.length < 2) return false;
  const text = looks[0]?.hypotheses[0]?.text;
  return looks.every(
    ({ hypotheses: [best] }) => best?.text === text && (best?.logProbability ?? NEVER) > PLATE.certainLog,
  );
}

/**
 * Whatever the looks that are `left` will see: is it sure by now that the plate is reported and is not certain? So it is
 * with one that the edge of the picture has cut.
 */
export function staysDoubtful(looks: readonly Look[], left: number, cut: boolean): boolean {
  const [best] = combineLooks(looks.map((look) => look.hypotheses));
  if (best === undefined) return false;
  const seen = looks.length * Math.exp(best.logProbability / 2);
  const evidence = (each: number) => 2 * Math.log((seen + left * each) / (looks.length + left));
  const reported = evidence(Math.exp(PLATE.logUnseen / 2)) > PLATE.minLog;
  return reported && (cut || evidence(1) <= PLATE.certainLog);
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

/** `picture` is what the plate was found in, pixels. */
export function toReading(
  plate: FoundPlate,
  picture: Pick<Raster, "width" | "height">,
  calibration: Calibration = UNCALIBRATED,
): PlateReading {
  return {
    kind: "plate",
    text: plate.text,
    country: plate.country,
    plateKind: plate.plateKind,
    lines: plate.lines.length === 1 ? 1 : 2,
    confidence: Math.min(
      confidenceOf(plate, curveOf(calibration, plate.country)),
      isCut(plate, picture) ? PLATE.maxCutConfidence : 1,
    ),
    alternatives: alternativesOfPlate(plate),
    box: plate.quad,
  };
}

function alternativesOfPlate({ text, lattice, country }: FoundPlate): CharacterAlternatives[] {
  const alternatives = alternativesOf(lattice, folded(text), grammarOf(country));
  const [province, letter, ...serial] = alternatives;
  if (text[1] !== "O" || province === undefined || letter === undefined) return alternatives;
  const named = letter.map(({ character, probability }) => ({
    character: character === "0" ? "O" : character,
    probability,
  }));
  return [province, named, ...serial];
}

/** Does a line of the plate reach the edge of the picture? What may be outside makes it another plate. */
export function isCut(
  { lines }: Pick<FoundPlate, "lines">,
  { width, height }: Pick<Raster, "width" | "height">,
): boolean {
  return lines.some(({ quad }) => {
    const { left, top, right, bottom } = boundsOf(quad);
    const margin = PLATE.cutMargin * heightOf(quad);
    return left < margin || top < margin || right > width - margin || bottom > height - margin;
  });
}

/** Probability that a plate is right; it grows with the evidence. */
export function confidenceOf(
  plate: Pick<FoundPlate, "logProbability" | "lines" | "text">,
  curve: Curve = UNCALIBRATED.plateVietnam,
): number {
  const claim = PLATE.maxConfidence * Math.exp(plate.logProbability * PLATE.confidenceSlope);
  const confidence = calibrated(claim, curve);
  const [first, second] = plate.lines;
  const ambiguous = second !== undefined && (SIZE_TYPE.test(first?.text ?? "") || DIGITS_FIRST.test(plate.text));
  return ambiguous ? Math.min(confidence, PLATE.maxSizeTypeConfidence) : confidence;
}

/**
 * Size and type codes (ISO 6346, annexes D and E) of 20-foot containers that would also be the first line of a
 * motorcycle plate: 20, 22 and 25 are provinces. With the weight painted below they make a perfect plate.
 */
const SIZE_TYPE = /^2[025O][A-HKNPRSTUV][0-9IOL]$/;

/** Old moped plates: two digits, below them three digits and two letters, as in many other markings. */
const DIGITS_FIRST = /^\d{5}[A-Z]{2}$/;
