import type { Quad } from "#contract/reading";
import { enclose } from "../geometry.ts";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import { CHAIN } from "../thresholds.ts";
import { type Chain, chainsOf } from "./chain.ts";
import { type ContainerHypothesis, decodeContainer } from "./decode.ts";
import type { Token } from "./token.ts";

/** A container number read once, from one cut-out or one chain of tokens. */
export interface Sighting extends ContainerHypothesis {
  readonly lattice: Lattice;
  readonly quad: Quad;
}

/** Everything that one lattice says. */
export function sightingsIn(lattice: Lattice, quad: Quad): Sighting[] {
  const { full, inferred } = decodeContainer(lattice);
  return [full, inferred].flatMap((hypothesis) => (hypothesis === undefined ? [] : [{ ...hypothesis, lattice, quad }]));
}

/**
 * First look: the best number with its check digit and the best without, over all chains of tokens. Chains share
 * tokens, so they are one observation: only the best of each kind counts.
 */
export function firstLook(tokens: readonly Token[]): Sighting[] {
  const single = tokens
    .filter((token) => token.text.length >= CHAIN.minCharacters)
    .map((token): Chain => ({ tokens: [token], twoLines: false }));
  const all = distinct([...chainsOf(tokens), ...single]).flatMap((chain) => {
    const lattice = joinLattices(chain.tokens.map((token) => token.lattice));
    const penalty = chain.twoLines ? CHAIN.twoLinePenalty : 0;
    return sightingsIn(lattice, enclose(chain.tokens.map((token) => token.quad))).map((sighting) => ({
      ...sighting,
      logProbability: sighting.logProbability - penalty,
    }));
  });
  const best = (checkRead: boolean) =>
    all.filter((s) => s.checkRead === checkRead).sort((a, b) => b.logProbability - a.logProbability);
  const kept = [
    ...bestOfEachText(best(true)),
    ...best(false)
      .slice(0, 1)
      .filter((s) => s.logProbability > CHAIN.minInferred),
  ];
  return kept;
}

function bestOfEachText(sorted: readonly Sighting[]): Sighting[] {
  const seen = new Set<string>();
  return sorted.filter(({ text, logProbability }) => {
    if (seen.has(text) || logProbability < CHAIN.minFull) return false;
    seen.add(text);
    return true;
  });
}

function distinct(chains: readonly Chain[]): Chain[] {
  const seen: Chain[] = [];
  for (const chain of chains) {
    const known = seen.some(
      (other) =>
        other.tokens.length === chain.tokens.length && other.tokens.every((token, i) => token === chain.tokens[i]),
    );
    if (!known) seen.push(chain);
  }
  return seen;
}
