/** Named one-shot timers of the lane. Only names and durations cross from the core; handles stay here. */
export class LaneTimers {
  readonly #running = new Map<string, NodeJS.Timeout>();
  readonly #expired: (timer: string) => void;

  constructor(expired: (timer: string) => void) {
    this.#expired = expired;
  }

  start(timer: string, afterMs: number, keep: boolean): void {
    const running = this.#running.get(timer);
    if (running !== undefined && keep) return;
    clearTimeout(running);
    this.#running.set(
      timer,
      setTimeout(() => {
        this.#running.delete(timer);
        this.#expired(timer);
      }, afterMs),
    );
  }

  cancel(timer: string): void {
    clearTimeout(this.#running.get(timer));
    this.#running.delete(timer);
  }

  cancelAll(): void {
    for (const handle of this.#running.values()) clearTimeout(handle);
    this.#running.clear();
  }
}
