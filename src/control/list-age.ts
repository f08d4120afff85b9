import type { Clock, MonotonicMs, UtcMs } from "#contract/units";

/**
 * How old the clearance list is: the time since operations last signed anything, a list, changes or an acknowledgement.
 * A line to the broker that stands proves nothing. Of two clocks the one that shows more time counts, so that setting
 * one back makes no list young.
 */
export class ListAge {
  readonly #clock: Clock;
  /** When operations signed it, by both of our clocks; null when they never did. */
  #since: { readonly utc: UtcMs; readonly monotonic: MonotonicMs } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds; `Number.MAX_SAFE_INTEGER` when operations were never heard of. */
  get ms(): number {
    if (this.#since === null) return Number.MAX_SAFE_INTEGER;
    const { utc, monotonic } = this.#since;
    return Math.max(0, this.#clock.utc() - utc, this.#clock.monotonic() - monotonic);
  }

  /** What operations signed at `at`, by their clock, is here now. Older than what was heard before, it changes nothing. */
  heard(at: UtcMs): void {
    const [utc, monotonic] = [this.#clock.utc(), this.#clock.monotonic()];
    const ageMs = Math.max(0, utc - at);
    if (ageMs < this.ms) this.#since = { utc: utc - ageMs, monotonic: monotonic - ageMs };
  }
}
