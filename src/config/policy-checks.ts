import type { LanePolicy } from "#lanes/decision/policy";

/** A mistake that a schema cannot see: values that are fine one by one and make no sense together. */
export interface PolicyContradiction {
  readonly path: readonly string[];
  readonly value: string;
  readonly expected: string;
  readonly fix: string;
}

export interface PolicySurroundings {
  /** What this lane can read beside plates and containers; absent: not known, and not checked. */
  readonly readers?: ReadonlySet<"tag" | "qr" | "seal">;
}

/** Every contradiction in a policy that fits its schema. */
export function policyContradictions(policy: LanePolicy, { readers }: PolicySurroundings = {}): PolicyContradiction[] {
  return [
    ...certaintyIssues(policy),
    ...weightIssues(policy),
    ...offlineIssues(policy),
    ...timerIssues(policy),
    ...authorityIssues(policy),
    ...trailerIssues(policy),
    ...(readers === undefined ? [] : readerIssues(policy, readers)),
  ];
}

/** What reads that all say the same leave for a likely misreading at most, with something to spare. */
const LEAST_ROOM = 0.1;

type Check = readonly [broken: boolean, issue: PolicyContradiction];
const found = (checks: readonly Check[]): PolicyContradiction[] =>
  checks.flatMap(([broken, issue]) => (broken ? [issue] : []));

function certaintyIssues({ identity }: LanePolicy): PolicyContradiction[] {
  const { minReadConfidence, minAgreeingConfidence, minFusedConfidence, minRepairShare = 1 } = identity;
  return found([
    [
      minRepairShare < LEAST_ROOM,
      {
        path: ["identity", "minRepairShare"],
        value: `${minRepairShare}: cameras that agree on another plate would be overruled`,
        expected: `at least ${LEAST_ROOM}`,
        fix: "raise it: a plate of the same fleet may look like the one announced",
      },
    ],
    [
      minFusedConfidence < 0.5,
      {
        path: ["identity", "minFusedConfidence"],
        value: `${minFusedConfidence}: an identity that is more likely wrong than right would count as known`,
        expected: "at least 0.5",
        fix: "raise it",
      },
    ],
    [
      minAgreeingConfidence < 0.5,
      {
        path: ["identity", "minAgreeingConfidence"],
        value: `${minAgreeingConfidence}: two guesses would count as agreement`,
        expected: "at least 0.5",
        fix: "raise it",
      },
    ],
    [
      minAgreeingConfidence > minFusedConfidence,
      {
        path: ["identity", "minAgreeingConfidence"],
        value: `${minAgreeingConfidence}, more than minFusedConfidence, ${minFusedConfidence}`,
        expected: "at most minFusedConfidence",
        fix: "an identity that another supports needs no more than one alone",
      },
    ],
    [
      minReadConfidence > minFusedConfidence,
      {
        path: ["identity", "minReadConfidence"],
        value: `${minReadConfidence}, more than minFusedConfidence, ${minFusedConfidence}`,
        expected: "at most minFusedConfidence",
        fix: "lower it, or reads that would do are not heard",
      },
    ],
  ]);
}

function weightIssues({ weight }: LanePolicy): PolicyContradiction[] {
  return found([
    [
      weight.zeroBandDivisions >= weight.emptyBelowDivisions,
      {
        path: ["weight", "zeroBandDivisions"],
        value: `${weight.zeroBandDivisions} d, not less than emptyBelowDivisions, ${weight.emptyBelowDivisions} d`,
        expected: "less than emptyBelowDivisions",
        fix: "a loaded deck must never count as zero",
      },
    ],
    [
      weight.stableSpreadDivisions >= weight.emptyBelowDivisions,
      {
        path: ["weight", "stableSpreadDivisions"],
        value: `${weight.stableSpreadDivisions} d, not less than emptyBelowDivisions, ${weight.emptyBelowDivisions} d`,
        expected: "less than emptyBelowDivisions",
        fix: "lower it: such a weight is not stable",
      },
    ],
  ]);
}

function offlineIssues({ offline, outcomes }: LanePolicy): PolicyContradiction[] {
  return found([
    [
      offline.freshMs > offline.limitMs,
      {
        path: ["offline", "freshMs"],
        value: `${offline.freshMs}, more than limitMs, ${offline.limitMs}`,
        expected: "at most limitMs",
        fix: "the ladder is fresh, stale, beyond the limit: correct one of the two",
      },
    ],
    [
      outcomes.offlineFresh === "PROPOSE_TO_OFFICER" && outcomes.offlineStale === "AUTO_OPEN",
      {
        path: ["outcomes", "offlineStale"],
        value: "AUTO_OPEN, while a fresh list is left to an officer",
        expected: "PROPOSE_TO_OFFICER",
        fix: "an older list cannot justify more than a fresh one",
      },
    ],
  ]);
}

function timerIssues({ timers, identity }: LanePolicy): PolicyContradiction[] {
  return found([
    [
      timers.underClearMs > timers.recoveryClearMs,
      {
        path: ["timers", "recoveryClearMs"],
        value: `${timers.recoveryClearMs}, less than underClearMs, ${timers.underClearMs}`,
        expected: "at least underClearMs",
        fix: "after a restart the wait is the longer one",
      },
    ],
    [
      identity.recaptureMs > identity.limitMs,
      {
        path: ["identity", "recaptureMs"],
        value: `${identity.recaptureMs}, more than limitMs, ${identity.limitMs}`,
        expected: "at most limitMs",
        fix: "lower it, or no second picture is ever taken",
      },
    ],
  ]);
}

/** Without customs nothing may leave the area (Law on Customs, article 41: goods move only with a customs document). */
function authorityIssues({ clearance }: LanePolicy): PolicyContradiction[] {
  return found([
    [
      !clearance.requiredAuthorities.includes("customs"),
      {
        path: ["clearance", "requiredAuthorities"],
        value: `[${clearance.requiredAuthorities.join(", ")}], without customs`,
        expected: "customs among them",
        fix: "add customs: no goods pass without its release",
      },
    ],
  ]);
}

function trailerIssues({ clearance }: LanePolicy): PolicyContradiction[] {
  return found([
    [
      clearance.trailerMayBeUnread === true && !clearance.trailerMustMatch,
      {
        path: ["clearance", "trailerMayBeUnread"],
        value: "true, and trailers are not compared at all",
        expected: "trailerMustMatch true beside it",
        fix: "set trailerMustMatch to true, or take this line out",
      },
    ],
  ]);
}

/** What is required and cannot be read here would hold every vehicle for ever. */
function readerIssues({ clearance }: LanePolicy, readers: ReadonlySet<string>): PolicyContradiction[] {
  const missing = clearance.requiredIdentities.filter((kind) => !readers.has(kind));
  return found([
    ...missing.map(
      (kind): Check => [
        true,
        {
          path: ["clearance", "requiredIdentities"],
          value: `${kind}, which no device of this lane reads`,
          expected: "identities that this lane can read",
          fix: `add a device that reads it, or take ${kind} out`,
        },
      ],
    ),
    [
      clearance.sealMustBeRead && !readers.has("seal"),
      {
        path: ["clearance", "sealMustBeRead"],
        value: "true, and no device of this lane reads seals",
        expected: "false",
        fix: "add a device that reads seals, or set it to false",
      },
    ],
  ]);
}
