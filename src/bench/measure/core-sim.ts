import { BUSIEST_LANE, LaneDay } from "../sim/lane-day.ts";
import { standardPolicy } from "../sim/setup.ts";

/** How fast one lane is simulated on one processor, for one density of traffic. */
export interface SimSpeed {
  /** What traffic that is. */
  readonly traffic: string;
  /** Vehicles in 24 hours. */
  readonly density: number;
  /** True: a sample of the journal is run a second time, as with `--fast`; false: all of it. */
  readonly fast: boolean;
  readonly days: number;
  readonly passages: number;
  /** Simulated time over the time of the processor. */
  readonly speedup: number;
}

/** Traffic of the pilot, 1,200 vehicles a day on 16 lanes and 6,000 in 2030, and of the busiest lane that is planned. */
export const TRAFFIC = [
  { density: 75, traffic: "the pilot today" },
  { density: 375, traffic: "the pilot in 2030" },
  { density: BUSIEST_LANE, traffic: "the busiest lane" },
] as const;

/** Days before the clock runs, so that the code is compiled; and the first seed that counts. */
const WARM_UP_DAYS = 3;
const FIRST_SEED = 1;

/**
 * Simulates days of one lane, each from another seed with whatever faults it draws, for about `forMs` milliseconds. The
 * processor's own time counts, not that of others on the machine.
 */
export function measureSim({ density, traffic }: (typeof TRAFFIC)[number], fast: boolean, forMs: number): SimSpeed {
  const policy = standardPolicy();
  const day = (seed: number) => new LaneDay({ seed, days: 1, vehicles: density, density, policy, fast }).run();
  for (let seed = 0; seed < WARM_UP_DAYS; seed++) day(1_000_000 + seed);
  const startedAt = process.cpuUsage();
  const workMs = () => process.cpuUsage(startedAt).user / 1000 + process.cpuUsage(startedAt).system / 1000;
  let [days, passages, simulatedMs] = [0, 0, 0];
  while (workMs() < forMs) {
    const report = day(FIRST_SEED + days);
    days += 1;
    passages += report.tally.passages;
    simulatedMs += report.simulatedMs;
  }
  return { traffic, density, fast, days, passages, speedup: Math.round(simulatedMs / workMs()) };
}
