/**
 * Seeded random numbers for pictures and photographs: the same seed gives the same bytes on every machine, so a bench run
 * can be repeated. Not for keys or tokens.
 */
export interface Random {
  /** 0 <= value < 1. */
  next(): number;
  /** low <= value < high. */
  between(low: number, high: number): number;
  /** low <= value <= high, whole numbers. */
  integer(low: number, high: number): number;
  /** One element; the list must not be empty. */
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** Mulberry32 (T. Ettinger, public domain): 32 bits of state are plenty for grain and dirt. */
export function createRandom(seed: number): Random {
  let state = Math.trunc(seed) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}

/** A copy of the list in a random order. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const keyed = list.map((item) => ({ item, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
