import type { Authority, CachedClearance, Clearance } from "#contract/clearance";
import type { DecisionInput, Verdict } from "#contract/decision";
import type { UtcMs } from "#contract/units";
import { isTrailerPlate } from "../fusion/fuse.ts";
import type { LaneSite } from "../passage/model.ts";
import type { LanePolicy } from "./policy.ts";
import type { ReasonCode } from "./reasons.ts";
import { utcOf } from "./time.ts";

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
      readonly wouldOpen: string;
    };

export interface Rule {
  /** Id of the domain guide, section 6. */
  readonly id: string;
  readonly title: string;
  readonly check: (context: RuleContext) => Finding;
}

const skip = (detail: string): Finding => ({ outcome: "not-applicable", detail });
const ok = (detail: string): Finding => ({ outcome: "pass", detail });
const fail = (verdict: Exclude<Verdict, "PASS">, reason: ReasonCode, detail: string, wouldOpen: string): Finding => ({
  outcome: "fail",
  verdict,
  reason,
  detail,
  wouldOpen,
});
const NO_RECORD = skip("no clearance record to check");

/** For rules that look at the record: not applicable without one. */
const withRecord =
  (check: (clearance: Clearance, context: RuleContext, cached: CachedClearance) => Finding) =>
  (context: RuleContext): Finding =>
    context.record === null ? NO_RECORD : check(context.record.clearance, context, context.record);

/** The ordered table: vetoes, presence, match, quality. The first that fails decides. */
export const RULES: readonly Rule[] = [
  { id: "V1", title: "The lane is fit to decide", check: laneFit },
  { id: "V2", title: "No suspension", check: withRecord(notSuspended) },
  { id: "V3", title: "Not on the watch list", check: withRecord(notWatched) },
  { id: "V4", title: "Not used before", check: withRecord(notUsed) },
  { id: "P1", title: "A clearance exists", check: clearanceExists },
  { id: "P3", title: "Customs status allows passage", check: withRecord(statusAllows) },
  { id: "P4", title: "Every required authority has released", check: withRecord(authoritiesReleased) },
  { id: "P5", title: "Valid now, in this lane and direction", check: withRecord(validHereAndNow) },
  { id: "P6", title: "The channel is done with", check: withRecord(channelDone) },
  { id: "M1", title: "The container is the one cleared", check: containerMatches },
  { id: "M2", title: "The tractor is the one cleared", check: plateMatches },
  { id: "M3", title: "The trailer is the one cleared", check: withRecord(trailerMatches) },
  { id: "M5", title: "The weight agrees with the declaration", check: withRecord(weightAgrees) },
  { id: "Q1", title: "Two independent identities agree", check: identitiesAgree },
  { id: "Q2", title: "The clearance list is fresh enough", check: cacheFresh },
];

function laneFit({ input }: RuleContext): Finding {
  if (!input.boomHealthy) {
    return fail("HOLD", "LANE_FAULT", "the boom is not healthy or not closed", "the boom reports closed and healthy");
  }
  return input.occupancyConsistent
    ? ok("boom closed and healthy, sensors agree")
    : fail("HOLD", "LANE_FAULT", "loops, photo-eyes and weighbridge contradict each other", "the sensors agree again");
}

function notSuspended({ id, holds }: Clearance): Finding {
  const hold = holds.find((one) => one.kind === "SUSPENDED");
  return hold === undefined
    ? ok(`no suspension on ${id}`)
    : fail(
        "BLOCK",
        "SUSPENDED",
        `${id} is suspended by ${hold.by} since ${hold.since}`,
        `${hold.by} lifts the suspension`,
      );
}

function notWatched({ id, holds }: Clearance): Finding {
  const hold = holds.find((one) => one.kind === "WATCH");
  return hold === undefined
    ? ok(`${id} is not on the watch list`)
    : fail("HOLD", "WATCH", `${id} is on the watch list of ${hold.by}`, "an officer resolves the watch entry");
}

function notUsed({ id }: Clearance, { passage }: RuleContext, cached: CachedClearance): Finding {
  if (cached.consumption === "none" || cached.passage === passage) return ok(`${id} was not used before`);
  return fail(
    "BLOCK",
    "DUPLICATE",
    `${id} is ${cached.consumption} by passage ${cached.passage ?? "?"}`,
    "a new clearance",
  );
}

function clearanceExists({ record, input }: RuleContext): Finding {
  if (record !== null) return ok(`clearance ${record.clearance.id}, version ${record.clearance.version}`);
  const what = input.container?.text ?? input.plate?.text;
  if (what === undefined) return skip("nothing was read that could be looked up");
  return fail("HOLD", "NO_CLEARANCE", `no clearance for ${what}`, `operations send a clearance for ${what}`);
}

