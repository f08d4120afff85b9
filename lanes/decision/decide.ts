import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, DecisionRecord, PassGround } from "#contract/decision";
import type { UtcMs } from "#contract/units";
import type { LaneSite } from "../passage/model.ts";
import { namesContainer } from "./announced.ts";
import { clientNames, matchIdentities, namesPlate, tagNames } from "./matching.ts";
import type { LanePolicy } from "./policy.ts";
import { passGrounds } from "./quality-rules.ts";
import { prefer } from "./records.ts";
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
    grounds: passGrounds(context),
    input: request.input,
    by: "lane",
  };
}

/** On what a PASS rests, or would rest if nothing were against it. Empty when the identities justify none. */
export function groundsOf(request: DecideRequest): readonly PassGround[] {
  return passGrounds(contextOf(request));
}

function contextOf(request: DecideRequest): RuleContext {
  const { input, candidates, policy, site, passage, utc } = request;
  const matches = matchIdentities(input, candidates, policy);
  const container = matches.container?.value;
  const byContainer =
    container === undefined
      ? null
      : prefer(
          candidates.filter((one) => namesContainer(one, container)),
          passage,
        );
  const byPlate = candidates.filter((one) => matches.plate !== null && namesPlate(one, matches.plate.value));
  const samePlate = byPlate.find(({ clearance }) => clearance.id === byContainer?.clearance.id);
  const plateRecord = samePlate ?? prefer(byPlate, passage);
  const record = byContainer ?? recordOfVehicle(request, plateRecord);
  return { input, policy, site, passage, utc, record, plateRecord, candidates, matches };
}

/**
 * With the container unread the vehicle's record shows an officer what is missing; it cannot pass on it (M1, Q1). A
 * record that names no container is judged by the vehicle alone.
 */
function recordOfVehicle({ input, candidates, passage }: DecideRequest, plateRecord: CachedClearance | null) {
  const byTag = prefer(
    candidates.filter((one) => tagNames(input, one) || clientNames(input, one)),
    passage,
  );
  const record = plateRecord ?? byTag;
  return input.container === null || record?.clearance.containers.length === 0 ? record : null;
}
