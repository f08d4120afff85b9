import type { Clock } from "#contract/units";

/**
 * The clocks of this machine. The monotonic one counts from the start of the machine and not of the process, so that
 * what one process of a lane has stamped has an age in another.
 */
export const systemClock: Clock = {
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  utc: () => Date.now(),
};