function statusAllows({ id, status }: Clearance): Finding {
  const allowed = status === "CLEARED" || status === "RELEASED" || status === "TRANSPORT_APPROVED";
  return allowed
    ? ok(`status ${status}`)
    : fail("HOLD", "NOT_CLEARED", `status of ${id} is ${status}`, `customs clears ${id}`);
}

function authoritiesReleased({ id, authorities }: Clearance, { policy }: RuleContext): Finding {
  const missing = policy.clearance.requiredAuthorities.filter((name: Authority) => authorities[name] !== true);
  return missing.length === 0
    ? ok(`released by ${policy.clearance.requiredAuthorities.join(", ") || "nobody, none is required"}`)
    : fail(
        "HOLD",
        "AUTHORITY",
        `${id} is not released by ${missing.join(", ")}`,
        `${missing.join(", ")} release ${id}`,
      );
}

function validHereAndNow(clearance: Clearance, { utc, site }: RuleContext): Finding {
  const { id, validFrom, validTo, lanes, direction } = clearance;
  if (utc > utcOf(validTo)) return fail("HOLD", "EXPIRED", `${id} expired at ${validTo}`, `${id} is extended`);
  if (utc < utcOf(validFrom))
    return fail("HOLD", "NOT_YET_VALID", `${id} is valid from ${validFrom}`, `it is ${validFrom}`);
  if (direction !== "TRANSIT" && direction !== site.direction) {
    return fail(
      "HOLD",
      "WRONG_LANE",
      `${id} is for ${direction}, this lane is for ${site.direction}`,
      "use the other direction",
    );
  }
  if (lanes !== undefined && !lanes.includes(site.lane)) {
    return fail(
      "HOLD",
      "WRONG_LANE",
      `${id} is for ${lanes.join(", ")}, this is ${site.lane}`,
      `use ${lanes.join(" or ")}`,
    );
  }
  return ok(`valid until ${validTo}`);
}

function channelDone({ id, channel, status, holds }: Clearance): Finding {
  const hold = holds.find((one) => one.kind === "DOCUMENTS" || one.kind === "SCAN");
  if (hold?.kind === "SCAN") return fail("DIVERT", "SCAN", `${id} is to be scanned`, "the scan result arrives");
  if (hold?.kind === "DOCUMENTS")
    return fail("HOLD", "DOCUMENTS", `documents of ${id} are open`, "customs closes the document check");
  if (channel === 1 || status === "CLEARED" || status === "RELEASED") return ok(`channel ${channel}, status ${status}`);
  return channel === 3
    ? fail("DIVERT", "SCAN", `${id} is in the red channel and not cleared`, `customs inspects and clears ${id}`)
    : fail(
        "HOLD",
        "DOCUMENTS",
        `${id} is in the yellow channel and not cleared`,
        `customs checks the documents of ${id}`,
      );
}

function containerMatches({ input, record, policy }: RuleContext): Finding {
  const read = input.container;
  const expected = record?.clearance.containers.map((one) => one.number) ?? [];
  if (record !== null && expected.length === 0) return skip("this clearance has no container");
  if (read === null || read.confidence < policy.identity.minFusedConfidence) {
    return fail(
      "HOLD",
      "NO_CONTAINER",
      `container ${describe(read)}`,
      "the container number is read, or an officer enters it",
    );
  }
  if (record === null) return skip(`container ${read.text} read, no clearance to compare`);
  if (!expected.includes(read.text)) {
    const detail = `container ${read.text} read, clearance ${record.clearance.id} says ${expected.join(", ")}`;
    return fail("HOLD", "CONTAINER_MISMATCH", detail, `the container is ${expected.join(" or ")}`);
  }
  // Two boxes on one vehicle both need to be seen; that reading comes with the full rule table.
  if (expected.length > 1) {
    return fail(
      "HOLD",
      "NO_CONTAINER",
      `clearance names ${expected.length} containers, one was read`,
      "an officer checks the second container",
    );
  }
  return ok(`container ${read.text} is the one cleared (${sure(read.confidence)}, ${read.sources.join(" and ")})`);
}

function plateMatches({ input, record, plateRecord, policy }: RuleContext): Finding {
  const read = input.plate;
  if (read === null || read.confidence < policy.identity.minFusedConfidence) {
    return fail("HOLD", "NO_PLATE", `plate ${describe(read)}`, "the plate is read, or an officer enters it");
  }
  if (record === null) return skip(`plate ${read.text} read, no clearance to compare`);
  const expected = record.clearance.vehicle.tractorPlate;
  if (read.text === expected) {
    return ok(`plate ${read.text} is the one cleared (${sure(read.confidence)}, ${read.sources.join(" and ")})`);
  }
  if (plateRecord !== null && plateRecord.clearance.id !== record.clearance.id) {
    const detail = `plate ${read.text} belongs to ${plateRecord.clearance.id}, the container to ${record.clearance.id}`;
    return fail("BLOCK", "SWAPPED", detail, `the tractor is ${expected}`);
  }
  return fail(
    "HOLD",
    "PLATE_MISMATCH",
    `plate ${read.text} read, clearance says ${expected}`,
    `the tractor is ${expected}`,
  );
}

