/** Step of the mechanics, milliseconds of simulated time. */
const STEP_MS = 5;
/** Beyond this the platform has come to rest and steps are not worked out one by one, milliseconds. */
const LONGEST_CATCH_UP_MS = 20_000;
/** Natural frequency of the loaded platform, radians a second, and its damping: it rests after about 1.5 s. */
const FREQUENCY = 8;
const DAMPING = 0.35;
/** Electrical noise, kilograms to each side. */
const NOISE_KG = 3;
/** The weight must keep within one division for this long to be called stable, milliseconds. */
const STABLE_MS = 500;
/** Limits of R 76: over the capacity by nine divisions, below zero by twenty. */
const OVER_DIVISIONS = 9;
const UNDER_DIVISIONS = 20;

export interface ScaleOptions {
  readonly capacityKg: number;
  readonly divisionKg: number;
  /** Seed of the noise: the same seed gives the same noise. */
  readonly seed: number;
}

/** Platform, load cells and indicator: a damped swing towards the load, seeded noise, rounding, and the status bits. */
export class Scale {
  readonly #options: ScaleOptions;
  readonly #recent: number[] = [];
  #loadKg = 0;
  #driftKg = 0;
  #shakeKg = 0;
  #positionKg = 0;
  #velocity = 0;
  #restMs = 0;
  #elapsedMs = 0;
  #random: number;

  constructor(options: ScaleOptions) {
    this.#options = options;
    this.#random = options.seed >>> 0;
    this.advance(STABLE_MS * 2);
  }

  setLoad(kg: number): void {
    this.#loadKg = kg;
  }

  /** Moves the zero point, as dirt, ice or ageing do. */
  setDrift(kg: number): void {
    this.#driftKg = kg;
  }

  /** Keeps the platform moving by so many kilograms to each side, as wind or a running engine does. */
  setShake(kg: number): void {
    this.#shakeKg = kg;
  }

  /** What the indicator shows, rounded to its division, kilograms. */
  get grossKg(): number {
    const { divisionKg } = this.#options;
    return Math.round((this.#recent.at(-1) ?? 0) / divisionKg) * divisionKg + 0;
  }

  get stable(): boolean {
    return Math.max(...this.#recent) - Math.min(...this.#recent) <= this.#options.divisionKg;
  }

  get atZero(): boolean {
    return this.grossKg === 0;
  }

  get overRange(): boolean {
    return this.grossKg > this.#options.capacityKg + OVER_DIVISIONS * this.#options.divisionKg;
  }

  get underRange(): boolean {
    return this.grossKg < -UNDER_DIVISIONS * this.#options.divisionKg;
  }

  /** Lets `ms` milliseconds of simulated time pass. */
  advance(ms: number): void {
    this.#restMs = Math.min(this.#restMs + ms, LONGEST_CATCH_UP_MS);
    while (this.#restMs >= STEP_MS) {
      this.#restMs -= STEP_MS;
      this.#step(STEP_MS / 1000);
    }
  }

  #step(seconds: number): void {
    const force = FREQUENCY ** 2 * (this.#loadKg - this.#positionKg);
    this.#velocity += (force - 2 * DAMPING * FREQUENCY * this.#velocity) * seconds;
    this.#positionKg += this.#velocity * seconds;
    this.#elapsedMs += STEP_MS;
    const shake = this.#shakeKg * Math.sin((this.#elapsedMs / 1000) * 2 * Math.PI);
    this.#recent.push(this.#positionKg + this.#driftKg + shake + (this.#next() * 2 - 1) * NOISE_KG);
    if (this.#recent.length > STABLE_MS / STEP_MS) {
      this.#recent.shift();
    }
  }

  /** The next number in 0..1 of a linear congruential generator (Numerical Recipes, "ranqd1"). */
  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }
}
