import type { Authority, CachedClearance, Clearance } from "#contract/clearance";
import { declarationIdentity } from "#contract/identifiers";
import type { UtcMs } from "#contract/units";
import { isUnmanned, namesContainer } from "./announced.ts";
import { sealsMatch, weightAgrees } from "./load-rules.ts";
import { containerMatches, plateMatches, trailerMatches } from "./match-rules.ts";
import { mend } from "./mends.ts";
import { decidedHere, identitiesAgree, tagsMatch } from "./quality-rules.ts";
import { inForce, restOfLoad, suspensionOf, usedLoad } from "./records.ts";
import { type Finding, fail, ok, type Rule, type RuleContext, skip, withRecord } from "./rule.ts";
import { utcOf } from "./time.ts";

/** The ordered table: vetoes, presence, match, quality. The first that fails decides. */
export const RULES: readonly Rule[] = [
  { id: "V1", check: laneFit },
  { id: "V2", check: withRecord(notSuspended) },
  { id: "V3", check: withRecord(notWatched) },
  { id: "V4", check: withRecord(notUsed) },
  { id: "P1", check: clearanceExists },
  { id: "P2", check: withRecord(siblingsEligible) },
  { id: "P3", check: withRecord(statusAllows) },
  { id: "P4", check: withRecord(authoritiesReleased) },
  { id: "P5", check: withRecord(validHereAndNow) },
  { id: "P6", check: withRecord(channelDone) },
  { id: "P7", check: withRecord(scanDone) },
  { id: "M1", check: containerMatches },
  { id: "M2", check: plateMatches },
  { id: "M3", check: withRecord(trailerMatches) },
  { id: "M4", check: withRecord(sealsMatch) },
  { id: "M5", check: withRecord(weightAgrees) },
  { id: "M6", check: tagsMatch },
  { id: "Q1", check: identitiesAgree },
  { id: "Q2", check: decidedHere },
];

function laneFit({ input }: RuleContext): Finding {
  if (!input.boomHealthy) {
    return fail("HOLD", "LANE_FAULT", "the boom is not healthy or not closed", mend("BOOM_HEALTHY"));
  }
  return input.occupancyConsistent
    ? ok("boom closed and healthy, sensors agree")
    : fail("HOLD", "LANE_FAULT", "loops, photo-eyes and weighbridge contradict each other", mend("SENSORS_AGREE"));
}

/** No suspension on any declaration of the load (domain guide, section 6, V2); one stands until it is lifted. */
function notSuspended({ id }: Clearance, { candidates }: RuleContext, cached: CachedClearance): Finding {
  for (const one of [cached, ...restOfLoad(cached, candidates)]) {
    const hold = suspensionOf(one);
    if (hold === undefined) continue;
    const what = one === cached ? id : `${one.clearance.id}, of the same load as ${id},`;
    const detail = `${what} is suspended by ${hold.by} since ${hold.since}`;
    return fail("BLOCK", "SUSPENDED", detail, mend("SUSPENSION_LIFTED", { by: hold.by }));
  }
  return ok(`no suspension on ${id} or another declaration of the load`);
}

function notWatched({ id, holds }: Clearance): Finding {
  const hold = holds.find((one) => one.kind === "WATCH");
  return hold === undefined
    ? ok(`${id} is not on the watch list`)
    : fail("HOLD", "WATCH", `${id} is on the watch list of ${hold.by}`, mend("WATCH_RESOLVED"));
}

function notUsed({ id }: Clearance, { passage, candidates }: RuleContext, cached: CachedClearance): Finding {
  const used = usedLoad(cached, candidates);
  if (used.consumption === "none" || used.passage === passage) return ok(`${id} was not used before`);
  const what = used === cached ? id : `${used.clearance.id}, which ${id} amends,`;
  const detail = `${what} is ${used.consumption} by passage ${used.passage ?? "?"}`;
  return fail("BLOCK", "DUPLICATE", detail, mend("NEW_CLEARANCE"));
}

