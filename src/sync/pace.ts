/** How much longer than at best the broker's acknowledgement may take before less is sent at a time, milliseconds. */
const PATIENCE_MS = 400;
/** Under way at first: enough to see what the line is like. */
const FIRST = 4;

/**
 * How many entries of the backlog may be under way. Whatever is under way stands before a live entry in the line, so on
 * a slow one there must be little of it: less when acknowledgements take longer than they could, more when they do not.
 */
export class Pace {
  readonly #most: number;
  #limit: number;
  #bestMs = Number.POSITIVE_INFINITY;
  /** Acknowledgements of what was under way at the last reduction say nothing new. */
  #ignore = 0;

  constructor(most: number) {
    this.#most = Math.max(1, most);
    this.#limit = Math.min(FIRST, this.#most);
  }

  get limit(): number {
    return this.#limit;
  }

  /** The broker acknowledged an entry after so long, milliseconds. */
  acknowledged(afterMs: number): void {
    this.#bestMs = Math.min(this.#bestMs, afterMs);
    if (this.#ignore > 0) {
      this.#ignore -= 1;
    } else if (afterMs > this.#bestMs + PATIENCE_MS) {
      this.#ignore = this.#limit;
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    } else {
      this.#limit = Math.min(this.#most, this.#limit + 1);
    }
  }
}
