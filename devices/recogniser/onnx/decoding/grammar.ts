import { InvariantError } from "#contract/errors";
import { symbolOf } from "../lines/alphabet.ts";

/** Characters allowed at one position, each with the logarithm of its weight (0 = as likely as any). */
export type Position = ReadonlyMap<number, number>;
export type Template = readonly Position[];

/** A position that allows the given characters, all with the same logarithmic weight. */
export function oneOf(characters: string, logWeight = 0): Position {
  return new Map([...characters].map((character) => [mustKnow(character), logWeight]));
}

/** Several alternatives with different weights at one position. */
export function anyOf(...positions: readonly Position[]): Position {
  return new Map(positions.flatMap((position) => [...position]));
}

export function repeat(position: Position, times: number): Template {
  return Array.from({ length: times }, () => position);
}

function mustKnow(character: string): number {
  const symbol = symbolOf(character);
  if (symbol === undefined) throw new InvariantError(`no symbol for ${character}`);
  return symbol;
}

/** Where a partly read text stands: how long it is and, one bit each, which templates it still fits. */
export interface GrammarState {
  readonly length: number;
  readonly alive: number;
}

/** A small set of fixed-length templates (at most 30) walked in parallel, one character at a time. */
export class Grammar {
  /** Every symbol that occurs anywhere in it; others are as if they were not seen. */
  readonly symbols: ReadonlySet<number>;
  readonly start: GrammarState;
  readonly #templates: readonly Template[];

  constructor(templates: readonly Template[]) {
    if (templates.length > 30) throw new InvariantError("too many templates for one bit each");
    this.#templates = templates;
    this.symbols = new Set(templates.flatMap((template) => template.flatMap((position) => [...position.keys()])));
    this.start = { length: 0, alive: 2 ** templates.length - 1 };
  }

  /** The state after one more character with its weight, or undefined when no template allows it. */
  next(state: GrammarState, symbol: number): { state: GrammarState; logWeight: number } | undefined {
    let alive = 0;
    let logWeight = Number.NEGATIVE_INFINITY;
    this.#templates.forEach((template, index) => {
      if ((state.alive & (1 << index)) === 0) return;
      const weight = template[state.length]?.get(symbol);
      if (weight === undefined) return;
      alive |= 1 << index;
      logWeight = Math.max(logWeight, weight);
    });
    return alive === 0 ? undefined : { state: { length: state.length + 1, alive }, logWeight };
  }

  /** Does the text so far fill one of its templates? */
  isComplete(state: GrammarState): boolean {
    return this.#templates.some((template, i) => (state.alive & (1 << i)) !== 0 && template.length === state.length);
  }
}
