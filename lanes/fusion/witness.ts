import type { IdentityRead } from "#contract/decision";

/**
 * Who says what, and how far it may be believed.
 *
 * A witness is a device. Everything that comes from one device - many frames, our recognition of its picture and the
 * device's own (`front` and `front:onboard`) - shares its dirt, its light and its angle, so it is correlated:
 * - the frames of one reader count once, with the best of them;
 * - of several readers on one device the best counts whole, the next half, the next a quarter (as powers of doubt).
 * Different devices are independent: their doubts multiply.
 */

/** No single read is believed beyond this, whatever its source claims. */
export const MOST_CERTAIN = 0.999;
/** A check digit that was computed, not read, proves nothing: such reads together are at most an even chance. */
export const EVEN_CHANCE = 0.5;
/** Weight of each further reader on the same device, as a power of its doubt. */
const FURTHER_READER = 0.5;

/** The device behind a source. */
export function deviceOf(source: string): string {
  return source.split(":")[0] ?? source;
}

export const isComputed = (read: IdentityRead): boolean => read.check === "inferred";

/** Confidence as far as it is believed. */
export function believed(read: IdentityRead): number {
  return Math.min(read.confidence, isComputed(read) ? EVEN_CHANCE : MOST_CERTAIN);
}

/** Doubts of the readers on one device as one doubt. Never above the least of them, never below their product. */
export function doubtOfDevice(doubts: readonly number[]): number {
  const sorted = [...doubts].sort((a, b) => a - b);
  return sorted.reduce((product, doubt, rank) => product * doubt ** (FURTHER_READER ** rank), 1);
}

/** Keeps the least doubt of each reader: its frames repeat themselves. Readers of computed and read digits are two. */
export class Doubts {
  readonly #byDevice = new Map<string, Map<string, number>>();

  add(read: IdentityRead, doubt: number): void {
    const device = deviceOf(read.source);
    const readers = this.#byDevice.get(device) ?? new Map<string, number>();
    const reader = `${read.source}|${isComputed(read) ? "computed" : "read"}`;
    readers.set(reader, Math.min(readers.get(reader) ?? 1, doubt));
    this.#byDevice.set(device, readers);
  }

  /** In a fixed order, so that rounding does not depend on which read came first. */
  devices(): readonly (readonly [device: string, doubt: number])[] {
    return [...this.#byDevice]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([device, readers]) => [device, doubtOfDevice([...readers.values()])]);
  }

  product(): number {
    return this.devices().reduce((product, [, doubt]) => product * doubt, 1);
  }
}
