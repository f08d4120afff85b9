import type { CachedClearance, Clearance } from "#contract/clearance";
import type { FusedIdentity } from "#contract/decision";
import { fuse } from "../fusion/fuse.ts";
import { namesContainer } from "./announced.ts";
import { clientNames, codeNames, type Match, type Near, tagNames } from "./matching.ts";
import { mend } from "./mends.ts";
import { type LanePolicy, minRepairShare } from "./policy.ts";
import { type Finding, fail, ok, type RuleContext, skip } from "./rule.ts";

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

/** What is asked of the identities of this vehicle. */
export function needed({ record, plateRecord, policy, matches }: RuleContext): number {
  const agreed =
    record !== null &&
    plateRecord?.clearance.id === record.clearance.id &&
    matches.container !== null &&
    namesContainer(record, matches.container.value);
  return neededConfidence(agreed, policy);
}

export function containerMatches(context: RuleContext): Finding {
  const { input, record, matches } = context;
  const read = input.container;
  const expected = record?.clearance.containers.map((one) => one.number) ?? [];
  if (record !== null && expected.length === 0 && read === null) return skip("this clearance has no container");
  if (record !== null && expected.length > 1) return bothContainersMatch(context, expected);
  const conflict = otherContainer(context);
  if (conflict !== null) return conflict;
  if (read === null || read.confidence < needed(context)) {
    return fail("HOLD", "NO_CONTAINER", `container ${describe(read)}`, mend("CONTAINER_READ"));
  }
  if (record === null) return skip(`container ${read.text} read, no clearance to compare`);
  if (matches.container === null || !expected.includes(matches.container.value)) {
    const says = expected.join(" or ") || "no container";
    const detail = `container ${read.text} read, clearance ${record.clearance.id} says ${says}`;
    return fail("HOLD", "CONTAINER_MISMATCH", detail, mend("CONTAINER_IS", { containers: says }));
  }
  return ok(`container ${asRead(read, matches.container)}`);
}

/** One container is cleared and another is in view as well: it may be behind the vehicle, or on it. */
function otherContainer({ input, policy }: RuleContext): Finding | null {
  const { container, secondContainer: other } = input;
  if (container === null || other === null || other === undefined) return null;
  if ((other.support ?? other.confidence) < policy.identity.minFusedConfidence) return null;
  const detail = `two containers are in view: ${container.text} and ${other.text}`;
  return fail("HOLD", "CONFLICT", detail, mend("CONTAINER_CHOSEN"));
}

/** Two boxes on one vehicle: both must be seen, and they must be the two of the record. */
function bothContainersMatch({ input, policy }: RuleContext, expected: readonly string[]): Finding {
  const sureOf = (read: { confidence: number; support?: number }) =>
    (read.support ?? read.confidence) >= policy.identity.minAgreeingConfidence;
  const reads = [input.container, input.secondContainer ?? null].flatMap((one) =>
    one !== null && sureOf(one) ? [one.text] : [],
  );
  const missing = expected.filter((number) => !reads.includes(number));
  const strange = reads.filter((number) => !expected.includes(number));
  if (strange.length > 0) {
    const detail = `container ${strange.join(" and ")} read, the clearance says ${expected.join(" and ")}`;
    return fail("HOLD", "CONTAINER_MISMATCH", detail, mend("CONTAINER_IS", { containers: expected.join(", ") }));
  }
  if (missing.length === 0 && new Set(expected).size === expected.length) {
    return ok(`containers ${reads.join(" and ")} are the two cleared`);
  }
  const detail = `of two containers ${reads.length === 1 ? "one" : "none"} was read, ${missing.join(" and ")} is missing`;
  return fail("HOLD", "SECOND_CONTAINER", detail, mend("BOTH_CONTAINERS_READ"));
}

