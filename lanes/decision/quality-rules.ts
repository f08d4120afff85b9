import type { FusedIdentity, PassGround } from "#contract/decision";
import { declarationIdentity, declarationInCode } from "#contract/identifiers";
import { deviceOf } from "../fusion/witness.ts";
import { isEmpty, isUnmanned, namesContainer } from "./announced.ts";
import { mayPassUnweighed } from "./load-rules.ts";
import { unwitnessedTwin } from "./lookalike.ts";
import { codeIsKnown, needed, transponderIsKnown } from "./match-rules.ts";
import { clientNames, codeNames, namesPlate, tagNames } from "./matching.ts";
import { mend } from "./mends.ts";
import { READING_SETS, type ReadingSet, type Sight } from "./reading-sets.ts";
import { type Finding, fail, NO_RECORD, ok, type RuleContext } from "./rule.ts";

/** Transponder and QR code, where one was read or the policy asks for one. */
export function tagsMatch(context: RuleContext): Finding {
  const { input, record, policy } = context;
  if (record === null) return NO_RECORD;
  if (tagContradicts(context)) {
    const read = [input.tag, input.qr].flatMap((one) => (one === null || one === undefined ? [] : [one.text]));
    const { id, declarationNo, vehicle } = record.clearance;
    const detail = `${read.join(" and ")} read, ${id} (declaration ${declarationNo}) is for ${vehicle.tractorPlate}`;
    return fail("BLOCK", "CONFLICT", detail, mend("VEHICLE_FOUND_OUT"));
  }
  const present = { tag: transponderIsKnown(context), qr: codeIsKnown(context) };
  const missing = policy.clearance.requiredIdentities.filter((kind) => !present[kind]);
  if (missing.length > 0) {
    const detail = `${missing.join(" and ")} required and not read`;
    return fail("HOLD", "TAG_UNREAD", detail, mend("IDENTITY_READ", { identities: missing.join(", ") }));
  }
  return present.tag || present.qr
    ? ok(`${present.tag ? "transponder" : "QR code"} agrees with ${record.clearance.id}`)
    : { outcome: "not-applicable", detail: "no transponder or QR code was read, none is required" };
}

/** A transponder of another vehicle, or the QR code of a declaration that has nothing to do with this container. */
function tagContradicts({ input, record, candidates, policy }: RuleContext): boolean {
  if (record === null) return false;
  const sure = (one: FusedIdentity | null | undefined) => (one?.confidence ?? 0) >= policy.identity.minFusedConfidence;
  if (sure(input.tag) && !tagNames(input, record)) return true;
  const declared = declarationInCode(input.qr?.text ?? "");
  if (!sure(input.qr) || declared === null || codeNames(input, record)) return false;
  const shared = candidates.filter((one) =>
    record.clearance.containers.some(({ number }) => namesContainer(one, number)),
  );
  return shared.every(({ clearance }) => declarationIdentity(clearance.declarationNo) !== declared);
}

/** What was seen, in the terms of the table of reading combinations. */
function sightOf(context: RuleContext): Sight {
  const { input, record, plateRecord, matches } = context;
  const container = matches.container;
  const usable = (one: FusedIdentity | null) => one !== null && one.confidence >= needed(context);
  const several = (record?.clearance.containers.length ?? 0) > 1;
  const seen = container !== null && namesContainerOf(context) && (usable(input.container) || several);
  return {
    container: seen ? (container.how === "exact" ? "K" : "k") : "-",
    plate: plateSight(context),
    tag: tagContradicts(context) ? "X" : transponderIsKnown(context) ? "T" : codeIsKnown(context) ? "Q" : "-",
    client: record !== null && clientNames(input, record),
    unmanned: record !== null && isUnmanned(record.clearance),
    boxed: (record ?? plateRecord)?.clearance.containers.length !== 0,
  };
}

function namesContainerOf({ record, matches }: RuleContext): boolean {
  return record !== null && namesContainer(record, matches.container?.value);
}

function plateSight(context: RuleContext): Sight["plate"] {
  const { input, record, plateRecord, matches } = context;
  if (record === null || matches.plate === null || input.plate === null) return "-";
  if (input.plate.confidence < needed(context)) return "-";
  if (!namesPlate(record, matches.plate.value)) {
    return plateRecord !== null && plateRecord.clearance.id !== record.clearance.id ? "X" : "-";
  }
  return matches.plate.how === "exact" ? "P" : "p";
}

function readingSet(context: RuleContext): ReadingSet | undefined {
  const sight = sightOf(context);
  return READING_SETS.find(({ fits }) => fits(sight));
}

