import { createRandom, type Random } from "../scene/random.ts";

/**
 * Seeded dice. Each part of the world throws its own (`stream`), so that one more throw in one part does not change what
 * happens in another.
 */
export class Dice implements Random {
  readonly #seed: number;
  readonly #random: Random;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = createRandom(seed);
  }

  /** Independent dice for one part, the same for the same seed and name. */
  stream(name: string): Dice {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Dice(Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d));
  }

  next(): number {
    return this.#random.next();
  }

  between(low: number, high: number): number {
    return this.#random.between(low, high);
  }

  integer(low: number, high: number): number {
    return this.#random.integer(low, high);
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return this.#random.pick(list);
  }

  /** True with this probability, 0..1. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** Waiting time to the next of events that happen at random, with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random.next());
  }

  /** From low to high with every order of magnitude as likely; low > 0. */
  magnitude(low: number, high: number): number {
    return low * (high / low) ** this.#random.next();
  }

  /** One key, as likely as its weight says. At least one weight must be above zero. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let rest = this.#random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      rest -= weight;
      if (rest < 0 && weight > 0) return key;
    }
    const last = entries.findLast(([, weight]) => weight > 0) ?? entries[0];
    if (last === undefined) throw new RangeError("no weights");
    return last[0];
  }
}
