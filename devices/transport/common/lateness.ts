import type { MonotonicMs, UtcMs } from "#contract/units";

/** Half of the time over which the quickest message is remembered, milliseconds. Two clocks drift apart by about 15 ms in it. */
const HALF_WINDOW_MS = 5 * 60_000;

/**
 * How much later than the quickest ones a message was handled: it may have waited in the network, or in this process
 * while it was busy. The clocks of the two ends need not agree, they only have to run at the same speed.
 */
export class Lateness {
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;
  #since: MonotonicMs | undefined;

  /** Takes one message and returns by how many milliseconds it was late, 0 for the quickest. */
  observe(sentUtc: UtcMs, handledAt: MonotonicMs): number {
    this.#since ??= handledAt;
    if (handledAt - this.#since > HALF_WINDOW_MS) {
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
      this.#since = handledAt;
    }
    const offset = handledAt - sentUtc;
    this.#current = Math.min(this.#current, offset);
    return offset - Math.min(this.#current, this.#previous);
  }
}
