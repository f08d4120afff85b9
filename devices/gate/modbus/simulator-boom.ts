/** Which way the motor drives: up, down, or not at all. */
export type BoomMotion = "raising" | "lowering" | "still";

/** The arm and its motor: nothing but mechanics. */
export class Boom {
  readonly #travelMs: number;
  #position = 0;
  #motion: BoomMotion = "still";
  #jammed = false;

  /** @param travelMs time of a whole movement, milliseconds. */
  constructor(travelMs: number) {
    this.#travelMs = travelMs;
  }

  /** 0 = closed (down) .. 1 = open (up). */
  get position(): number {
    return this.#position;
  }

  get motion(): BoomMotion {
    return this.#motion;
  }

  drive(motion: BoomMotion): void {
    this.#motion = motion;
  }

  /** A jammed boom stays where it is, whatever its motor does. */
  setJammed(jammed: boolean): void {
    this.#jammed = jammed;
  }

  /** Somebody moves the arm by hand, 0..1. */
  push(position: number): void {
    this.#position = Math.min(1, Math.max(0, position));
  }

  /** Lets `ms` milliseconds pass. The motor switches off at the end stops. */
  advance(ms: number): void {
    if (this.#motion === "still" || this.#jammed) {
      return;
    }
    const travelled = ms / this.#travelMs;
    this.push(this.#position + (this.#motion === "raising" ? travelled : -travelled));
    const end = this.#motion === "raising" ? 1 : 0;
    if (this.#position === end) {
      this.#motion = "still";
    }
  }
}
