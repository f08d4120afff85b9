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
  /**
   * PASSes for a vehicle on which everything that this lane can read is truly as in the record: a copy, a clearance used
   * in another lane that nobody has told of yet, an opened seal where no reader is fitted. Nothing here can tell.
   */
  readonly clonePass: number;
  readonly crossedWithoutPass: number;
  /** No wrong PASS in so many passages: with 95 % certainty there are at most so many in a million (rule of three). */
  readonly wrongPassPerMillionAtMost: number | null;
  /** Vehicles one character off a record, and PASSes of such that a camera reported as the one of the record. */
  readonly sisters: number;
  readonly misreadPass: number;
  readonly misreadPassPerSisterCi95: readonly [number, number];
  /**
   * Share of honest vehicles with good papers that passed at their first visit, on days on which nothing is broken and
   * recognition errs as measured; null when no such day was drawn.
   */
  readonly straightThrough: number | null;
  readonly straightThroughCi95: readonly [number, number];
  /** The same over all days, under every fault of the simulator. */
  readonly straightThroughUnderFaults: number;
  readonly straightThroughUnderFaultsCi95: readonly [number, number];
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
  const onGoodDays = (count: number, { goodDay }: DayReport) => (goodDay ? count : 0);
  const entitledThen = sum((report) => onGoodDays(report.entitled, report));
  const straightThen = sum((report) => onGoodDays(report.straight, report));
  const passages = sum((report) => report.tally.passages);
  const wrongPass = sum((report) => report.tally.wrongPass);
  const sisters = sum((report) => report.sisters);
  const misreadPass = sum((report) => report.tally.misreadPass);
  const simulatedMs = sum((report) => report.simulatedMs);
  const workMs = days.reduce((total, { elapsedMs: ms }) => total + ms, 0);
  const complete = missing.length === 0 || days.length < SEEDS_FOR_EVERYTHING;
  return {
    seeds: days.length,
    passages,
    events: sum((report) => report.events),
    vehicles: sum((report) => report.vehicles),
    violations,
    failedSeeds: failedSeeds.sort((a, b) => a - b),
    neverReached: missing,
    passes: sum((report) => report.tally.passes),
    wrongPass,
    clonePass: sum((report) => report.tally.clonePass),
    crossedWithoutPass: sum((report) => report.tally.crossedWithoutPass),
    wrongPassPerMillionAtMost: wrongPass === 0 && passages > 0 ? Math.round((3e6 / passages) * 100) / 100 : null,
    sisters,
    misreadPass,
    misreadPassPerSisterCi95: wilson(misreadPass, sisters),
    straightThrough: entitledThen === 0 ? null : rounded(straightThen / entitledThen),
    straightThroughCi95: wilson(straightThen, entitledThen),
    straightThroughUnderFaults: rounded(straight / Math.max(1, entitled)),
    straightThroughUnderFaultsCi95: wilson(straight, entitled),
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
