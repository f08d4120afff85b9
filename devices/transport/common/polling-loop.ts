import type { Clock } from "#contract/units";

/**
 * Runs one piece of work again and again, never two at a time. A round that takes longer than the period is followed by
 * the next one at once, and rounds that were missed are not made up.
 */
export class PollingLoop {
  readonly #periodMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #round: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param round must handle what can happen in operation; anything it throws is a defect and ends the process. */
  constructor(periodMs: number, clock: Pick<Clock, "monotonic">, round: () => Promise<void>) {
    this.#periodMs = periodMs;
    this.#clock = clock;
    this.#round = round;
  }

  start(): void {
    if (!this.#stopped && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#begin(), 0);
    }
  }

  /** Resolves when the last round has ended. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#current;
  }

  #begin(): void {
    this.#current = this.#runOnce();
  }

  async #runOnce(): Promise<void> {
    const began = this.#clock.monotonic();
    await this.#round();
    if (!this.#stopped) {
      const spent = this.#clock.monotonic() - began;
      this.#timer = setTimeout(() => this.#begin(), Math.max(0, this.#periodMs - spent));
    }
  }
}
