export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
  /** Random number in [0, 1). */
  readonly random: () => number;
}

/** Growing pauses with full jitter, so that cameras that fail together are not asked together. */
export class Backoff {
  readonly #limits: BackoffLimits;
  #failures = 0;

  constructor(limits: BackoffLimits) {
    this.#limits = limits;
  }

  /** The next pause, milliseconds: between the smallest and a bound that doubles with each failure up to the largest. */
  next(): number {
    const { minMs, maxMs, random } = this.#limits;
    this.#failures = Math.min(this.#failures + 1, 30);
    const bound = Math.min(maxMs, minMs * 2 ** this.#failures);
    return minMs + random() * (bound - minMs);
  }

  /** After things have gone well for a while. */
  reset(): void {
    this.#failures = 0;
  }
}