export function plateMatches(context: RuleContext): Finding {
  const { input, record, plateRecord, matches, policy } = context;
  const read = input.plate;
  if (read === null || read.confidence < needed(context)) {
    if (record !== null && vehicleIsKnown(context)) return ok(`plate ${describe(read)}; ${byTag(context)}`);
    return fail("HOLD", "NO_PLATE", `plate ${describe(read)}`, mend("PLATE_READ"));
  }
  if (record === null) return skip(`plate ${read.text} read, no clearance to compare`);
  const expected = record.clearance.vehicle.tractorPlate;
  if (matches.plate?.value === expected) return ok(`plate ${asRead(read, matches.plate)}`);
  if (plateRecord !== null && plateRecord.clearance.id !== record.clearance.id) {
    const detail = `plate ${read.text} belongs to ${named(plateRecord)}, the container to ${named(record)}`;
    return fail("BLOCK", "SWAPPED", detail, mend("TRACTOR_IS", { plate: expected }));
  }
  const detail = `plate ${asRefused(read, matches.nearPlate, expected, policy)}`;
  return fail("HOLD", "PLATE_MISMATCH", detail, mend("TRACTOR_IS", { plate: expected }));
}

/** Why what was read is not the expected value; when it looks alike, why it is not taken for it. */
function asRefused(read: FusedIdentity, near: Near | null, expected: string, policy: LanePolicy): string {
  const both = `${read.text} read, clearance says ${expected}`;
  if (near?.value !== expected || near.room >= minRepairShare(policy)) return both;
  return `${both}: they look alike, but the reads leave ${sure(near.room)} for it and ${sure(minRepairShare(policy))} is asked`;
}

const named = ({ clearance: { id, declarationNo } }: CachedClearance) => `${id} (declaration ${declarationNo})`;

/** A transponder names the vehicle, surely enough to stand in for the plate. */
export function transponderIsKnown({ input, record, policy }: RuleContext): boolean {
  return (
    record !== null && (input.tag?.confidence ?? 0) >= policy.identity.minFusedConfidence && tagNames(input, record)
  );
}

/** A QR code names the declaration. */
export function codeIsKnown({ input, record, policy }: RuleContext): boolean {
  return (
    record !== null && (input.qr?.confidence ?? 0) >= policy.identity.minFusedConfidence && codeNames(input, record)
  );
}

/** An unmanned vehicle has no plate; its certificate names it. */
function vehicleIsKnown(context: RuleContext): boolean {
  return (
    transponderIsKnown(context) ||
    codeIsKnown(context) ||
    (context.record !== null && clientNames(context.input, context.record))
  );
}

function byTag({ input }: RuleContext): string {
  const sources = [input.tag, input.qr, input.client].flatMap((one) => one?.sources ?? []);
  return `the vehicle is known by ${sources.join(" and ")}`;
}

function asRead(read: FusedIdentity, match: Match): string {
  const by = `(${sure(read.confidence)}, ${read.sources.join(" and ")})`;
  if (match.how === "exact") return `${read.text} is the one cleared ${by}`;
  return `${read.text} ${by} is taken for ${match.value}: one likely misreading, no other announced is near, and a second identity agrees`;
}

/** Trailer swapped: HOLD unless the policy ignores trailers (domain guide, 5.2). What nobody has read is no match. */
export function trailerMatches({ vehicle }: Clearance, { input, policy }: RuleContext): Finding {
  const { trailerMustMatch, trailerMayBeUnread } = policy.clearance;
  const expected = vehicle.trailerPlate;
  if (!trailerMustMatch) return skip("the policy does not compare trailers");
  if (expected === undefined) return skip("the clearance names no trailer");
  // All reads as one opinion: one read of the right plate among others that say something else is not enough.
  const { trailer } = fuse(input.reads, policy.identity.minReadConfidence, policy.confusion);
  if (trailer === null) {
    if (trailerMayBeUnread === true) return skip("no trailer plate was read, and the policy asks for none");
    const detail = `trailer was not read, clearance says ${expected}`;
    return fail("HOLD", "TRAILER_UNREAD", detail, mend("TRAILER_READ"));
  }
  if (trailer.text === expected) return ok(`trailer ${expected} is the one cleared`);
  const detail = `trailer ${trailer.text} read, clearance says ${expected}`;
  return fail("HOLD", "TRAILER_MISMATCH", detail, mend("TRAILER_IS", { plate: expected }));
}

export function describe(read: { text: string; confidence: number } | null): string {
  return read === null ? "was not read" : `${read.text} was read with too little certainty (${sure(read.confidence)})`;
}

export function sure(confidence: number): string {
  return `${(confidence * 100).toFixed(1)}%`;
}
