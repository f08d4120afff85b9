import type { ContainerReading } from "#contract/reading";
import type { Calibration } from "../calibration.ts";
import type { TextBox } from "../detection/boxes.ts";
import type { TextDetector } from "../detection/text-detector.ts";
import { heightOf, widthOf } from "../geometry.ts";
import type { LineReaders } from "../lines/line-reader.ts";
import type { Raster } from "../picture/raster.ts";
import { CONTAINER_STAGES } from "../thresholds.ts";
import { toReadings } from "./reading.ts";
import { ContainerSearch, thicknessOf } from "./search.ts";
import { lookForColumns } from "./vertical.ts";
import { type Candidate, vote } from "./vote.ts";

/** Finds and reads container numbers. Looks longer the less certain it is. */
export class ContainerReader {
  readonly #detector: TextDetector;
  readonly #lines: LineReaders;

  constructor(detector: TextDetector, lines: LineReaders) {
    this.#detector = detector;
    this.#lines = lines;
  }

  /** Best first; none when nothing is legible. */
  async read(picture: Raster, calibration: Calibration): Promise<ContainerReading[]> {
    return toReadings(await this.candidates(picture), calibration);
  }

  /** Everything that may be a container number, strongest first. */
  async candidates(picture: Raster): Promise<Candidate[]> {
    const { firstBoxes, firstSeeds, laterSeeds, maxLines } = CONTAINER_STAGES;
    const budget = { lines: maxLines };
    const boxes = byPromise(await this.#detector.detect(picture, CONTAINER_STAGES.view));
    const search = new ContainerSearch(picture, this.#lines, budget);
    await search.run(boxes.slice(0, firstBoxes), firstSeeds);
    if (!search.settled()) search.add(await lookForColumns(picture, this.#detector, this.#lines));
    if (!search.settled()) await search.run(boxes.slice(firstBoxes), laterSeeds);
    if (search.settled()) return vote(search.sightings);
    const enlarged = byPromise(await this.#detector.detect(picture, CONTAINER_STAGES.enlargedView));
    const again = new ContainerSearch(picture, this.#lines, budget, search.sightings);
    await again.run(enlarged, laterSeeds);
    return vote(again.sightings);
  }
}

/** Large text first: a container number is among the largest on the box. */
function byPromise(boxes: readonly TextBox[]): TextBox[] {
  const ratioOf = ({ quad }: TextBox) => Math.max(widthOf(quad), heightOf(quad)) / thicknessOf(quad);
  const promise = (box: TextBox) => thicknessOf(box.quad) * Math.min(ratioOf(box), 4);
  return boxes
    .filter((box) => ratioOf(box) < CONTAINER_STAGES.maxRatio)
    .sort((a, b) => promise(b) - promise(a))
    .slice(0, CONTAINER_STAGES.maxBoxes);
}
