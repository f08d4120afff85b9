import { SYMBOLS } from "../lines/alphabet.ts";
import type { Frame, Lattice } from "../lines/lattice.ts";
import { DECODING } from "../thresholds.ts";
import type { Grammar, GrammarState } from "./grammar.ts";
import { addLogs, NEVER } from "./logarithm.ts";

/** One way to read a lattice. */
export interface Hypothesis {
  readonly text: string;
  /** Natural logarithm of its probability, grammar weights included; 0 is certain. */
  readonly logProbability: number;
  /** Fills a template of the grammar. */
  readonly complete: boolean;
}

/** A prefix under search. Whether its last frame was blank matters: only then may the same character follow as new. */
interface Prefix {
  readonly text: string;
  readonly last: number;
  readonly state: GrammarState;
  blank: number;
  symbol: number;
}

/** Logarithm of the probability that a frame shows none of the symbols in use. */
export function logBlank(frame: Frame, symbols: ReadonlySet<number>): number {
  let seen = 0;
  for (const { symbol, probability } of frame) if (symbols.has(symbol)) seen += probability;
  return Math.log(Math.max(1 - seen, DECODING.minBlank));
}

/**
 * Reads a lattice under a grammar: CTC prefix beam search (Hannun et al. 2014) in which a character that the grammar
 * does not allow is never taken. Best first. Incomplete texts are among the results and marked.
 */
export function beamSearch(lattice: Lattice, grammar: Grammar, width: number = DECODING.beamWidth): Hypothesis[] {
  let beam: Prefix[] = [{ text: "", last: -1, state: grammar.start, blank: 0, symbol: NEVER }];
  for (const [index, frame] of lattice.entries()) {
    // One empty frame says all that any more of them would; a line filled up to its width ends in many.
    if (frame.length === 0 && lattice[index - 1]?.length === 0) continue;
    const next = new Map<string, Prefix>();
    const blank = logBlank(frame, grammar.symbols);
    for (const prefix of beam) advance(prefix, frame, blank, grammar, next);
    beam = [...next.values()].sort((a, b) => Math.max(b.blank, b.symbol) - Math.max(a.blank, a.symbol)).slice(0, width);
  }
  return beam
    .map((prefix) => ({
      text: prefix.text,
      logProbability: addLogs(prefix.blank, prefix.symbol),
      complete: grammar.isComplete(prefix.state),
    }))
    .sort((a, b) => b.logProbability - a.logProbability);
}

function advance(prefix: Prefix, frame: Frame, blank: number, grammar: Grammar, next: Map<string, Prefix>): void {
  const total = addLogs(prefix.blank, prefix.symbol);
  const same = entry(next, prefix.text, prefix.last, prefix.state);
  same.blank = addLogs(same.blank, total + blank);
  for (const { symbol, probability } of frame) {
    if (!grammar.symbols.has(symbol)) continue;
    const seen = Math.log(Math.max(probability, DECODING.minSymbol));
    if (symbol === prefix.last) same.symbol = addLogs(same.symbol, prefix.symbol + seen);
    const step = grammar.next(prefix.state, symbol);
    if (step === undefined) continue;
    const longer = entry(next, prefix.text + SYMBOLS[symbol], symbol, step.state);
    const before = symbol === prefix.last ? prefix.blank : total;
    longer.symbol = addLogs(longer.symbol, before + seen + step.logWeight);
  }
}

function entry(map: Map<string, Prefix>, text: string, last: number, state: GrammarState): Prefix {
  const found = map.get(text);
  if (found !== undefined) return found;
  const created: Prefix = { text, last, state, blank: NEVER, symbol: NEVER };
  map.set(text, created);
  return created;
}