/** Everything a PASS would rest on, the combination of identities first. Empty when they justify none. */
export function passGrounds(context: RuleContext): readonly PassGround[] {
  const { input, record } = context;
  const set = record === null ? undefined : readingSet(context);
  if (set === undefined || record === null || !("ground" in set.gives)) return [];
  return [
    set.gives.ground,
    ...(isEmpty(record.clearance) ? (["emptyReturn"] as const) : []),
    ...(mayPassUnweighed(record.clearance, context) ? (["withoutWeight"] as const) : []),
    ...(listIsStale(context) ? (["offlineStale"] as const) : []),
    ...(input.link === "offline" && !listIsStale(context) ? (["offlineFresh"] as const) : []),
  ];
}

/** Never on one identity alone, and never on sources that are one device (domain guide, section 6, Q1). */
export function identitiesAgree(context: RuleContext): Finding {
  const { input, record, policy } = context;
  if (record === null) return NO_RECORD;
  const set = readingSet(context);
  if (set === undefined || !("ground" in set.gives)) {
    const verdict = set !== undefined && "verdict" in set.gives ? set.gives : undefined;
    const wouldOpen = mend(verdict?.reason === "CONFLICT" ? "VEHICLE_FOUND_OUT" : "SECOND_IDENTITY");
    const detail = `${set?.reads ?? "nothing"}: the identities do not justify a PASS on ${record.clearance.id}`;
    return fail(verdict?.verdict ?? "HOLD", verdict?.reason ?? "LOW_CONFIDENCE", detail, wouldOpen);
  }
  const sources = sourcesOfAgreement(context);
  if (new Set(sources.map(deviceOf)).size < 2) {
    return fail("HOLD", "LOW_CONFIDENCE", "every identity comes from one device", mend("SECOND_DEVICE"));
  }
  const twin = policy.identity.lookalikeWitness === true ? unwitnessedTwin(context) : null;
  if (twin !== null) {
    const detail = `plate ${input.plate?.text} looks like ${twin}, which could be a plate as well, and one device read it`;
    return fail("HOLD", "LOW_CONFIDENCE", detail, mend("SECOND_WITNESS"));
  }
  return ok(`${set.reads}, by ${sources.join(", ")}, agree on ${record.clearance.id}`);
}

/** Who has read what agrees with the record. What points elsewhere, or is unsure, is no second opinion. */
function sourcesOfAgreement(context: RuleContext): readonly string[] {
  const { input, record, matches } = context;
  if (record === null) return [];
  const agreeing = [
    namesContainer(record, matches.container?.value) ? input.container : null,
    matches.plate !== null && namesPlate(record, matches.plate.value) ? input.plate : null,
    transponderIsKnown(context) ? input.tag : null,
    codeIsKnown(context) ? input.qr : null,
    clientNames(input, record) ? input.client : null,
  ];
  return agreeing.flatMap((one) => one?.sources ?? []);
}

/** Over a line that stands an answer takes its time: a list confirmed so lately is as operations have it now, milliseconds. */
export const ANSWER_MS = 30_000;

/**
 * Operations have not confirmed the list for longer than it counts as fresh. A line that stands proves nothing: the
 * broker answers for itself (domain guide, 5.2). Written so that an age which is no number is stale.
 */
function listIsStale({ input, policy }: RuleContext): boolean {
  const { freshMs } = policy.offline;
  return !(input.clearanceAgeMs <= (input.link === "online" ? Math.max(freshMs, ANSWER_MS) : freshMs));
}

/** How old the list may be, and whether what the PASS rests on is for the lane or for an officer to act on. */
export function decidedHere(context: RuleContext): Finding {
  const { input, policy } = context;
  const list = `${input.link}, list version ${input.clearanceVersion}`;
  const age = `confirmed ${Math.round(input.clearanceAgeMs / 1000)} s ago`;
  // Written so that an age which is no number fails.
  if (!(input.clearanceAgeMs <= Math.max(policy.offline.limitMs, ANSWER_MS))) {
    return fail("HOLD", "CACHE_TOO_OLD", `${list} was ${age}`, mend("LIST_RENEWED"));
  }
  const detail = `${list}, ${age}: ${listIsStale(context) ? "stale, within the limit" : "fresh"}`;
  const proposed = passGrounds(context).filter(
    (ground) => (policy.outcomes[ground] ?? "PROPOSE_TO_OFFICER") === "PROPOSE_TO_OFFICER",
  );
  if (proposed.length === 0) return ok(detail);
  return fail(
    "HOLD",
    "OFFICER_DECIDES",
    `${detail}; for ${proposed.join(", ")} the policy wants an officer`,
    mend("OFFICER_AGREES"),
  );
}
