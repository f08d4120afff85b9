import type { Quad } from "#contract/reading";
import { enclose } from "../geometry.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import type { ReaderName } from "../lines/line-reader.ts";
import { CHAIN } from "../thresholds.ts";
import { type Chain, chainsOf, keyOf, mostPromising, textOf } from "./chain.ts";
import { type ContainerHypothesis, decodeContainer } from "./decode.ts";
import { digitsIn, type Token } from "./token.ts";

/** A container number read once, from one cut-out or one chain of tokens. */
export interface Sighting extends ContainerHypothesis {
  readonly lattice: Lattice;
  readonly quad: Quad;
  /** The network that read it. */
  readonly by: ReaderName;
}

/** Everything that one lattice says. */
export function sightingsIn(lattice: Lattice, quad: Quad, by: ReaderName): Sighting[] {
  const { full, inferred } = decodeContainer(lattice);
  return [full, inferred].flatMap((hypothesis) =>
    hypothesis === undefined ? [] : [{ ...hypothesis, lattice, quad, by }],
  );
}

/** Who reads all the text of a picture. */
export const FIRST_LOOK_BY: ReaderName = "tuned";

/** What the chains of one list of tokens were decoded to, by their keys: the list grows, its chains stay. */
export type DecodedChains = Map<string, readonly Sighting[]>;

/**
 * First look: the numbers with their check digit and the best one without, over the most promising chains of tokens.
 * Chains share tokens, so they are one observation: of each number only the best sighting counts.
 */
export function firstLook(tokens: readonly Token[], decoded: DecodedChains = new Map()): Sighting[] {
  const single = tokens.map((token): Chain => ({ tokens: [token], twoLines: false }));
  const chains = [...chainsOf(tokens), ...single].filter((chain) => isLongEnough(textOf(chain)));
  const all = mostPromising(chains, tokens, CHAIN.maxDecoded).flatMap((chain) => {
    const key = keyOf(chain, tokens);
    const known = decoded.get(key);
    if (known !== undefined) return known;
    const sightings = decodeChain(chain);
    decoded.set(key, sightings);
    return sightings;
  });
  const strongest = (checkRead: boolean) =>
    all.filter((s) => s.checkRead === checkRead).sort((a, b) => b.logProbability - a.logProbability);
  const inferred = strongest(false).filter(({ logProbability }) => logProbability > CHAIN.minInferred);
  return [...bestOfEachText(strongest(true)), ...inferred.slice(0, 1)];
}

function isLongEnough(text: string): boolean {
  return text.length >= CHAIN.minCharacters && digitsIn(text) >= CHAIN.minDigits;
}

function decodeChain(chain: Chain): Sighting[] {
  const lattice = joinLattices(chain.tokens.map((token) => token.lattice));
  const penalty = chain.twoLines ? CHAIN.twoLinePenalty : 0;
  return sightingsIn(lattice, enclose(chain.tokens.map((token) => token.quad)), FIRST_LOOK_BY).map((sighting) => ({
    ...sighting,
    logProbability: sighting.logProbability - penalty,
  }));
}

function bestOfEachText(sorted: readonly Sighting[]): Sighting[] {
  const seen = new Set<string>();
  return sorted.filter(({ text, logProbability }) => {
    if (seen.has(text) || logProbability < CHAIN.minFull) return false;
    seen.add(text);
    return true;
  });
}
