import { parentPort } from "node:worker_threads";
import { LaneDay } from "./lane-day.ts";
import { standardPolicy } from "./setup.ts";
import type { TimedReport } from "./summary.ts";

/** One seed to be run by a worker thread. */
export interface SeedRequest {
  readonly seed: number;
  readonly days: number;
  readonly vehicles: number;
  readonly density: number;
  readonly fast: boolean;
}

const policy = standardPolicy();

parentPort?.on("message", (request: SeedRequest) => {
  const startedAt = performance.now();
  const report = new LaneDay({ ...request, policy }).run();
  const answer: TimedReport = { report, elapsedMs: performance.now() - startedAt };
  parentPort?.postMessage(answer);
});
