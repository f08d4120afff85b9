import type { Appointment, Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { LaneClock } from "./lane-clock.ts";

export interface VirtualTimersOptions {
  readonly clockwork: Clockwork;
  readonly clock: LaneClock;
  readonly dice: Dice;
}

/** The named timers of the lane on virtual time, as punctual as those of the platform. */
export class VirtualTimers {
  readonly #options: VirtualTimersOptions;
  readonly #expired: (timer: string) => void;
  readonly #running = new Map<string, Appointment>();

  constructor(options: VirtualTimersOptions, expired: (timer: string) => void) {
    this.#options = options;
    this.#expired = expired;
  }

  start(timer: string, afterMs: number, keep: boolean): void {
    const { clockwork, clock, dice } = this.#options;
    const running = this.#running.get(timer);
    if (running !== undefined && keep) return;
    clockwork.cancel(running);
    // Timers of the platform fire up to a millisecond early and as late as the loop is busy.
    const due = clock.duration(afterMs) + dice.between(-0.9, 4);
    const appointment = clockwork.after(due, () => {
      this.#running.delete(timer);
      this.#expired(timer);
    });
    this.#running.set(timer, appointment);
  }

  cancel(timer: string): void {
    this.#options.clockwork.cancel(this.#running.get(timer));
    this.#running.delete(timer);
  }

  cancelAll(): void {
    for (const timer of this.#running.values()) this.#options.clockwork.cancel(timer);
    this.#running.clear();
  }
}
