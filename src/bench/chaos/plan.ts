import { createRandom, type Random, shuffled } from "../scene/random.ts";

export const VICTIMS = ["control", "edge", "vision", "supervisor"] as const;
export type Victim = (typeof VICTIMS)[number];

/** One thing that goes wrong. */
export type Mishap =
  | { readonly type: "kill"; readonly victim: Victim }
  /** The connection to the broker breaks, and stays away for so long, milliseconds. */
  | { readonly type: "link-flap"; readonly forMs: number }
  /** The connection stands, and nothing passes through it any more in either direction. */
  | { readonly type: "half-open" }
  /** The broker is killed with everything in its memory and comes back after so long, milliseconds. */
  | { readonly type: "broker-kill"; readonly forMs: number }
  /** No byte fits on the lane's disk for so long, milliseconds. */
  | { readonly type: "disk-full"; readonly forMs: number }
  /** The wall clock of the lane is off by this from now on, milliseconds. */
  | { readonly type: "clock"; readonly offsetMs: number };

export interface Planned {
  /** Time after the mishap before, milliseconds. */
  readonly afterMs: number;
  readonly mishap: Mishap;
}

const HOUR_MS = 3_600_000;
/** So often, on average, the lane is left alone long enough for a truck to get through. */
const CALM_SHARE = 0.12;
const CALM_MS = 9_000;
const MEAN_PAUSE_MS = 1_600;
const LONGEST_PAUSE_MS = 6_000;

/**
 * What goes wrong and when: the same seed gives the same plan. Beside the kills, a quarter as many link flaps, a broker
 * kill for every 20, a half-open link for every 50, the disk full twice and the clock an hour ahead and back.
 */
export function chaosPlan(kills: number, seed: number): readonly Planned[] {
  const random = createRandom(seed);
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const mishaps: Mishap[] = [
    ...many(kills, () => ({ type: "kill", victim: random.pick(VICTIMS) }) as const),
    ...many(Math.ceil(kills / 4), () => ({ type: "link-flap", forMs: random.between(0, 2_000) }) as const),
    ...many(Math.ceil(kills / 20), () => ({ type: "broker-kill", forMs: random.between(0, 3_000) }) as const),
    ...many(Math.ceil(kills / 50), () => ({ type: "half-open" }) as const),
    ...many(2, () => ({ type: "disk-full", forMs: random.between(2_000, 6_000) }) as const),
  ];
  const mixed = withClockSteps(shuffled(mishaps, random));
  return mixed.map((mishap) => ({ afterMs: pause(random), mishap }));
}

/** An hour ahead, back, an hour behind, right again, spread over the run. */
function withClockSteps(mishaps: readonly Mishap[]): Mishap[] {
  const offsets = [HOUR_MS, 0, -HOUR_MS, 0];
  const all = [...mishaps];
  offsets.forEach((offsetMs, index) => {
    const at = Math.round(((index + 1) * all.length) / (offsets.length + 1));
    all.splice(at, 0, { type: "clock", offsetMs });
  });
  return all;
}

function pause(random: Random): number {
  if (random.next() < CALM_SHARE) return CALM_MS;
  return Math.min(LONGEST_PAUSE_MS, -MEAN_PAUSE_MS * Math.log(1 - random.next()));
}
