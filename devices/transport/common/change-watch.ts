import type { MonotonicMs } from "#contract/units";

/** `unproven`: not seen to change yet; `live`: changes; `stale`: stood still for longer than the limit. */
export type Liveness = "unproven" | "live" | "stale";

/** Watches a counter that a device must keep changing while its program runs. */
export class ChangeWatch {
  readonly #limitMs: number;
  #value: number | undefined;
  #since: MonotonicMs = 0;
  #changed = false;

  /** @param limitMs longest time that the counter may stand still, milliseconds. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Forgets everything: nothing is proven about a device that was just connected. */
  reset(): void {
    this.#value = undefined;
    this.#changed = false;
  }

  /** Takes what was read at `at`. */
  observe(value: number, at: MonotonicMs): void {
    if (this.#value !== value) {
      this.#changed = this.#value !== undefined;
      this.#value = value;
      this.#since = at;
    }
  }

  /** How the device stands at `at`. */
  liveness(at: MonotonicMs): Liveness {
    if (this.#value === undefined) {
      return "unproven";
    }
    if (at - this.#since > this.#limitMs) {
      return "stale";
    }
    return this.#changed ? "live" : "unproven";
  }
}
