import type { Clockwork } from "../clockwork.ts";

/** The two clocks of the lane's computer: one runs a little fast or slow, the other is also set by whoever sets it. */
export class LaneClock {
  readonly #clockwork: Clockwork;
  readonly #rate: number;
  readonly #utcAtZero: number;
  #startedAt = 0;
  #offsetMs = 0;

  /** @param drift share by which the clock is fast, -0.0002..0.0002 in the field. */
  constructor(clockwork: Clockwork, utcAtZero: number, drift: number) {
    this.#clockwork = clockwork;
    this.#utcAtZero = utcAtZero;
    this.#rate = 1 + drift;
  }

  /** Monotonic time starts anew with the process. */
  restart(): void {
    this.#startedAt = this.#clockwork.now;
  }

  /** Somebody or something sets the wall clock. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** By how much the wall clock is ahead of the right time, drift left aside, milliseconds. */
  get wrongByMs(): number {
    return this.#offsetMs;
  }

  monotonic(): number {
    return Math.round((this.#clockwork.now - this.#startedAt) * this.#rate) + 50;
  }

  utc(): number {
    return this.#utcAtZero + Math.round(this.#clockwork.now * this.#rate) + this.#offsetMs;
  }

  /** True milliseconds for a duration by this clock. */
  duration(ms: number): number {
    return ms / this.#rate;
  }
}
