import { isRunning } from "#bench/processes";
import { until } from "./until.ts";

export { isRunning, type LaneProcesses, processesBelow } from "#bench/processes";

/** Resolves when none of them runs any more. */
export async function gone(pids: readonly (number | undefined)[]): Promise<void> {
  await until("the processes end", () => pids.every((pid) => pid === undefined || !isRunning(pid)));
}
