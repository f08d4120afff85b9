import type { Clockwork } from "./clockwork.ts";

/** What happened in one run, in the order in which it happened, for people. Costs nothing when nobody asked for it. */
export class Story {
  readonly told: boolean;
  readonly #clockwork: Clockwork;
  readonly #lines: string[] = [];

  constructor(clockwork: Clockwork, told: boolean) {
    this.#clockwork = clockwork;
    this.told = told;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** One line. `who`: world, fault, lane, or a vehicle. */
  tell(who: string, what: () => string): void {
    if (this.told) this.#lines.push(`${timeOf(this.#clockwork.now)}  ${who.padEnd(8)} ${what()}`);
  }
}

/** Time of the run as days, hours, minutes, seconds and milliseconds. */
export function timeOf(ms: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const day = Math.floor(seconds / 86_400);
  return `${day > 0 ? `${day}d ` : ""}${clock}.${String(Math.floor(ms % 1000)).padStart(3, "0")}`;
}
