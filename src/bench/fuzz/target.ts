import type { Random } from "../scene/random.ts";

/** One parser, and what must hold of it whatever it is given. */
export interface FuzzTarget {
  readonly name: string;
  /** Good inputs, from which bad ones are made. */
  readonly seeds: readonly [Buffer, ...Buffer[]];
  /** Longest input, bytes. */
  readonly maxBytes: number;
  /**
   * Gives the parser one input. Throws when it does anything but read it or refuse it in the way that it promises.
   * @param random for choices of the target's own, as where to cut a stream.
   */
  run(input: Buffer, random: Random): void;
}

/** A promise that the parser has broken. */
export class BrokenPromise extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BrokenPromise";
  }
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new BrokenPromise(what);
}
