/** Waiting times between attempts: doubling, capped, and spread so that many lanes do not come back in one moment. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #attempts = 0;

  constructor(options: { readonly minMs: number; readonly maxMs: number }) {
    this.#minMs = options.minMs;
    this.#maxMs = options.maxMs;
  }

  /** How long to wait before the next attempt, milliseconds, between `minMs` and `maxMs`. */
  next(): number {
    const ceiling = Math.min(this.#maxMs, this.#minMs * 2 ** (this.#attempts + 1));
    // The exponent stops growing long before it could overflow.
    this.#attempts = Math.min(this.#attempts + 1, 30);
    return this.#minMs + Math.random() * (ceiling - this.#minMs);
  }

  /** After a connection that proved stable. */
  reset(): void {
    this.#attempts = 0;
  }
}
