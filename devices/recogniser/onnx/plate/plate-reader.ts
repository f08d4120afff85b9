import type { PlateReading, Quad } from "#contract/reading";
import type { Calibration } from "../calibration.ts";
import type { TextBox } from "../detection/boxes.ts";
import type { DetectionView, TextDetector } from "../detection/text-detector.ts";
import { boundsOf, centreOf, growQuad, heightOf, widthOf } from "../geometry.ts";
import { groupsBy } from "../grouping.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import type { LineReader, LineReaders } from "../lines/line-reader.ts";
import { cutOut, type Raster } from "../picture/raster.ts";
import { LINES, PLATE, PLATE_LAYOUT } from "../thresholds.ts";
import { decodePlate, foldForPlates } from "./decode.ts";
import {
  agreeWithoutDoubt,
  bestOfEach,
  confirmedBy,
  type FoundPlate,
  isCut,
  type Look,
  plateFrom,
  staysDoubtful,
  toReading,
} from "./found.ts";
import { isLowerText, isSecondLine, isUpperText, type PlateLine, plateText, regionAbove } from "./layout.ts";

/** Whether a plate has been looked at often enough; `left` looks are to come, `cut` by the edge of the picture or not. */
type Enough = (looks: readonly Look[], left: number, cut: boolean) => boolean;

/** Finds and reads every legible plate of Viet Nam and China, on one line or two. */
export class PlateReader {
  readonly #detector: TextDetector;
  readonly #lines: LineReaders;

  constructor(detector: TextDetector, lines: LineReaders) {
    this.#detector = detector;
    this.#lines = lines;
  }

  /** Best first; none when nothing is legible. */
  async read(picture: Raster, calibration: Calibration): Promise<PlateReading[]> {
    return (await this.plates(picture)).map((plate) => toReading(plate, picture, calibration));
  }

  /**
   * Every plate found, the strongest evidence first. A coarse view of the picture is enough when every plate in it is
   * certain; the fine view takes twice the time and is for the others. What is certain is not read twice.
   */
  async plates(picture: Raster): Promise<FoundPlate[]> {
    const settled: Enough = (looks, left, cut) => agreeWithoutDoubt(looks) || staysDoubtful(looks, left, cut);
    const coarse = await this.#platesIn(picture, PLATE.coarseView, settled);
    const certain = coarse.filter((plate) => isCertain(plate, picture));
    if (coarse.length > 0 && certain.length === coarse.length) return coarse;
    return bestOfEach([...certain, ...(await this.#platesIn(picture, PLATE.view, agreeWithoutDoubt, certain))]);
  }

  /** Every plate found but for the `known` ones, each confirmed until there is `enough`. */
  async #platesIn(
    picture: Raster,
    view: DetectionView,
    enough: Enough,
    known: readonly FoundPlate[] = [],
  ): Promise<FoundPlate[]> {
    const boxes = plausibleBoxes(await this.#detector.detect(picture, view)).filter(
      ({ quad }) => !known.some((plate) => holds(plate, quad)),
    );
    const lines: PlateLine[] = [];
    for (const { quad } of boxes) lines.push(await this.#readLine(picture, quad));
    const found = [...oneLinePlates(lines), ...twoLinePlates(lines)];
    const used = new Set(found.flatMap((plate) => plate.lines));
    const lonely = lines.filter((line) => isLowerText(line.text) && !used.has(line));
    for (const lower of lonely.slice(0, PLATE.maxLonely)) {
      const plate = await this.#lookAbove(picture, lower);
      if (plate !== undefined) found.push(plate);
    }
    const confirmed: FoundPlate[] = [];
    for (const plate of bestOfEach(found)) confirmed.push(await this.#confirm(picture, plate, enough));
    return bestOfEach(confirmed).filter(({ logProbability }) => logProbability > PLATE.minLog);
  }

  async #readLine(picture: Raster, quad: Quad, reader: LineReader = this.#lines.tuned): Promise<PlateLine> {
    const { text, lattice } = await reader.read(cutOut(picture, quad, LINES.maxCutHeight), PLATE.minLineWidth);
    return { quad, text: plateText(text), lattice: foldForPlates(lattice) };
  }

  /** The first line of a two-line plate is often small and missed: reads where it must be, in several framings. */
  async #lookAbove(picture: Raster, lower: PlateLine): Promise<FoundPlate | undefined> {
    const found: FoundPlate[] = [];
    for (const [index, framing] of PLATE_LAYOUT.above.entries()) {
      if (index === PLATE_LAYOUT.aboveTries && found.length === 0) return undefined;
      const upper = await this.#readLine(picture, regionAbove(lower.quad, framing));
      const plate = plateFrom([upper, lower]);
      if (plate !== undefined) found.push(plate);
    }
    const groups = groupsBy(found, ({ text }) => text);
    const weight = (group: readonly FoundPlate[]) =>
      group.reduce((sum, plate) => sum + Math.exp(plate.logProbability / 2), 0);
    return groups.sort((a, b) => weight(b) - weight(a))[0]?.sort((a, b) => b.logProbability - a.logProbability)[0];
  }

  /**
   * Reads a plate again in wider framings: a box that cuts a character off, or luck, does not survive that. Once both
   * networks have seen the same without doubt, more looks change nothing.
   */
  async #confirm(picture: Raster, plate: FoundPlate, enough: Enough): Promise<FoundPlate> {
    const looks: Look[] = [plate];
    const cut = isCut(plate, picture);
    for (const [index, { along, across, by }] of PLATE_LAYOUT.confirmations.entries()) {
      if (enough(looks, PLATE_LAYOUT.confirmations.length - index, cut)) break;
      const lattices: Lattice[] = [];
      for (const { quad } of plate.lines) {
        const framed = growQuad(quad, along, across);
        lattices.push((await this.#readLine(picture, framed, this.#lines[by])).lattice);
      }
      const lattice = joinLattices(lattices);
      looks.push({ lattice, hypotheses: decodePlate(lattice) });
    }
    return confirmedBy(looks, plate);
  }
}

function isCertain(plate: FoundPlate, picture: Raster): boolean {
  return plate.logProbability > PLATE.certainLog && !isCut(plate, picture);
}

/** Does the middle of a box lie on one of the plate's own lines? */
function holds({ lines }: FoundPlate, quad: Quad): boolean {
  const [x, y] = centreOf(quad);
  return lines.some((line) => {
    const { left, top, right, bottom } = boundsOf(line.quad);
    return x >= left && x <= right && y >= top && y <= bottom;
  });
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
