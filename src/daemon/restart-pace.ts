const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** A process that ran this long had started well: its next end is a first one again, milliseconds. */
const SETTLED_MS = 60_000;

/** How long to wait before a process that has ended is started again: doubling while it keeps ending soon. */
export class RestartPace {
  #nextMs = FIRST_MS;
  #readySince: number | undefined;

  /** The process is ready. `now` on a monotonic clock, milliseconds. */
  ready(now: number): void {
    this.#readySince = now;
  }

  /** The process has ended; the pause before the next start, 500..30,000 ms. */
  ended(now: number): number {
    const settled = this.#readySince !== undefined && now - this.#readySince >= SETTLED_MS;
    this.#readySince = undefined;
    const pauseMs = settled ? FIRST_MS : this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, LONGEST_MS);
    return pauseMs;
  }
}
