import type { Clearance } from "#contract/clearance";
import { fuse } from "../fusion/fuse.ts";
import type { LanePolicy } from "./policy.ts";
import { type Finding, fail, NO_RECORD, ok, type RuleContext, skip } from "./rule.ts";

/** Why there is no weight when the vehicle never stood on the deck as a whole. */
export const NOT_IN_POSITION = "the vehicle does not stand right on the weighbridge";

/**
 * How sure an identity must be. Two identities that were read apart and both name one announced vehicle support each
 * other: a misreading would have to hit an expected number by chance, and the right one of them.
 */
export function neededConfidence(bothOnOneRecord: boolean, policy: LanePolicy): number {
  const { minFusedConfidence, minAgreeingConfidence } = policy.identity;
  return bothOnOneRecord ? Math.min(minAgreeingConfidence, minFusedConfidence) : minFusedConfidence;
}

function needed({ input, record, plateRecord, policy }: RuleContext): number {
  const agreed =
    record !== null &&
    plateRecord?.clearance.id === record.clearance.id &&
    record.clearance.containers.some((one) => one.number === input.container?.text);
  return neededConfidence(agreed, policy);
}

export function containerMatches(context: RuleContext): Finding {
  const { input, record } = context;
  const read = input.container;
  const expected = record?.clearance.containers.map((one) => one.number) ?? [];
  if (record !== null && expected.length === 0 && read === null) return skip("this clearance has no container");
  if (read === null || read.confidence < needed(context)) {
    return fail(
      "HOLD",
      "NO_CONTAINER",
      `container ${describe(read)}`,
      "the container number is read, or an officer enters it",
    );
  }
  if (record === null) return skip(`container ${read.text} read, no clearance to compare`);
  if (!expected.includes(read.text)) {
    const says = expected.join(" or ") || "no container";
    const detail = `container ${read.text} read, clearance ${record.clearance.id} says ${says}`;
    return fail("HOLD", "CONTAINER_MISMATCH", detail, `the container is as cleared: ${says}`);
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

export function plateMatches(context: RuleContext): Finding {
  const { input, record, plateRecord } = context;
  const read = input.plate;
  if (read === null || read.confidence < needed(context)) {
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

export function trailerMatches({ vehicle }: Clearance, { input, policy }: RuleContext): Finding {
  if (!policy.clearance.trailerMustMatch) return skip("the policy does not compare trailers");
  if (vehicle.trailerPlate === undefined) return skip("the clearance names no trailer");
  // All reads as one opinion: one read of the right plate among others that say something else is not enough.
  const { trailer } = fuse(input.reads, policy.identity.minReadConfidence);
  if (trailer === null) return skip("no trailer plate was read");
  return trailer.text === vehicle.trailerPlate
    ? ok(`trailer ${vehicle.trailerPlate} is the one cleared`)
    : fail(
        "HOLD",
        "TRAILER_MISMATCH",
        `trailer ${trailer.text} read, clearance says ${vehicle.trailerPlate}`,
        `the trailer is ${vehicle.trailerPlate}`,
      );
}

/** Domain guide, section 3, "Weight": no legal tolerance exists for a gate, so both figures are policy. */
export function weightAgrees(clearance: Clearance, { input, policy, site }: RuleContext): Finding {
  if (!site.weighbridge) return skip("this lane has no weighbridge");
  if (input.weight === null) {
    const reason = input.weightFault === NOT_IN_POSITION ? "POSITION" : "NO_WEIGHT";
    return fail("HOLD", reason, input.weightFault ?? "the vehicle was not weighed", "the vehicle is weighed");
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
export function identitiesAgree({ input, record, plateRecord }: RuleContext): Finding {
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

function describe(read: { text: string; confidence: number } | null): string {
  return read === null ? "was not read" : `${read.text} was read with too little certainty (${sure(read.confidence)})`;
}

function sure(confidence: number): string {
  return `${(confidence * 100).toFixed(1)}%`;
}
