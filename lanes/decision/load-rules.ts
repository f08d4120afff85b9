import type { Clearance } from "#contract/clearance";
import type { SealRead } from "#contract/decision";
import { isEmpty, namesContainers, remainingBulkKg, sealsOf } from "./announced.ts";
import { NOT_IN_POSITION } from "./match-rules.ts";
import { mend } from "./mends.ts";
import { type Finding, fail, ok, type RuleContext, skip } from "./rule.ts";

/** Domain guide, section 3, "Weight": no legal tolerance exists for a gate, so every figure is policy. */
export function weightAgrees(clearance: Clearance, context: RuleContext): Finding {
  const { input, policy, site } = context;
  if (!site.weighbridge) return namesContainers(clearance) ? skip("this lane has no weighbridge") : LOAD_UNKNOWN;
  if (input.weight === null) return notWeighed(clearance, context);
  if (!input.weight.zeroSeen) {
    const detail = "the weighbridge was not seen at zero before this vehicle";
    return fail("HOLD", "NO_WEIGHT", detail, mend("WEIGHED_AFTER_ZERO"));
  }
  const gross = input.weight.grossKg;
  const agreed = isEmpty(clearance) ? emptyAgrees(clearance, gross, context) : loadAgrees(clearance, gross, context);
  if (agreed.outcome !== "pass" || gross <= policy.weight.legalGrossKg) return agreed;
  const flag = `${agreed.detail}; ${gross} kg is above the legal gross weight of ${policy.weight.legalGrossKg} kg`;
  return policy.weight.aboveLegal === "REPORT"
    ? ok(flag)
    : fail("HOLD", "OVERWEIGHT", flag, mend("OVERWEIGHT_DECIDED"));
}

/**
 * Cleared without a container: that nobody could read a number does not say that there is none, and a load without its
 * number never passes (domain guide, 5.2, "No container read"). Only the weight tells, or somebody who looks.
 */
const LOAD_UNKNOWN = fail(
  "HOLD",
  "NO_WEIGHT",
  "cleared without a container, and this lane has no weighbridge that could tell whether it carries one",
  mend("LOOKED_INSIDE"),
);

/** Green goods may pass unweighed while the weighbridge cannot be read, if the policy lets them (domain guide, 6). */
export function mayPassUnweighed(clearance: Clearance, { input, policy, site }: RuleContext): boolean {
  const down = site.weighbridge && input.weight === null && input.weighbridgeDown === true;
  return down && namesContainers(clearance) && clearance.channel === 1 && policy.outcomes.withoutWeight === "AUTO_OPEN";
}

function notWeighed(clearance: Clearance, context: RuleContext): Finding {
  const { input } = context;
  const detail = input.weightFault ?? "the vehicle was not weighed";
  if (mayPassUnweighed(clearance, context)) {
    return ok(`${detail}; the weighbridge cannot be read and the policy lets the green channel pass without`);
  }
  return fail("HOLD", input.weightFault === NOT_IN_POSITION ? "POSITION" : "NO_WEIGHT", detail, mend("WEIGHED"));
}

function emptyAgrees({ vehicle, containers }: Clearance, gross: number, { policy }: RuleContext): Finding {
  const limit = vehicle.tareKg + containers.reduce((sum, one) => sum + one.tareKg, 0) + policy.weight.emptyToleranceKg;
  if (gross <= limit) return ok(`empty: ${gross} kg, at most ${limit} kg`);
  const detail = `empty vehicle weighs ${gross} kg, at most ${limit} kg is plausible`;
  return fail("HOLD", "WEIGHT", detail, mend("LOOKED_INSIDE"));
}

function loadAgrees(clearance: Clearance, gross: number, { policy }: RuleContext): Finding {
  const net = gross - clearance.vehicle.tareKg;
  const remaining = remainingBulkKg(clearance);
  const declared = remaining ?? clearance.containers.reduce((sum, one) => sum + one.declaredGrossKg, 0);
  const tolerance = Math.max(policy.weight.toleranceKg, Math.round(declared * policy.weight.toleranceShare));
  const difference = net - declared;
  const detail = `net ${net} kg, declared ${declared} kg, difference ${difference} kg, allowed ${tolerance} kg`;
  // Of loose goods less than declared may go (Circular 39/2018, article 52a.5.c.3.1): the rest comes with the next.
  const agrees = remaining === null ? Math.abs(difference) <= tolerance : difference <= 0;
  if (agrees) return ok(detail);
  return fail("HOLD", "WEIGHT", detail, mend("LOAD_CHECKED"));
}

/** Seals as named, and none broken (Circular 39/2018, articles 52b and 52c). */
export function sealsMatch({ containers }: Clearance, { input, policy }: RuleContext): Finding {
  const seals = input.seals ?? [];
  const broken = seals.find(({ state }) => state === "broken" || state === "alarm");
  if (broken !== undefined) {
    const detail = `${broken.kind} seal ${broken.text ?? "without a number"}: ${broken.state}, by ${broken.source}`;
    return fail("BLOCK", "SEAL_BROKEN", detail, mend("SEAL_INSPECTED"));
  }
  const silent = seals.find(({ state }) => state === "silent");
  if (silent !== undefined) {
    const detail = `${silent.kind} seal ${silent.text ?? ""} is not heard`;
    return fail("HOLD", "SEAL_UNREAD", detail, mend("SEAL_HEARD"));
  }
  const wanted = containers.filter(({ empty }) => !empty);
  const named = wanted.flatMap(sealsOf);
  if (policy.clearance.sealMustBeRead && wanted.some((one) => sealsOf(one).length === 0)) {
    return fail("HOLD", "SEAL_DATA", "the record names no seal", mend("SEALS_SENT"));
  }
  if (named.length === 0) return skip("the record names no seal and the policy asks for none");
  return compare(seals, named, policy.clearance.sealMustBeRead);
}

function compare(seals: readonly SealRead[], named: ReturnType<typeof sealsOf>, mustBeRead: boolean): Finding {
  for (const { kind, text } of named) {
    const read = seals.filter((one) => one.kind === kind && one.text !== null);
    if (read.some((one) => one.text === text)) continue;
    const found = read.map((one) => one.text).join(" and ");
    if (found !== "") {
      const detail = `${kind} seal ${found} read, the record says ${text}`;
      return fail("HOLD", "SEAL_MISMATCH", detail, mend("SEAL_IS", { kind, seal: text }));
    }
    if (mustBeRead) {
      const detail = `${kind} seal ${text} was not read`;
      return fail("HOLD", "SEAL_UNREAD", detail, mend("SEAL_READ", { kind, seal: text }));
    }
  }
  return ok(`seals as in the record: ${named.map(({ text }) => text).join(", ")}`);
}
