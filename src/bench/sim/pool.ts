import { Worker } from "node:worker_threads";
import type { TimedReport } from "./summary.ts";
import type { SeedRequest } from "./worker.ts";

export interface PoolOptions {
  /** The seed to be run as the n-th, from 0; null when there are enough. */
  readonly nextSeed: (index: number) => number | null;
  readonly days: number;
  readonly vehicles: number;
  readonly density: number;
  readonly workers: number;
  readonly fast: boolean;
  readonly done: (report: TimedReport) => void;
}

/** Runs seeds, each in one of a few worker threads, until there is no next one. */
export async function runSeeds(options: PoolOptions): Promise<void> {
  let taken = 0;
  const next = () => options.nextSeed(taken++);
  await Promise.all(Array.from({ length: Math.max(1, options.workers) }, () => runWorker(next, options)));
}

function runWorker(nextSeed: () => number | null, { days, vehicles, density, fast, done }: PoolOptions): Promise<void> {
  const first = nextSeed();
  if (first === null) return Promise.resolve();
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  const run = (seed: number) => worker.postMessage({ seed, days, vehicles, density, fast } satisfies SeedRequest);
  return new Promise<void>((resolve, reject) => {
    worker.on("message", (report: TimedReport) => {
      done(report);
      const seed = nextSeed();
      if (seed === null) resolve();
      else run(seed);
    });
    worker.once("error", reject);
    run(first);
  }).finally(() => worker.terminate());
}
