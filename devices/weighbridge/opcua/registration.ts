import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";

/** A load that has stood still for so long is registered, milliseconds. */
const STANDING_MS = 1000;
/** A load that stands still again counts as another one from this difference on, kilograms. */
const OTHER_LOAD_KG = 100;

type Load = Pick<WeightSample, "at" | "grossKg" | "stable" | "atZero">;

/**
 * Says when a scale is to register its weight in a memory of its own: once for each load, when it stands still. A vehicle
 * that stops half-way on and then drives on is registered twice; the last one is the vehicle.
 */
export class Registration {
  #stillSince: MonotonicMs | undefined;
  #registeredKg: number | undefined;

  /** True when this weight is to be registered now; it then counts as registered. */
  due({ at, grossKg, stable, atZero }: Load): boolean {
    if (atZero) this.#registeredKg = undefined;
    if (!stable || atZero) {
      this.#stillSince = undefined;
      return false;
    }
    this.#stillSince ??= at;
    const known = this.#registeredKg !== undefined && Math.abs(grossKg - this.#registeredKg) < OTHER_LOAD_KG;
    if (known || at - this.#stillSince < STANDING_MS) return false;
    this.#registeredKg = grossKg;
    return true;
  }

  /** Forgets what was seen before a break; a load that is still there is registered again. */
  reset(): void {
    this.#stillSince = undefined;
    this.#registeredKg = undefined;
  }
}
