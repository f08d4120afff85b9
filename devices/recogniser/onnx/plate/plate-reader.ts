import type { PlateReading, Quad } from "#contract/reading";
import { alternativesOf } from "../decoding/alternatives.ts";
import type { TextBox } from "../detection/boxes.ts";
import type { TextDetector } from "../detection/text-detector.ts";
import { enclose, heightOf, widthOf } from "../geometry.ts";
import { groupsBy } from "../grouping.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import type { LineReader } from "../lines/line-reader.ts";
import { cutOut, type Raster } from "../picture/raster.ts";
import { PLATE, PLATE_LAYOUT } from "../thresholds.ts";
import { decodePlate, foldForPlates, grammarOf, type PlateHypothesis } from "./decode.ts";
import { isLowerText, isSecondLine, isUpperText, type PlateLine, plateText, regionAbove } from "./layout.ts";

/** A plate with everything it was read from. */
export interface FoundPlate extends PlateHypothesis {
  readonly lines: readonly PlateLine[];
  readonly lattice: Lattice;
  readonly quad: Quad;
}

/** Finds and reads every legible plate of Viet Nam and China, on one line or two. */
export class PlateReader {
  readonly #detector: TextDetector;
  readonly #lines: LineReader;

  constructor(detector: TextDetector, lines: LineReader) {
    this.#detector = detector;
    this.#lines = lines;
  }

  /** Best first; none when nothing is legible. */
  async read(picture: Raster): Promise<PlateReading[]> {
    return (await this.plates(picture)).map(toReading);
  }

  /** Every plate found, the strongest evidence first. */
  async plates(picture: Raster): Promise<FoundPlate[]> {
    const boxes = plausibleBoxes(await this.#detector.detect(picture, PLATE.view));
    const lines: PlateLine[] = [];
    for (const { quad } of boxes) lines.push(await this.#readLine(picture, quad));
    const found = [...oneLinePlates(lines), ...twoLinePlates(lines)];
    const used = new Set(found.flatMap((plate) => plate.lines));
    const lonely = lines.filter((line) => isLowerText(line.text) && !used.has(line));
    for (const lower of lonely.slice(0, PLATE.maxLonely)) {
      const plate = await this.#lookAbove(picture, lower);
      if (plate !== undefined) found.push(plate);
    }
    return bestOfEach(found);
  }

  async #readLine(picture: Raster, quad: Quad): Promise<PlateLine> {
    const { text, lattice } = await this.#lines.read(cutOut(picture, quad), PLATE.minLineWidth);
    return { quad, text: plateText(text), lattice: foldForPlates(lattice) };
  }

  /** The first line of a two-line plate is often small and missed: reads where it must be, in several framings. */
  async #lookAbove(picture: Raster, lower: PlateLine): Promise<FoundPlate | undefined> {
    const found: FoundPlate[] = [];
    for (const framing of PLATE_LAYOUT.above) {
      const upper = await this.#readLine(picture, regionAbove(lower.quad, framing));
      const plate = plateFrom([upper, lower]);
      if (plate !== undefined) found.push(plate);
    }
    const groups = groupsBy(found, ({ text }) => text);
    const weight = (group: readonly FoundPlate[]) =>
      group.reduce((sum, plate) => sum + Math.exp(plate.logProbability / 2), 0);
    return groups.sort((a, b) => weight(b) - weight(a))[0]?.sort((a, b) => b.logProbability - a.logProbability)[0];
  }
}

function plausibleBoxes(boxes: readonly TextBox[]): TextBox[] {
  return boxes
    .filter(({ quad }) => {
      const ratio = widthOf(quad) / heightOf(quad);
      return ratio > PLATE.minRatio && ratio < PLATE.maxRatio && heightOf(quad) >= PLATE.minHeight;
    })
    .sort((a, b) => heightOf(b.quad) - heightOf(a.quad))
    .slice(0, PLATE.maxBoxes);
}

function oneLinePlates(lines: readonly PlateLine[]): FoundPlate[] {
  return lines.filter(({ text }) => text.length >= 6 && text.length <= 11).flatMap((line) => plateFrom([line]) ?? []);
}

function twoLinePlates(lines: readonly PlateLine[]): FoundPlate[] {
  return lines
    .filter((line) => isUpperText(line.text))
    .flatMap((upper) =>
      lines
        .filter((lower) => lower.text.length >= 4 && lower.text.length <= 6 && isSecondLine(upper, lower))
        .flatMap((lower) => plateFrom([upper, lower]) ?? []),
    );
}

function plateFrom(lines: readonly PlateLine[]): FoundPlate | undefined {
  const lattice = joinLattices(lines.map((line) => line.lattice));
  const plate = decodePlate(lattice);
  if (plate === undefined || plate.logProbability < PLATE.minLog) return undefined;
  return { ...plate, lines, lattice, quad: enclose(lines.map((line) => line.quad)) };
}

/** Each line of text belongs to one plate only, each plate is reported once: the stronger evidence wins. */
function bestOfEach(found: readonly FoundPlate[]): FoundPlate[] {
  const kept: FoundPlate[] = [];
  for (const plate of [...found].sort((a, b) => b.logProbability - a.logProbability)) {
    const taken = kept.some((k) => k.text === plate.text || k.lines.some((line) => plate.lines.includes(line)));
    if (!taken) kept.push(plate);
  }
  return kept;
}

function toReading(plate: FoundPlate): PlateReading {
  return {
    kind: "plate",
    text: plate.text,
    country: plate.country,
    plateKind: plate.plateKind,
    lines: plate.lines.length === 1 ? 1 : 2,
    confidence: Math.exp(plate.logProbability),
    alternatives: alternativesOf(plate.lattice, plate.text, grammarOf(plate.country)),
    box: plate.quad,
  };
}