function clearanceExists({ record, input, matches }: RuleContext): Finding {
  if (record !== null) return ok(`clearance ${record.clearance.id}, version ${record.clearance.version}`);
  const what = input.container?.text ?? input.plate?.text;
  if (what === undefined) return skip("nothing was read that could be looked up");
  const near = matches.nearContainer ?? matches.nearPlate;
  const hint = near === null ? "" : `; ${near.value} is announced and looks alike`;
  return fail("HOLD", "NO_CLEARANCE", `no clearance for ${what}${hint}`, mend("CLEARANCE_SENT", { what }));
}

const isFinal = (status: Clearance["status"]): boolean => status === "CLEARED" || status === "RELEASED";
const isAllowed = (status: Clearance["status"]): boolean => isFinal(status) || status === "TRANSPORT_APPROVED";

function statusAllows({ id, status }: Clearance): Finding {
  return isAllowed(status)
    ? ok(`status ${status}`)
    : fail("HOLD", "NOT_CLEARED", `status of ${id} is ${status}`, mend("CUSTOMS_CLEARS", { clearance: id }));
}

function authoritiesReleased({ id, authorities }: Clearance, { policy }: RuleContext): Finding {
  const missing = policy.clearance.requiredAuthorities.filter((name: Authority) => authorities[name] !== true);
  return missing.length === 0
    ? ok(`released by ${policy.clearance.requiredAuthorities.join(", ") || "nobody, none is required"}`)
    : fail(
        "HOLD",
        "AUTHORITY",
        `${id} is not released by ${missing.join(", ")}`,
        mend("AUTHORITIES_RELEASE", { authorities: missing.join(", "), clearance: id }),
      );
}

function validHereAndNow(clearance: Clearance, { utc, site, input }: RuleContext): Finding {
  const { id, validFrom, validTo, lanes, direction } = clearance;
  if (input.clockSteppedMs !== undefined) {
    const detail = `the clock was set by ${Math.round(input.clockSteppedMs / 1000)} s: no date can be held against it`;
    return fail("HOLD", "CLOCK", detail, mend("CLOCK_CONFIRMED"));
  }
  // Written so that a date which is none fails: no comparison with NaN holds.
  if (!(utc <= utcOf(validTo)))
    return fail("HOLD", "EXPIRED", `${id} expired at ${validTo}`, mend("CLEARANCE_EXTENDED", { clearance: id }));
  if (!(utc >= utcOf(validFrom)))
    return fail("HOLD", "NOT_YET_VALID", `${id} is valid from ${validFrom}`, mend("TIME_COMES", { from: validFrom }));
  if (direction !== "TRANSIT" && direction !== site.direction) {
    return fail(
      "HOLD",
      "WRONG_LANE",
      `${id} is for ${direction}, this lane is for ${site.direction}`,
      mend("OTHER_DIRECTION"),
    );
  }
  if (lanes !== undefined && !lanes.includes(site.lane)) {
    return fail(
      "HOLD",
      "WRONG_LANE",
      `${id} is for ${lanes.join(", ")}, this is ${site.lane}`,
      mend("OTHER_LANE", { lanes: lanes.join(", ") }),
    );
  }
  return inSlot(clearance, utc) ?? ok(`valid until ${validTo}`);
}

/** An unmanned vehicle is announced for a time; any other only when its record says so. */
function inSlot(clearance: Clearance, utc: UtcMs): Finding | null {
  const { id, slot } = clearance;
  if (slot === undefined) {
    if (!isUnmanned(clearance)) return null;
    return fail("HOLD", "SLOT", `${id} is for an unmanned vehicle and names no time slot`, mend("SLOT_ANNOUNCED"));
  }
  if (utc >= utcOf(slot.from) && utc <= utcOf(slot.to)) return null;
  return fail(
    "HOLD",
    "SLOT",
    `${id} is booked from ${slot.from} to ${slot.to}`,
    mend("SLOT_COMES", { from: slot.from }),
  );
}

/**
 * Goods that only go on to a supervised yard or to the scanner need their transport approved and no clearance yet: what
 * is still open is done there (domain guide, 5.4). A lane that leads out of the area lets nobody go on to its yard.
 */
