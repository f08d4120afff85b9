import type { WeightSample } from "#contract/reading";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";

export interface PlatformOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly loadKg: () => number;
  /** Monotonic time of the lane, for the samples. */
  readonly monotonic: () => number;
  readonly sample: (sample: WeightSample) => void;
  readonly health: (up: boolean) => void;
  /** The lane waits for a weight. */
  readonly wanted: () => boolean;
}

const SAMPLE_MS = 90;
/** Samples go on for this long after the load has changed: longer than any platform swings. */
const AWAKE_MS = 4000;
const DIVISION_KG = 20;

/**
 * The weighbridge and its indicator. Samples come only while they can say something new: while the load changes or
 * somebody waits for a weight. A lane that is told the same again learns nothing, and the day would cost millions of them.
 */
export class Platform {
  readonly #options: PlatformOptions;
  readonly #settleMs: number;
  #sequence = 0;
  #lastLoad = 0;
  #changedAt = 0;
  #ticking = false;
  #linked = true;
  #found = false;
  #connection = 0;
  /** Faults: the zero is off by this much, the weight swings by this much, the indicator reports out of range. */
  #driftKg = 0;
  #swingKg = 0;
  #wild: "over" | "under" | null = null;

  constructor(options: PlatformOptions) {
    this.#options = options;
    this.#settleMs = options.dice.between(1000, 2500);
  }

  /** The load may have changed, or a weight is wanted. */
  wake(): void {
    const { clockwork, loadKg } = this.#options;
    const load = loadKg();
    if (load !== this.#lastLoad) {
      this.#lastLoad = load;
      this.#changedAt = clockwork.now;
    }
    this.#tick();
  }

  drift(kg: number): void {
    this.#driftKg = kg;
    this.#disturb();
  }

  swing(kg: number): void {
    this.#swingKg = kg;
    this.#disturb();
  }

  runWild(how: "over" | "under" | null): void {
    this.#wild = how;
    this.#disturb();
  }

  attach(running: boolean): void {
    this.#connection += 1;
    this.#found = false;
    if (running) this.#search();
  }

  link(up: boolean): void {
    if (this.#linked === up) return;
    this.#linked = up;
    const { clockwork, dice, health } = this.#options;
    if (up) return this.#search();
    const connection = this.#connection;
    clockwork.after(dice.between(300, 900), () => {
      if (this.#linked || connection !== this.#connection || !this.#found) return;
      this.#found = false;
      health(false);
    });
  }

  #search(): void {
    const { clockwork, dice, health } = this.#options;
    const connection = this.#connection;
    clockwork.after(dice.between(50, 2000), () => {
      if (!this.#linked || connection !== this.#connection) return;
      if (!this.#found) {
        this.#found = true;
        health(true);
      }
      this.#disturb();
    });
  }

  #disturb(): void {
    this.#changedAt = this.#options.clockwork.now;
    this.#tick();
  }

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#options.clockwork.after(SAMPLE_MS, () => {
      this.#ticking = false;
      if (!this.#found || !this.#linked) return;
      this.#options.sample(this.#sample());
      const { clockwork, wanted } = this.#options;
      if (wanted() || clockwork.now - this.#changedAt < AWAKE_MS) this.#tick();
    });
  }

  #sample(): WeightSample {
    const { clockwork, dice, monotonic } = this.#options;
    this.#sequence += 1;
    const sinceChange = clockwork.now - this.#changedAt;
    const swinging = sinceChange < this.#settleMs || this.#swingKg > 0;
    const swingKg = this.#swingKg + (sinceChange < this.#settleMs && this.#lastLoad > 0 ? 60 : 0);
    const shown = this.#lastLoad + this.#driftKg + (swingKg > 0 ? dice.between(-swingKg, swingKg) : 0);
    const grossKg = Math.round(shown / DIVISION_KG) * DIVISION_KG;
    return {
      at: monotonic(),
      sequence: this.#sequence,
      grossKg,
      stable: !swinging,
      atZero: Math.abs(grossKg) <= 2 * DIVISION_KG,
      overRange: this.#wild === "over",
      underRange: this.#wild === "under",
    };
  }
}
