import type { Quad } from "#contract/reading";
import type { TextBox } from "../detection/boxes.ts";
import { boundsOf, centreOf, heightOf, widthOf } from "../geometry.ts";
import type { LineReaders } from "../lines/line-reader.ts";
import { cutOut, quarterTurn, type Raster } from "../picture/raster.ts";
import { CONTAINER_STAGES, LINES, VOTE } from "../thresholds.ts";
import { type Chain, keyOf, textOf } from "./chain.ts";
import { cutsFor, lookAgain, seedsOf } from "./second-look.ts";
import { type DecodedChains, firstLook, type Sighting } from "./sighting.ts";
import { isUpright, type Token, tokenOf } from "./token.ts";
import { isAgreed, isSettled, vote } from "./vote.ts";

/** Character height of a line of text, pixels. */
export function thicknessOf(quad: Quad): number {
  return Math.min(widthOf(quad), heightOf(quad));
}

/**
 * How many lines may still be read of a picture. Counted instead of timed: the same picture must give the same reading
 * on a slow machine.
 */
export interface ReadingBudget {
  lines: number;
}

/** What one detection of one picture has given so far. */
export class ContainerSearch {
  readonly #picture: Raster;
  readonly #lines: LineReaders;
  readonly #budget: ReadingBudget;
  readonly #tokens: Token[] = [];
  readonly #decoded: DecodedChains = new Map();
  readonly #tried = new Set<string>();
  readonly #later: Sighting[];
  #first: readonly Sighting[] = [];

  constructor(picture: Raster, lines: LineReaders, budget: ReadingBudget, earlier: readonly Sighting[] = []) {
    this.#picture = picture;
    this.#lines = lines;
    this.#budget = budget;
    this.#later = [...earlier];
  }

  get sightings(): readonly Sighting[] {
    return [...this.#first, ...this.#later];
  }

  /** The leading number has been read, by both networks, well enough to stop looking for it. */
  settled(): boolean {
    return isSettled(vote(this.sightings), VOTE.settledLog) && isAgreed(vote(this.sightings)[0]);
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
      if (!this.#mayRead()) break;
      const along = isUpright(quad) ? quarterTurn(quad) : quad;
      const line = await this.#lines.tuned.read(cutOut(this.#picture, along, LINES.maxCutHeight));
      this.#tokens.push(tokenOf(quad, line.text, line.lattice));
      const due = index % CONTAINER_STAGES.checkEvery === CONTAINER_STAGES.checkEvery - 1;
      if (certain === undefined && due) certain = this.#certain();
    }
    this.#first = firstLook(this.#tokens, this.#decoded);
  }

  #mayRead(): boolean {
    return this.#budget.lines-- > 0;
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
    const [x, y] = centreOf(first.quad);
    return !vote(this.sightings).some((candidate) => {
      const { full } = candidate;
      if (full === undefined || full.logProbability < VOTE.settledLog || !isAgreed(candidate)) return false;
      const { left, top, right, bottom } = boundsOf(full.quad);
      return x >= left && x <= right && y >= top && y <= bottom;
    });
  }

  async #lookAgain(chain: Chain): Promise<void> {
    const seen: Sighting[] = [];
    for (const [index, cut] of cutsFor(chain).entries()) {
      if (!this.#mayRead()) return;
      // In turn, beginning with the network that has not seen this text yet.
      const by = index % 2 === 0 ? "stock" : "tuned";
      const sightings = await lookAgain(this.#picture, cut, this.#lines, by);
      seen.push(...sightings);
      this.#later.push(...sightings);
      const candidates = vote([...this.#first, ...seen]);
      if (isSettled(candidates, VOTE.settledLog) && isAgreed(candidates[0])) return;
    }
  }
}

function isOfSize(quad: Quad, like: Quad): boolean {
  const ratio = thicknessOf(quad) / thicknessOf(like);
  return ratio > CONTAINER_STAGES.minSizeRatio && ratio < 1 / CONTAINER_STAGES.minSizeRatio;
}