const isOnTheWay = ({ moveType }: Clearance, { site }: RuleContext): boolean =>
  site.inward === true && (moveType === "TO_YARD" || moveType === "TO_SCAN");

function channelDone(clearance: Clearance, context: RuleContext): Finding {
  const { id, channel, status, holds, moveType } = clearance;
  if (isOnTheWay(clearance, context) && isAllowed(status))
    return ok(`${moveType}, status ${status}; channel ${channel} comes later`);
  if (holds.some((one) => one.kind === "DOCUMENTS")) {
    return fail("HOLD", "DOCUMENTS", `documents of ${id} are open`, mend("DOCUMENTS_CLOSED", { clearance: id }));
  }
  if (channel === 1 || isFinal(status)) return ok(`channel ${channel}, status ${status}`);
  if (channel === 3) {
    const detail = `${id} is in the red channel and not cleared`;
    return fail("DIVERT", "INSPECTION", detail, mend("INSPECTED", { what: id }));
  }
  const detail = `${id} is in the yellow channel and not cleared`;
  return fail("HOLD", "DOCUMENTS", detail, mend("DOCUMENTS_CLOSED", { clearance: id }));
}

/** On the list of containers to be scanned (form 03), until the result is there; some lists end the hold instead. */
function scanDone(clearance: Clearance, context: RuleContext): Finding {
  const { id, holds, containers, moveType } = clearance;
  const suspect = containers.find(({ scanResult }) => scanResult === "SUSPECT");
  if (suspect !== undefined) {
    const detail = `the scan of ${suspect.number} found something`;
    return fail("DIVERT", "INSPECTION", detail, mend("INSPECTED", { what: suspect.number }));
  }
  if (isOnTheWay(clearance, context)) return ok(`${moveType}: ${id} is scanned after this`);
  const open = containers.find(({ scanRequired, scanResult }) => scanRequired === true && scanResult !== "OK");
  if (open !== undefined) return fail("DIVERT", "SCAN", `${open.number} is to be scanned`, mend("SCANNED"));
  return holds.some((one) => one.kind === "SCAN")
    ? fail("DIVERT", "SCAN", `${id} is to be scanned`, mend("SCANNED"))
    : ok(`${id} is not to be scanned, or was`);
}

/**
 * All declarations that share a container must be eligible and presented (Circular 39/2018, article 52a). One of another
 * time, or of a trip that is over, is not of this load.
 */
function siblingsEligible(clearance: Clearance, context: RuleContext): Finding {
  const { candidates, passage, policy, utc } = context;
  const sharing = inForce(candidates, passage).filter(
    (one) =>
      one.clearance.id !== clearance.id &&
      one.consumption !== "consumed" &&
      clearance.containers.some(({ number }) => namesContainer(one, number)) &&
      utc <= utcOf(one.clearance.validTo) &&
      utc >= utcOf(one.clearance.validFrom),
  );
  const absent = (clearance.siblings ?? []).filter(
    (sibling) =>
      !sharing.some((one) => declarationIdentity(one.clearance.declarationNo) === declarationIdentity(sibling)),
  );
  if (absent.length > 0) {
    const detail = `declaration ${absent.join(", ")} shares the load of ${clearance.id} and is not on the list`;
    return fail("HOLD", "DECLARATIONS", detail, mend("DECLARATION_SENT", { declarations: absent.join(", ") }));
  }
  if (sharing.length === 0) return skip(`no other declaration shares the load of ${clearance.id}`);
  const open = sharing.filter(
    ({ clearance: other, consumption, passage: user }) =>
      !isAllowed(other.status) ||
      other.holds.length > 0 ||
      policy.clearance.requiredAuthorities.some((name) => other.authorities[name] !== true) ||
      (consumption === "reserved" && user !== passage),
  );
  const names = (list: readonly CachedClearance[]) =>
    list
      .map((one) => one.clearance.id)
      .sort()
      .join(", ");
  if (open.length === 0) return ok(`${names(sharing)} share the load and are eligible`);
  const detail = `${names(open)} share the load and are not eligible`;
  return fail("HOLD", "DECLARATIONS", detail, mend("SIBLINGS_ELIGIBLE", { clearances: names(open) }));
}
