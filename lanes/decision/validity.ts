import type { UtcMs } from "#contract/units";
import { utcOf } from "./time.ts";

/** The days on which something holds, `2026-12-31`; both belong to it. Without a day there is no limit on that side. */
export interface Validity {
  readonly validFrom?: string;
  readonly validUntil?: string;
}

const DAY_MS = 86_400_000;

/** When a day begins in Viet Nam (UTC+7). NaN for a text that is no day. */
const startOf = (day: string): UtcMs => utcOf(`${day}T00:00:00Z`) - 7 * 3_600_000;

/** The first moment after a day in Viet Nam. NaN for a text that is no day. */
export const endOf = (day: string): UtcMs => startOf(day) + DAY_MS;

/**
 * Why it does not hold at that time, or null: "begins on 2026-12-01", "ended on 2026-11-30". Written so that a day which
 * is none, and a time which is none, do not hold: no comparison with NaN is true.
 */
export function lapse({ validFrom, validUntil }: Validity, at: UtcMs): string | null {
  if (validFrom !== undefined && !(at >= startOf(validFrom))) return `begins on ${validFrom}`;
  if (validUntil !== undefined && !(at < endOf(validUntil))) return `ended on ${validUntil}`;
  return null;
}

/** Full days that are left; infinite without an end, below 0 afterwards. */
export function daysLeft({ validUntil }: Validity, at: UtcMs): number {
  return validUntil === undefined ? Number.POSITIVE_INFINITY : Math.floor((endOf(validUntil) - at) / DAY_MS);
}
