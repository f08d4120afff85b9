import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord } from "#contract/decision";
import type { UtcMs } from "#contract/units";
import { fuse } from "../fusion/fuse.ts";
import type { LaneSite, LaneState } from "../passage/model.ts";
import { decide } from "./decide.ts";
import type { LanePolicy } from "./policy.ts";

/** What was on the table when a decision was made. */
export interface DecidedOn {
  readonly input: DecisionInput;
  readonly candidates: readonly CachedClearance[];
  readonly site: LaneSite;
  readonly passage: string;
  readonly utc: UtcMs;
}

/**
 * The decision that another policy would have led to on the same reads, weight and records. Its thresholds are applied
 * to the raw reads again. What it would have changed before the decision - more pictures, another weighing - is not
 * made up.
 */
export function decideUnder(policy: LanePolicy, facts: DecidedOn): Omit<DecisionRecord, "policyHash"> {
  const { trailer: _, ...fused } = fuse(facts.input.reads, policy.identity.minReadConfidence, policy.confusion);
  return decide({ ...facts, policy, input: { ...facts.input, ...fused } });
}

/** The records a passage has been given by the cache, as the state holds them after the step that decided. */
export function candidatesIn(state: LaneState, passage: string): readonly CachedClearance[] {
  return [state.passage, state.next].find((one) => one?.id === passage)?.candidates ?? [];
}
