import type { Quad } from "#contract/reading";
import type { TextBox } from "../detection/boxes.ts";
import { boundsOf, centreOf, heightOf, widthOf } from "../geometry.ts";
import type { LineReader } from "../lines/line-reader.ts";
import { cutOut, quarterTurn, type Raster } from "../picture/raster.ts";
import { CONTAINER_STAGES, VOTE } from "../thresholds.ts";
import { type Chain, keyOf, textOf } from "./chain.ts";
import { cutsFor, lookAgain, seedsOf } from "./second-look.ts";
import { type DecodedChains, firstLook, type Sighting } from "./sighting.ts";
import { isUpright, type Token, tokenOf } from "./token.ts";
import { isSettled, vote } from "./vote.ts";

/** Character height of a line of text, pixels. */
export function thicknessOf(quad: Quad): number {
  return Math.min(widthOf(quad), heightOf(quad));
}

/** What one detection of one picture has given so far. */
export class ContainerSearch {
  readonly #picture: Raster;
  readonly #lines: LineReader;
  readonly #tokens: Token[] = [];
  readonly #decoded: DecodedChains = new Map();
  readonly #tried = new Set<string>();
  readonly #later: Sighting[];
  #first: readonly Sighting[] = [];

  constructor(picture: Raster, lines: LineReader, earlier: readonly Sighting[] = []) {
    this.#picture = picture;
    this.#lines = lines;
    this.#later = [...earlier];
  }

  get sightings(): readonly Sighting[] {
    return [...this.#first, ...this.#later];
  }

  /** The leading number has been read well enough to stop looking for it. */
  settled(): boolean {
    return isSettled(vote(this.sightings), VOTE.settledLog);
  }

  add(sightings: readonly Sighting[]): void {
    this.#later.push(...sightings);
  }

  /** Reads boxes in their order, then looks again at the most promising chains. */
  async run(boxes: readonly TextBox[], seeds: number): Promise<void> {
    await this.#readBoxes(boxes);
    for (const chain of seedsOf(this.#tokens, seeds)) {
      const key = keyOf(chain, this.#tokens);
      if (this.#tried.has(key) || (this.settled() && !this.#isAnotherNumber(chain))) continue;
      this.#tried.add(key);
      await this.#lookAgain(chain);
    }
  }

  /** Once a number is certain, only text of its size is read on: that of a second container on the same vehicle. */
  async #readBoxes(boxes: readonly TextBox[]): Promise<void> {
    let certain: Sighting | undefined;
    for (const [index, { quad }] of boxes.entries()) {
      if (certain !== undefined && !isOfSize(quad, certain.quad)) continue;
      const line = await this.#lines.read(cutOut(this.#picture, isUpright(quad) ? quarterTurn(quad) : quad));
      this.#tokens.push(tokenOf(quad, line.text, line.lattice));
      const due = index % CONTAINER_STAGES.checkEvery === CONTAINER_STAGES.checkEvery - 1;
      if (certain === undefined && due) certain = this.#certain();
    }
    this.#first = firstLook(this.#tokens, this.#decoded);
  }

  #certain(): Sighting | undefined {
    this.#first = firstLook(this.#tokens, this.#decoded);
    const candidates = vote(this.sightings);
    return isSettled(candidates, VOTE.certainLog) ? candidates[0]?.full : undefined;
  }

  /** Looks like a container number and does not stand where one has been read well. */
  #isAnotherNumber(chain: Chain): boolean {
    const [first] = chain.tokens;
    if (first === undefined || !/^[A-Z]{3}[UJZ]\d{3}/.test(textOf(chain))) return false;
    return !this.sightings.some(({ checkRead, logProbability, quad }) => {
      const [x, y] = centreOf(first.quad);
      const { left, top, right, bottom } = boundsOf(quad);
      const inside = x >= left && x <= right && y >= top && y <= bottom;
      return inside && checkRead && logProbability > VOTE.settledLog;
    });
  }

  async #lookAgain(chain: Chain): Promise<void> {
    const seen: Sighting[] = [];
    for (const cut of cutsFor(chain)) {
      const sightings = await lookAgain(this.#picture, cut, this.#lines);
      seen.push(...sightings);
      this.#later.push(...sightings);
      if (isSettled(vote(seen), VOTE.settledLog)) return;
    }
  }
}

function isOfSize(quad: Quad, like: Quad): boolean {
  const ratio = thicknessOf(quad) / thicknessOf(like);
  return ratio > CONTAINER_STAGES.minSizeRatio && ratio < 1 / CONTAINER_STAGES.minSizeRatio;
}
