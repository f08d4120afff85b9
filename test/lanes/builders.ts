import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { CachedClearance, Clearance } from "#contract/clearance";
import type { DecisionInput, FusedIdentity, IdentityRead } from "#contract/decision";
import type { GateInputs } from "#contract/device";
import type { ContainerReading, PlateReading, Quad, WeightSample } from "#contract/reading";
import type { LanePolicy } from "#lanes/decision/policy";
import { utcOf } from "#lanes/decision/time";
import type { LaneSite } from "#lanes/passage/model";

/** The moment every story begins. */
export const EPOCH = utcOf("2026-10-10T08:00:00Z");

/** The vehicle of the stories and what is declared for it. */
export const TRACTOR = "12C12345";
export const TRAILER = "12R01234";
export const CONTAINER = "CSQU3054383";
export const OTHER_TRACTOR = "29H67890";
export const OTHER_CONTAINER = "TEXU3070079";
export const TARE_KG = 15_000;
export const DECLARED_KG = 20_000;
export const GROSS_KG = TARE_KG + DECLARED_KG;

const STANDARD: LanePolicy = parse(
  readFileSync(new URL("../../config/policies/standard.yaml", import.meta.url), "utf8"),
);

type Patch = {
  readonly [K in keyof LanePolicy]?: LanePolicy[K] extends object ? Partial<LanePolicy[K]> : LanePolicy[K];
};

/** The policy that is shipped, with changes section by section. */
export function policyWith(patch: Patch = {}): LanePolicy {
  const merged = Object.entries({ ...patch, ...STANDARD }).map(([section, value]) => {
    const change = patch[section as keyof LanePolicy];
    return [section, typeof value === "object" ? { ...value, ...(change as object | undefined) } : (change ?? value)];
  });
  return Object.fromEntries(merged);
}

export const SITE: LaneSite = {
  lane: "lane-1",
  direction: "EXPORT",
  cameras: [
    { id: "front", task: "plate", trigger: "arrival" },
    { id: "side", task: "container", trigger: "scale" },
  ],
  weighbridge: true,
};

/** A clearance under which the vehicle of the stories may pass. */
export function clearance(change: Partial<Clearance> = {}): Clearance {
  return {
    id: "CL-1",
    version: 1,
    issuedAt: "2026-10-10T06:00:00Z",
    source: "VASSCM",
    declarationNo: "308044805740",
    direction: "EXPORT",
    moveType: "BORDER_CROSS",
    status: "CLEARED",
    channel: 1,
    validFrom: "2026-10-09T00:00:00Z",
    validTo: "2026-10-12T00:00:00Z",
    containers: [{ number: CONTAINER, empty: false, tareKg: 2200, declaredGrossKg: DECLARED_KG }],
    vehicle: { tractorPlate: TRACTOR, tareKg: TARE_KG },
    authorities: { customs: true, border_guard: true },
    holds: [],
    ...change,
  };
}

export const cached = (change: Partial<Clearance> = {}, use: Partial<CachedClearance> = {}): CachedClearance => ({
  clearance: clearance(change),
  consumption: "none",
  ...use,
});

/** A lane that works, the boom down and nobody there. */
export const QUIET: GateInputs = {
  boomOpen: false,
  boomClosed: true,
  boomBroken: false,
  motorFault: false,
  estopOk: true,
  modeAuto: true,
  loopArrival: false,
  loopUnder: false,
  loopExit: false,
  eyeScaleFront: false,
  eyeScaleRear: false,
  curtain: false,
  cabinetClosed: true,
  mainsOk: true,
  upsLow: false,
  manualOpenButton: false,
  fireOpen: false,
};

const BOX: Quad = [
  [0, 0],
  [100, 0],
  [100, 20],
  [0, 20],
];

export function plateReading(text: string, confidence = 0.97): PlateReading {
  return { kind: "plate", text, confidence, alternatives: [], box: BOX, country: "VN", plateKind: "tractor", lines: 1 };
}

export function containerReading(
  text: string,
  confidence = 0.97,
  check: ContainerReading["check"] = "verified",
): ContainerReading {
  return { kind: "container", text, confidence, alternatives: [], box: BOX, check };
}

export function read(change: Partial<IdentityRead> & Pick<IdentityRead, "kind" | "text">): IdentityRead {
  return { raw: change.text, confidence: 0.97, source: change.kind === "plate" ? "front" : "side", ...change };
}

export function identity(text: string, change: Partial<FusedIdentity> = {}): FusedIdentity {
  return { text, confidence: 0.97, sources: ["front"], dissent: [], ...change };
}

/** Everything in order: on these facts the standard rules give PASS. */
export function decisionInput(change: Partial<DecisionInput> = {}): DecisionInput {
  return {
    container: identity(CONTAINER, { sources: ["side"] }),
    plate: identity(TRACTOR),
    reads: [],
    weight: { grossKg: GROSS_KG, spreadKg: 0, zeroSeen: true },
    weightFault: null,
    link: "online",
    clearanceVersion: 7,
    clearanceAgeMs: 0,
    boomHealthy: true,
    occupancyConsistent: true,
    ...change,
  };
}

export function sample(change: Partial<WeightSample> = {}): WeightSample {
  return {
    at: 0,
    sequence: 1,
    grossKg: 0,
    stable: true,
    atZero: false,
    overRange: false,
    underRange: false,
    ...change,
  };
}
