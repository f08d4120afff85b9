import { performance } from "node:perf_hooks";
import type { Clock } from "#contract/units";

/** The clocks of this machine. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
};
