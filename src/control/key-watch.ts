import type { LaneSnapshot } from "#contract/messages";
import type { UtcMs } from "#contract/units";
import { daysLeft, type Validity } from "#lanes/decision/validity";

/** A key whose signature counts in this lane: by name, with what it signs. */
export interface CountedKey extends Validity {
  readonly kid: string;
  readonly signs: "operations" | "orders";
}

/** So many days before its last one a key is reported: time to bring the next one to the lane. */
const EARLY_DAYS = 30;

type KeyNews = NonNullable<LaneSnapshot["keys"]>[number];

/** The keys that a person should look at: those that have ended, and those that end soon. */
export function keyNews(keys: readonly CountedKey[], now: UtcMs): readonly KeyNews[] {
  return keys.flatMap(({ kid, signs, ...validity }): KeyNews[] => {
    const days = daysLeft(validity, now);
    if (days >= EARLY_DAYS) return [];
    const on = validity.validUntil ?? "";
    if (days < 0) return [{ kid, signs, state: "ended", detail: `ended on ${on}` }];
    return [{ kid, signs, state: "ending", detail: `ends on ${on}, in ${days} days` }];
  });
}
