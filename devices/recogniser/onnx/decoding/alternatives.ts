import { InvariantError } from "#contract/errors";
import type { CharacterAlternatives } from "#contract/reading";
import { SYMBOLS, symbolOf } from "../lines/alphabet.ts";
import type { Lattice } from "../lines/lattice.ts";
import { DECODING } from "../thresholds.ts";
import { logBlank } from "./beam.ts";
import type { Grammar, GrammarState } from "./grammar.ts";
import { addLogs, NEVER, sumLogs } from "./logarithm.ts";

/** Alternatives below this probability are not reported. */
const MIN_REPORTED = 0.001;
const MAX_REPORTED = 5;
/** A rival must have this probability in some frame to be weighed at all. */
const MIN_SEEN = 0.01;

/** Logarithm of the probability that a lattice reads exactly this text, over all alignments (CTC forward pass). */
export function logProbabilityOf(lattice: Lattice, text: readonly number[], symbols: ReadonlySet<number>): number {
  const states = 2 * text.length + 1;
  let alpha = new Float64Array(states).fill(NEVER);
  alpha[0] = 0;
  for (const frame of lattice) {
    const blank = logBlank(frame, symbols);
    const seen = new Map(frame.map(({ symbol, probability }) => [symbol, Math.log(probability)]));
    const next = new Float64Array(states).fill(NEVER);
    for (let state = 0; state < states; state++) {
      const symbol = state % 2 === 1 ? text[(state - 1) / 2] : undefined;
      let sum = alpha[state] ?? NEVER;
      if (state > 0) sum = addLogs(sum, alpha[state - 1] ?? NEVER);
      if (symbol !== undefined && state > 1 && symbol !== text[(state - 3) / 2])
        sum = addLogs(sum, alpha[state - 2] ?? NEVER);
      const emitted = symbol === undefined ? blank : (seen.get(symbol) ?? Math.log(DECODING.minSymbol));
      next[state] = sum + emitted;
    }
    alpha = next;
  }
  return addLogs(alpha[states - 1] ?? NEVER, alpha[states - 2] ?? NEVER);
}

/**
 * For each character of a text that was read from a lattice: how probable it and its rivals are at that place, the
 * other characters being as they are. Sums to 1 over what lattice and grammar allow; best first, at most five.
 */
export function alternativesOf(lattice: Lattice, text: string, grammar: Grammar): CharacterAlternatives[] {
  const chosen = [...text].map(mustBeSymbol);
  const plausible = new Set(lattice.flatMap((frame) => frame.filter(isPlausible).map(({ symbol }) => symbol)));
  let state: GrammarState | undefined = grammar.start;
  return chosen.map((own, place) => {
    const before = state;
    state = before && grammar.next(before, own)?.state;
    const rivals = [...plausible].filter(
      (symbol) => symbol !== own && before !== undefined && grammar.next(before, symbol) !== undefined,
    );
    const symbols = [own, ...rivals];
    const logs = symbols.map((symbol) => logProbabilityOf(lattice, chosen.with(place, symbol), grammar.symbols));
    return ranked(symbols, logs);
  });
}

function ranked(symbols: readonly number[], logs: readonly number[]): CharacterAlternatives {
  const total = sumLogs(logs);
  return symbols
    .map((symbol, index) => ({
      character: SYMBOLS[symbol] ?? "",
      probability: Math.exp((logs[index] ?? NEVER) - total),
    }))
    .filter(({ probability }) => probability >= MIN_REPORTED)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MAX_REPORTED);
}

function isPlausible({ probability }: { readonly probability: number }): boolean {
  return probability >= MIN_SEEN;
}

function mustBeSymbol(character: string): number {
  const symbol = symbolOf(character);
  if (symbol === undefined) throw new InvariantError(`no symbol for ${character}`);
  return symbol;
}
