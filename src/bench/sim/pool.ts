import { Worker } from "node:worker_threads";
import type { TimedReport } from "./summary.ts";
import type { SeedRequest } from "./worker.ts";

export interface PoolOptions {
  readonly seeds: readonly number[];
  readonly days: number;
  readonly vehicles: number;
  readonly workers: number;
  readonly done: (report: TimedReport) => void;
}

/** Runs many seeds, each in one of a few worker threads. Resolves when all of them have been run. */
export async function runSeeds(options: PoolOptions): Promise<void> {
  const waiting = [...options.seeds];
  const count = Math.max(1, Math.min(options.workers, waiting.length));
  await Promise.all(Array.from({ length: count }, () => runWorker(waiting, options)));
}

function runWorker(waiting: number[], { days, vehicles, done }: PoolOptions): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  return new Promise<void>((resolve, reject) => {
    const next = () => {
      const seed = waiting.shift();
      if (seed === undefined) return resolve();
      const request: SeedRequest = { seed, days, vehicles };
      worker.postMessage(request);
    };
    worker.on("message", (report: TimedReport) => {
      done(report);
      next();
    });
    worker.once("error", reject);
    next();
  }).finally(() => worker.terminate());
}
