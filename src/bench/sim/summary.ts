import { neverReached } from "./check/sometimes.ts";
import type { DayReport } from "./lane-day.ts";

/** What a run over many seeds comes to. The last line of `--json`. */
export interface Summary {
  readonly seeds: number;
  readonly passages: number;
  readonly events: number;
  readonly vehicles: number;
  /** Broken promises; each has its seed. */
  readonly violations: number;
  readonly failedSeeds: readonly number[];
  readonly neverReached: readonly string[];
  readonly passes: number;
  /** PASSes for a vehicle that is not the one of the record. */
  readonly wrongPass: number;
  /** PASSes for a copy whose plate and container are truly those of the record: nothing in a lane can tell. */
  readonly clonePass: number;
  readonly crossedWithoutPass: number;
  /** Share of honest vehicles with good papers that passed at their first visit, under all these faults. */
  readonly straightThrough: number;
  readonly straightThroughCi95: readonly [number, number];
  readonly hostileShare: number;
  /** Simulated time over elapsed time, all workers together. */
  readonly speedup: number;
  /** The same for one lane on one processor: simulated time over the time its own worker spent on it. */
  readonly speedupOneLane: number;
  readonly seconds: number;
  readonly ok: boolean;
}

export interface TimedReport {
  readonly report: DayReport;
  readonly elapsedMs: number;
}

/** Too few seeds for everything to have happened: what is missing is shown and does not fail the run. */
const SEEDS_FOR_EVERYTHING = 100;

export function summaryOf(days: readonly TimedReport[], elapsedMs: number): Summary {
  const sum = (count: (report: DayReport) => number) => days.reduce((total, { report }) => total + count(report), 0);
  const reached = new Set(days.flatMap(({ report }) => report.reached));
  const failedSeeds = days.filter(({ report }) => report.violations.length > 0).map(({ report }) => report.seed);
  const violations = sum((report) => report.violations.length);
  const missing = neverReached(reached);
  const entitled = sum((report) => report.entitled);
  const straight = sum((report) => report.straight);
  const simulatedMs = sum((report) => report.simulatedMs);
  const workMs = days.reduce((total, { elapsedMs: ms }) => total + ms, 0);
  const complete = missing.length === 0 || days.length < SEEDS_FOR_EVERYTHING;
  return {
    seeds: days.length,
    passages: sum((report) => report.tally.passages),
    events: sum((report) => report.events),
    vehicles: sum((report) => report.vehicles),
    violations,
    failedSeeds: failedSeeds.sort((a, b) => a - b),
    neverReached: missing,
    passes: sum((report) => report.tally.passes),
    wrongPass: sum((report) => report.tally.wrongPass),
    clonePass: sum((report) => report.tally.clonePass),
    crossedWithoutPass: sum((report) => report.tally.crossedWithoutPass),
    straightThrough: rounded(straight / Math.max(1, entitled)),
    straightThroughCi95: wilson(straight, entitled),
    hostileShare: rounded(
      sum((report) => report.hostile) /
        Math.max(
          1,
          sum((report) => report.vehicles),
        ),
    ),
    speedup: Math.round(simulatedMs / Math.max(1, elapsedMs)),
    speedupOneLane: Math.round(simulatedMs / Math.max(1, workMs)),
    seconds: Math.round(elapsedMs / 100) / 10,
    ok: violations === 0 && complete,
  };
}

/** 95 % confidence interval of a share (E. B. Wilson, 1927): right also near 0 and 1. */
export function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959964;
  const share = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / scale;
  return [rounded(Math.max(0, centre - half)), rounded(Math.min(1, centre + half))];
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