function trailerMatches({ vehicle }: Clearance, { input, policy }: RuleContext): Finding {
  if (!policy.clearance.trailerMustMatch) return skip("the policy does not compare trailers");
  if (vehicle.trailerPlate === undefined) return skip("the clearance names no trailer");
  const reads = input.reads.filter((read) => read.kind === "plate" && isTrailerPlate(read.text));
  if (reads.length === 0) return skip("no trailer plate was read");
  return reads.some((read) => read.text === vehicle.trailerPlate)
    ? ok(`trailer ${vehicle.trailerPlate} is the one cleared`)
    : fail(
        "HOLD",
        "TRAILER_MISMATCH",
        `trailer ${reads[0]?.text} read, clearance says ${vehicle.trailerPlate}`,
        `the trailer is ${vehicle.trailerPlate}`,
      );
}

/** Domain guide, section 3, "Weight": no legal tolerance exists for a gate, so both figures are policy. */
function weightAgrees(clearance: Clearance, { input, policy, site }: RuleContext): Finding {
  if (!site.weighbridge) return skip("this lane has no weighbridge");
  if (input.weight === null) {
    return fail("HOLD", "NO_WEIGHT", input.weightFault ?? "the vehicle was not weighed", "the vehicle is weighed");
  }
  if (!input.weight.zeroSeen) {
    return fail(
      "HOLD",
      "NO_WEIGHT",
      "the weighbridge was not seen at zero before this vehicle",
      "the vehicle is weighed after a zero",
    );
  }
  const gross = input.weight.grossKg;
  const tare = clearance.vehicle.tareKg;
  const empty = clearance.moveType === "EMPTY_RETURN" || clearance.containers.every((one) => one.empty);
  if (empty) {
    const limit =
      tare + clearance.containers.reduce((sum, one) => sum + one.tareKg, 0) + policy.weight.emptyToleranceKg;
    return gross <= limit
      ? ok(`empty: ${gross} kg, at most ${limit} kg`)
      : fail(
          "HOLD",
          "WEIGHT",
          `empty vehicle weighs ${gross} kg, at most ${limit} kg is plausible`,
          "an officer looks inside",
        );
  }
  const declared = clearance.containers.reduce((sum, one) => sum + one.declaredGrossKg, 0);
  const net = gross - tare;
  const tolerance = Math.max(policy.weight.toleranceKg, Math.round(declared * policy.weight.toleranceShare));
  const difference = net - declared;
  const detail = `net ${net} kg, declared ${declared} kg, difference ${difference} kg, allowed ${tolerance} kg`;
  return Math.abs(difference) <= tolerance
    ? ok(detail)
    : fail("HOLD", "WEIGHT", detail, "the declaration is amended or an officer checks the load");
}

/** Never on one identity alone, and never on sources that are one camera (domain guide, section 6, Q1). */
function identitiesAgree({ input, record, plateRecord }: RuleContext): Finding {
  if (record === null) return NO_RECORD;
  const container = input.container;
  const plate = input.plate;
  const both =
    container !== null &&
    plate !== null &&
    plateRecord?.clearance.id === record.clearance.id &&
    record.clearance.containers.some((one) => one.number === container.text);
  if (!both) {
    return fail(
      "HOLD",
      "LOW_CONFIDENCE",
      "plate and container do not both point to one clearance",
      "a second identity is read",
    );
  }
  const cameras = new Set([...container.sources, ...plate.sources].map((source) => source.split(":")[0]));
  return cameras.size >= 2
    ? ok(
        `container by ${container.sources.join(", ")} and plate by ${plate.sources.join(", ")} agree on ${record.clearance.id}`,
      )
    : fail("HOLD", "LOW_CONFIDENCE", "plate and container come from one camera", "a second camera reads the vehicle");
}

function cacheFresh({ input, policy }: RuleContext): Finding {
  if (input.link === "online") return ok(`online, list version ${input.clearanceVersion}`);
  const age = `${Math.round(input.clearanceAgeMs / 1000)} s`;
  if (input.clearanceAgeMs <= policy.offline.freshMs)
    return ok(`offline, list version ${input.clearanceVersion} is ${age} old: fresh`);
  if (input.clearanceAgeMs <= policy.offline.limitMs)
    return ok(`offline, list version ${input.clearanceVersion} is ${age} old: stale, within the limit`);
  return fail(
    "HOLD",
    "CACHE_TOO_OLD",
    `offline, list version ${input.clearanceVersion} is ${age} old`,
    "the link returns or a list is imported",
  );
}

function describe(read: { text: string; confidence: number } | null): string {
  return read === null ? "was not read" : `${read.text} was read with too little certainty (${sure(read.confidence)})`;
}

function sure(confidence: number): string {
  return `${(confidence * 100).toFixed(1)}%`;
}
