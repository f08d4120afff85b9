import type { Appointment, Clockwork } from "../clockwork.ts";

export type Motion = "raising" | "lowering" | "still";

/** The arm and its motor: mechanics only, with one appointment for each end of a movement. */
export class BoomArm {
  readonly #clockwork: Clockwork;
  readonly #changed: () => void;
  readonly #travelMs: number;
  #position = 0;
  #motion: Motion = "still";
  #since = 0;
  #end: Appointment | undefined;
  #jammed = false;

  constructor(clockwork: Clockwork, travelMs: number, changed: () => void) {
    this.#clockwork = clockwork;
    this.#travelMs = travelMs;
    this.#changed = changed;
  }

  get motion(): Motion {
    return this.#motion;
  }

  get isOpen(): boolean {
    return this.#at() === 1;
  }

  get isClosed(): boolean {
    return this.#at() === 0;
  }

  drive(motion: Motion): void {
    this.#position = this.#at();
    this.#since = this.#clockwork.now;
    this.#motion = motion;
    this.#clockwork.cancel(this.#end);
    this.#end = undefined;
    const rest = motion === "raising" ? 1 - this.#position : this.#position;
    if (motion === "still" || this.#jammed) return;
    this.#end = this.#clockwork.after(rest * this.#travelMs, () => this.#arrive());
    // The limit switch opens as soon as the arm moves.
    if (rest > 0) this.#clockwork.after(1, this.#changed);
  }

  /** A jammed arm stays where it is, whatever its motor does. */
  jam(jammed: boolean): void {
    const motion = this.#motion;
    this.drive("still");
    this.#jammed = jammed;
    this.drive(motion);
  }

  #at(): number {
    if (this.#motion === "still" || this.#jammed) return this.#position;
    const travelled = (this.#clockwork.now - this.#since) / this.#travelMs;
    const position = this.#position + (this.#motion === "raising" ? travelled : -travelled);
    return position < 1e-9 ? 0 : position > 1 - 1e-9 ? 1 : position;
  }

  #arrive(): void {
    this.#position = this.#motion === "raising" ? 1 : 0;
    this.#motion = "still";
    this.#end = undefined;
    this.#changed();
  }
}
