/** Growing pauses between restarts: doubles from `firstMs` to `maxMs`, starts over after a success. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor(options: { readonly firstMs: number; readonly maxMs: number }) {
    this.#firstMs = options.firstMs;
    this.#maxMs = options.maxMs;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and gives the pause before the next attempt, milliseconds. */
  failed(): number {
    const pause = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    return pause;
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
