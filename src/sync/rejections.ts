import type { ErrorCode } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { Clock, MonotonicMs } from "#contract/units";

type Rejected = Extract<ToControl, { type: "rejected" }>;

const PER_MINUTE = 20;
const MINUTE_MS = 60_000;

/**
 * Passes on what was rejected, at most 20 a minute: each becomes a journal row, and a stranger must not be able to fill
 * the disk with them. What was left out is counted in the next one that is passed on.
 */
export class Rejections {
  readonly #clock: Clock;
  readonly #report: (message: Rejected) => void;
  #windowStart: MonotonicMs = Number.NEGATIVE_INFINITY;
  #inWindow = 0;
  #leftOut = 0;
  #total = 0;

  constructor(clock: Clock, report: (message: Rejected) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** All since the start, also those left out. */
  get total(): number {
    return this.#total;
  }

  add(source: string, code: ErrorCode, detail: string): void {
    this.#total += 1;
    const now = this.#clock.monotonic();
    if (now - this.#windowStart >= MINUTE_MS) {
      this.#windowStart = now;
      this.#inWindow = 0;
    }
    if (this.#inWindow >= PER_MINUTE) {
      this.#leftOut += 1;
      return;
    }
    this.#inWindow += 1;
    const more = this.#leftOut === 0 ? "" : `; ${this.#leftOut} more were not reported`;
    this.#leftOut = 0;
    this.#report({ type: "rejected", source, code, detail: `${detail}${more}` });
  }
}
