import type { ContainerReading } from "#contract/reading";
import type { TextBox } from "../detection/boxes.ts";
import type { TextDetector } from "../detection/text-detector.ts";
import { heightOf, widthOf } from "../geometry.ts";
import type { LineReader } from "../lines/line-reader.ts";
import { cutOut, quarterTurn, type Raster } from "../picture/raster.ts";
import { CONTAINER_STAGES, VOTE } from "../thresholds.ts";
import { toReadings } from "./reading.ts";
import { cutsFor, lookAgain, seedsOf } from "./second-look.ts";
import { firstLook, type Sighting } from "./sighting.ts";
import { isUpright, type Token, tokenOf } from "./token.ts";
import { lookForColumns } from "./vertical.ts";
import { type Candidate, isSettled, vote } from "./vote.ts";

/** Finds and reads container numbers. Looks longer the less certain it is. */
export class ContainerReader {
  readonly #detector: TextDetector;
  readonly #lines: LineReader;

  constructor(detector: TextDetector, lines: LineReader) {
    this.#detector = detector;
    this.#lines = lines;
  }

  /** Best first; none when nothing is legible. */
  async read(picture: Raster): Promise<ContainerReading[]> {
    return toReadings(await this.candidates(picture));
  }

  /** Everything that may be a container number, strongest first. */
  async candidates(picture: Raster): Promise<Candidate[]> {
    const boxes = byPromise(await this.#detector.detect(picture, CONTAINER_STAGES.view));
    const search = new Search(picture, this.#lines);
    await search.readBoxes(boxes.slice(0, CONTAINER_STAGES.firstBoxes), CONTAINER_STAGES.firstSeeds);
    if (!search.settled()) search.add(await lookForColumns(picture, this.#detector, this.#lines));
    if (!search.settled()) {
      await search.readBoxes(boxes.slice(CONTAINER_STAGES.firstBoxes), CONTAINER_STAGES.laterSeeds);
    }
    if (!search.settled()) {
      const enlarged = byPromise(await this.#detector.detect(picture, CONTAINER_STAGES.enlargedView));
      const again = new Search(picture, this.#lines, search.sightings);
      await again.readBoxes(enlarged.slice(0, CONTAINER_STAGES.laterBoxes), CONTAINER_STAGES.laterSeeds);
      return vote(again.sightings);
    }
    return vote(search.sightings);
  }
}

/** Large text first: a container number is among the largest on the box. */
function byPromise(boxes: readonly TextBox[]): TextBox[] {
  const size = ({ quad }: TextBox) => {
    const thickness = Math.min(widthOf(quad), heightOf(quad));
    const length = Math.max(widthOf(quad), heightOf(quad));
    return { thickness, ratio: length / thickness };
  };
  const promise = (box: TextBox) => size(box).thickness * Math.min(size(box).ratio, 4);
  return boxes
    .filter((box) => size(box).ratio < CONTAINER_STAGES.maxRatio)
    .sort((a, b) => promise(b) - promise(a))
    .slice(0, CONTAINER_STAGES.laterBoxes);
}

/** What one detection of one picture has given so far. */
class Search {
  readonly #picture: Raster;
  readonly #lines: LineReader;
  readonly #tokens: Token[] = [];
  readonly #seeded = new Set<string>();
  readonly #later: Sighting[];
  #first: Sighting[] = [];

  constructor(picture: Raster, lines: LineReader, earlier: readonly Sighting[] = []) {
    this.#picture = picture;
    this.#lines = lines;
    this.#later = [...earlier];
  }

  get sightings(): readonly Sighting[] {
    return [...this.#first, ...this.#later];
  }

  settled(): boolean {
    return isSettled(vote(this.sightings), VOTE.settledLog);
  }

  add(sightings: readonly Sighting[]): void {
    this.#later.push(...sightings);
  }

  /** Reads boxes one by one, then looks again at the most promising chains; stops as soon as it is certain. */
  async readBoxes(boxes: readonly TextBox[], seeds: number): Promise<void> {
    for (const [index, { quad }] of boxes.entries()) {
      const line = await this.#lines.read(cutOut(this.#picture, isUpright(quad) ? quarterTurn(quad) : quad));
      this.#tokens.push(tokenOf(quad, line.text, line.lattice));
      if (index % CONTAINER_STAGES.checkEvery !== CONTAINER_STAGES.checkEvery - 1 && index !== boxes.length - 1)
        continue;
      this.#first = firstLook(this.#tokens);
      if (isSettled(vote(this.sightings), VOTE.certainLog)) return;
    }
    await this.#lookAgain(seeds);
  }

  async #lookAgain(seeds: number): Promise<void> {
    for (const chain of seedsOf(this.#tokens).slice(0, seeds)) {
      const key = chain.tokens.map((token) => this.#tokens.indexOf(token)).join("-");
      if (this.#seeded.has(key)) continue;
      this.#seeded.add(key);
      for (const cut of cutsFor(chain)) {
        this.#later.push(...(await lookAgain(this.#picture, cut, this.#lines)));
        if (this.settled()) return;
      }
    }
  }
}
