import type { Authority, CachedClearance, Clearance } from "#contract/clearance";
import { containerMatches, identitiesAgree, plateMatches, trailerMatches, weightAgrees } from "./match-rules.ts";
import { type Finding, fail, ok, type Rule, type RuleContext, skip, withRecord } from "./rule.ts";
import { utcOf } from "./time.ts";

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
  // Written so that a date which is none fails: no comparison with NaN holds.
  if (!(utc <= utcOf(validTo))) return fail("HOLD", "EXPIRED", `${id} expired at ${validTo}`, `${id} is extended`);
  if (!(utc >= utcOf(validFrom)))
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
