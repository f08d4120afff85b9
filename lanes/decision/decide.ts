import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord } from "#contract/decision";
import type { UtcMs } from "#contract/units";
import type { LaneSite } from "../passage/model.ts";
import type { LanePolicy } from "./policy.ts";
import type { RuleContext } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface DecideRequest {
  readonly input: DecisionInput;
  readonly candidates: readonly CachedClearance[];
  readonly policy: LanePolicy;
  readonly site: LaneSite;
  readonly passage: string;
  readonly utc: UtcMs;
}

/**
 * The verdict on one vehicle. Every rule is evaluated and kept; the first that fails decides; none failing is the only
 * way to PASS. The hashes are added by the shell.
 */
export function decide(request: DecideRequest): Omit<DecisionRecord, "policyHash"> {
  const context = contextOf(request);
  const findings = RULES.map((rule) => ({ rule, finding: rule.check(context) }));
  const first = findings.find(({ finding }) => finding.outcome === "fail");
  const failed = first?.finding.outcome === "fail" ? first.finding : null;
  return {
    verdict: failed?.verdict ?? "PASS",
    decidingRule: first?.rule.id ?? null,
    reason: failed?.reason ?? "CLEARED",
    rules: findings.map(({ rule, finding }) => ({
      id: rule.id,
      outcome: finding.outcome,
      ...(finding.outcome === "fail" ? { reason: finding.reason } : {}),
      detail: finding.detail,
    })),
    wouldOpen: findings.flatMap(({ finding }) => (finding.outcome === "fail" ? [finding.wouldOpen] : [])),
    clearance:
      context.record === null ? null : { id: context.record.clearance.id, version: context.record.clearance.version },
    input: request.input,
    by: "lane",
  };
}

function contextOf(request: DecideRequest): RuleContext {
  const { input, candidates } = request;
  const container = input.container?.text;
  const plate = input.plate?.text;
  const byContainer = prefer(
    candidates.filter(({ clearance }) => clearance.containers.some((one) => one.number === container)),
    request,
  );
  const byPlate = candidates.filter(({ clearance }) => clearance.vehicle.tractorPlate === plate);
  const samePlate = byPlate.find(({ clearance }) => clearance.id === byContainer?.clearance.id);
  const plateRecord = samePlate ?? prefer(byPlate, request);
  // With the container unread the plate's record shows an officer what is missing; it cannot pass on it (M1, Q1).
  const byPlateOnly = container === undefined || plateRecord?.clearance.containers.length === 0 ? plateRecord : null;
  const { policy, site, passage, utc } = request;
  return { input, policy, site, passage, utc, record: byContainer ?? byPlateOnly, plateRecord };
}

/**
 * Among several records for one identity the one to judge by. One with a hold comes first: it must not hide behind a
 * good one with the same container (all declarations that share a container must be eligible: Circular 39/2018, article
 * 52a). Then the one this passage has reserved, so that judging again gives the same. A consumed one comes last: it
 * belongs to an earlier trip of the same container or tractor.
 */
function prefer(records: readonly CachedClearance[], request: DecideRequest): CachedClearance | null {
  const rank = (record: CachedClearance): number => {
    if (record.clearance.holds.length > 0) return 0;
    if (record.passage === request.passage) return 1;
    return record.consumption === "consumed" ? 3 : 2;
  };
  const live = [...records].sort((a, b) => rank(a) - rank(b) || (a.clearance.id < b.clearance.id ? -1 : 1));
  return live[0] ?? null;
}
