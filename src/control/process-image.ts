import type { GateInputName, GateInputs } from "#contract/device";
import type { MonotonicMs } from "#contract/units";

/** The freshest inputs of the gate and their age; the interlock looks here, the core gets changes only. */
export class ProcessImage {
  #inputs: GateInputs | null = null;
  #at: MonotonicMs = 0;

  get inputs(): GateInputs | null {
    return this.#inputs;
  }

  ageMs(now: MonotonicMs): number {
    return this.#inputs === null ? Number.POSITIVE_INFINITY : now - this.#at;
  }

  /** Latches the inputs; says whether any of them differs from before. */
  latch(inputs: GateInputs, at: MonotonicMs): boolean {
    const before = this.#inputs;
    this.#inputs = inputs;
    this.#at = at;
    if (before === null) return true;
    return (Object.keys(inputs) as GateInputName[]).some((name) => inputs[name] !== before[name]);
  }

  lose(): void {
    this.#inputs = null;
  }
}
