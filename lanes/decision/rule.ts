import type { CachedClearance, Clearance } from "#contract/clearance";
import type { DecisionInput, Mend, Verdict } from "#contract/decision";
import type { UtcMs } from "#contract/units";
import type { LaneSite } from "../passage/model.ts";
import type { Matches } from "./matching.ts";
import type { LanePolicy } from "./policy.ts";
import type { ReasonCode } from "./reasons.ts";
import type { RuleId } from "./rule-titles.ts";

/** All that a rule may look at. Frozen before the first rule runs. */
export interface RuleContext {
  readonly input: DecisionInput;
  readonly policy: LanePolicy;
  readonly site: LaneSite;
  readonly passage: string;
  readonly utc: UtcMs;
  /** The record the container belongs to; for a record without containers, the one the plate belongs to. */
  readonly record: CachedClearance | null;
  /** The record the plate belongs to. */
  readonly plateRecord: CachedClearance | null;
  readonly candidates: readonly CachedClearance[];
  /** What container and plate stand for among the announced values. */
  readonly matches: Matches;
}

/** A rule either does not apply, holds with a sentence, or fails with a verdict, a reason and what would mend it. */
export type Finding =
  | { readonly outcome: "not-applicable"; readonly detail: string }
  | { readonly outcome: "pass"; readonly detail: string }
  | {
      readonly outcome: "fail";
      readonly verdict: Exclude<Verdict, "PASS">;
      readonly reason: ReasonCode;
      readonly detail: string;
      readonly wouldOpen: Mend;
    };

export interface Rule {
  /** Id of the domain guide, section 6. */
  readonly id: RuleId;
  readonly check: (context: RuleContext) => Finding;
}

export const skip = (detail: string): Finding => ({ outcome: "not-applicable", detail });
export const ok = (detail: string): Finding => ({ outcome: "pass", detail });
export const fail = (
  verdict: Exclude<Verdict, "PASS">,
  reason: ReasonCode,
  detail: string,
  wouldOpen: Mend,
): Finding => ({
  outcome: "fail",
  verdict,
  reason,
  detail,
  wouldOpen,
});
export const NO_RECORD = skip("no clearance record to check");

/** For rules that look at the record: not applicable without one. */
export const withRecord =
  (check: (clearance: Clearance, context: RuleContext, cached: CachedClearance) => Finding) =>
  (context: RuleContext): Finding =>
    context.record === null ? NO_RECORD : check(context.record.clearance, context, context.record);
