import { Worker } from "node:worker_threads";
import { Command, InvalidArgumentError } from "commander";
import { replayCommand, runCase } from "./case.ts";
import { allTargets } from "./targets/all.ts";
import type { FuzzNews, FuzzOrder } from "./worker.ts";

/**
 * `npm run fuzz`: gives every parser of devices/ hostile inputs for a while. Each input follows from the seed, so that a
 * failing one is run again by the one command that is printed with it. Exit code 1 when anything failed.
 */

/** A case that takes longer hangs, milliseconds. The longest honest one takes a few. */
const HANG_MS = 5000;
const LOOK_MS = 200;
/** Further failures of one target say little more. */
const MOST_FAILURES = 5;

interface Failure {
  readonly target: string;
  readonly case: number;
  readonly what: string;
  /** Hexadecimal, the beginning of it; absent for a hang. */
  readonly input?: string;
  readonly replay: string;
}

interface Report {
  readonly seed: number;
  readonly targets: readonly string[];
  readonly seconds: number;
  readonly cases: number;
  readonly rssMb: number | null;
  readonly failures: readonly Failure[];
}

const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("a whole number");
  return Number(text);
};

interface Options {
  readonly seconds: number;
  readonly seed?: number;
  readonly target?: string;
  readonly case?: number;
  readonly json?: true;
}

const options: Options = new Command("fuzz")
  .description("Hostile inputs for every parser of what devices send")
  .option("--seconds <n>", "how long", whole, 30)
  .option("--seed <n>", "the same seed gives the same inputs; default: a new one", whole)
  .option("--target <name>", "one parser only")
  .option("--case <n>", "run this one case of --target again, and show its input", whole)
  .option("--json", "the report as JSON")
  .parse()
  .opts();

const names = (await allTargets()).map(({ name }) => name);
const chosen = options.target === undefined ? names : names.filter((name) => name === options.target);
const seed = options.seed ?? Math.floor(Math.random() * 1e9);
if (chosen.length === 0 || (options.case !== undefined && options.target === undefined)) {
  process.stderr.write(`--target is one of: ${names.join(", ")}\n`);
  process.exitCode = 2;
} else if (options.case !== undefined) {
  await replay(options.target ?? "", options.case);
} else {
  const report = await fuzz(chosen, options.seconds);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : inWords(report));
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}

async function replay(name: string, number: number): Promise<void> {
  const target = (await allTargets()).find((one) => one.name === name);
  const failure = target === undefined ? undefined : runCase(target, seed, number);
  const text = failure === undefined ? "passes" : `fails: ${failure.what}\ninput: ${failure.input.toString("hex")}`;
  process.stdout.write(`${name} case ${number} of seed ${seed} ${text}\n`);
  process.exitCode = failure === undefined ? 0 : 1;
}

/** The parsers run in a thread of their own, because one that hangs can only be ended from outside. */
async function fuzz(targets: readonly string[], seconds: number): Promise<Report> {
  const failures: Failure[] = [];
  const failed = (target: string, number: number, what: string, input?: string) => {
    if (failures.filter((one) => one.target === target).length >= MOST_FAILURES) return;
    const shown = input === undefined ? {} : { input: input.slice(0, 400) };
    failures.push({ target, case: number, what, ...shown, replay: replayCommand(seed, target, number) });
  };
  const place = new SharedArrayBuffer(12);
  const order: FuzzOrder = { seed, targets, from: 0, forMs: seconds * 1000, place };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: order });
  const now = new Int32Array(place);
  let [lastCase, changedAt] = [-1, performance.now()];
  return new Promise((resolve, reject) => {
    const end = (cases: number, rssMb: number | null) => {
      clearInterval(looking);
      void worker.terminate();
      resolve({ seed, targets, seconds, cases, rssMb, failures });
    };
    const looking = setInterval(() => {
      const cases = Atomics.load(now, 2);
      if (cases !== lastCase) [lastCase, changedAt] = [cases, performance.now()];
      else if (performance.now() - changedAt > HANG_MS && cases > 0) {
        failed(targets[Atomics.load(now, 0)] ?? "", Atomics.load(now, 1), `hangs for more than ${HANG_MS} ms`);
        end(cases, null);
      }
    }, LOOK_MS);
    worker.on("message", (news: FuzzNews) => {
      if (news.type === "failed") failed(news.target, news.number, news.what, news.input);
      else end(news.cases, news.rssMb);
    });
    worker.on("error", (error) => {
      clearInterval(looking);
      reject(error);
    });
  });
}

function inWords({ cases, seconds, rssMb, failures, targets }: Report): string {
  const lines = failures.map(({ target, what, replay }) => `failed  ${target}: ${what}\n        ${replay}\n`);
  const memory = rssMb === null ? "" : `, ${rssMb} MB`;
  return `${lines.join("")}${cases} inputs for ${targets.length} parsers in ${seconds} s, seed ${seed}${memory}: ${failures.length} failed\n`;
}
