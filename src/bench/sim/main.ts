/**
 * `npm run sim`: the pure core through days of traffic and faults, each seed another day. Exit code 1 when a promise was
 * broken, with the command that shows it again.
 */
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { messageOf } from "#contract/errors";
import { whole } from "../whole-number.ts";
import { BUSIEST_LANE, LaneDay } from "./lane-day.ts";
import { runSeeds } from "./pool.ts";
import { standardPolicy } from "./setup.ts";
import { type Summary, summaryOf, type TimedReport } from "./summary.ts";

/** Lines of a story that are shown with a failing seed. */
const LAST_LINES = 60;
const PROGRESS_MS = 10_000;
/** What a shell gives a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly days: number;
  readonly vehicles: number;
  readonly density: number;
  readonly workers: number;
  readonly passages?: number;
  readonly fast: boolean;
  readonly story: boolean;
  readonly json: boolean;
}

const program = new Command("npm run sim --")
  .description(
    "Simulates days of one lane: the real core, trucks and faults drawn from a seed, and promises checked after every step.",
  )
  .option("--seeds <n>", "how many days to run, each from another seed", whole(1, 10_000_000), 20)
  .option("--from <seed>", "the first seed", whole(0, 2_000_000_000), 1)
  .option("--days <n>", "days that each seed runs", whole(1, 365), 1)
  .option("--vehicles <n>", "vehicles a day; fewer than the density make the day shorter", whole(1, 2000), BUSIEST_LANE)
  .option("--density <n>", "vehicles that come in 24 hours", whole(1, 2000), BUSIEST_LANE)
  .option("--workers <n>", "threads", whole(1, 256), availableParallelism())
  .option("--passages <n>", "as many days as it takes for so many passages; instead of --seeds", whole(1, 100_000_000))
  .option("--fast", "the costly checks (a second run of the journal) on a sample only", false)
  .option("--story", "tell everything that happened, for one seed", false)
  .option("--json", "the summary as one JSON object in the last line", false)
  .addHelpText(
    "after",
    `
Examples:
  npm run sim                              20 days
  npm run sim -- --seeds 200 --json        what every change has to pass
  npm run sim -- --seeds 1 --from 4711 --story
  npm run sim -- --passages 10000000 --fast

Speed is simulated time over elapsed time, for the traffic that was asked for: hours in which nothing happens cost nothing.
Every promise about a PASS, the boom and the clearances is checked after every step, with --fast as well.

Ctrl-C ends a long run early, with the summary of what was run.

Exit code 0: no promise was broken. 1: one was; its seed, the command and the story are printed. 130: interrupted.`,
  );

/** One seed again, with its story. */
function tell(seed: number, options: Options, lines: number): void {
  const { days, vehicles, density } = options;
  const report = new LaneDay({ seed, days, vehicles, density, policy: standardPolicy(), told: true }).run();
  process.stderr.write(`${report.story.slice(-lines).join("\n")}\n`);
}

function again(seed: number, { days, vehicles, density }: Options): string {
  const change = [
    days === 1 ? "" : ` --days ${days}`,
    vehicles === BUSIEST_LANE ? "" : ` --vehicles ${vehicles}`,
    density === BUSIEST_LANE ? "" : ` --density ${density}`,
  ].join("");
  return `npm run sim -- --seeds 1 --from ${seed}${change} --story`;
}

function showFailures(days: readonly TimedReport[], options: Options): void {
  const failed = days.map(({ report }) => report).filter(({ violations }) => violations.length > 0);
  for (const { seed, violations } of failed) {
    for (const { promise, detail } of violations)
      process.stderr.write(`seed ${seed}: broken: ${promise}\n  ${detail}\n`);
    process.stderr.write(`  again: ${again(seed, options)}\n`);
  }
  const first = failed[0];
  if (first === undefined || options.story) return;
  process.stderr.write(`\nThe end of seed ${first.seed}:\n`);
  tell(first.seed, options, LAST_LINES);
}

function text(summary: Summary): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const between = ([low, high]: readonly [number, number]) => `(${percent(low)} to ${percent(high)})`;
  const straight =
    summary.straightThrough === null
      ? "no day without faults was drawn"
      : `${percent(summary.straightThrough)} of honest vehicles ${between(summary.straightThroughCi95)}`;
  const underFaults = `${percent(summary.straightThroughUnderFaults)} ${between(summary.straightThroughUnderFaultsCi95)}`;
  return [
    `${summary.seeds} days, ${summary.passages} passages, ${summary.events} events in ${summary.seconds} s`,
    `  broken promises    ${summary.violations}`,
    `  wrong PASS         ${summary.wrongPass} of ${summary.passes} PASSes${bound(summary)}`,
    `  cannot be told     ${summary.clonePass} that show nothing wrong; ${summary.misreadPass} of ${summary.sisters} vehicles one character off, misread as the one cleared`,
    `  straight through   ${straight}, nothing broken and recognition as measured`,
    `  under all faults   ${underFaults}`,
    `  hostile vehicles   ${percent(summary.hostileShare)}`,
    `  never happened     ${summary.neverReached.join(", ") || "nothing is missing"}`,
    `  speed              ${summary.speedup.toLocaleString("en")} times real time`,
    summary.ok ? "ok" : "NOT OK",
    "",
  ].join("\n");
}

function bound({ wrongPassPerMillionAtMost: most }: Summary): string {
  return most === null ? "" : `, with 95 % certainty at most ${most} in a million passages`;
}

async function main(): Promise<number> {
  program.parse();
  const options = program.opts<Options>();
  const { seeds, from, days, vehicles, density, workers, passages, fast, story, json } = options;
  const startedAt = performance.now();
  const results: TimedReport[] = [];
  let passed = 0;
  const progress = setInterval(() => {
    const goal = passages === undefined ? `${seeds} seeds` : `seeds so far, ${passed} of ${passages} passages`;
    process.stderr.write(`sim: ${results.length} of ${goal}\n`);
  }, PROGRESS_MS);
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
    process.stderr.write(
      "sim: the seeds under way are finished, then comes the summary; Ctrl-C again leaves at once\n",
    );
  });
  const more = (index: number) => !interrupted && (passages === undefined ? index < seeds : passed < passages);
  try {
    await runSeeds({
      nextSeed: (index) => (more(index) ? from + index : null),
      days,
      vehicles,
      density,
      workers,
      fast,
      done: (timed) => {
        // The story of a failing seed is told by running it again; nobody needs all of them in memory.
        results.push(timed);
        passed += timed.report.tally.passages;
      },
    });
  } finally {
    clearInterval(progress);
  }
  const summary = summaryOf(results, performance.now() - startedAt);
  results.sort((a, b) => a.report.seed - b.report.seed);
  if (story) for (const { report } of results) tell(report.seed, options, Number.POSITIVE_INFINITY);
  showFailures(results, options);
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : text(summary));
  return summary.ok ? (interrupted ? INTERRUPTED : 0) : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`sim: ${messageOf(error)}\n`);
  process.exitCode = 2;
}
