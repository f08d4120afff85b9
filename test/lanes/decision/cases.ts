import type { CachedClearance, Clearance, Hold } from "#contract/clearance";
import type { DecisionInput, Verdict } from "#contract/decision";
import type { ReasonCode } from "#lanes/decision/reasons";
import type { LaneSite } from "#lanes/passage/model";
import {
  CONTAINER,
  cached,
  DECLARED_KG,
  GROSS_KG,
  identity,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  type policyWith,
  read,
  TARE_KG,
  TRACTOR,
  TRAILER,
} from "../builders.ts";

/** One line of the table: what differs from a vehicle that passes, and what the rule then says. */
export interface RuleCase {
  readonly when: string;
  readonly input?: Partial<DecisionInput>;
  readonly clearance?: Partial<Clearance>;
  /** Instead of the one clearance of the vehicle. */
  readonly candidates?: readonly CachedClearance[];
  readonly policy?: Parameters<typeof policyWith>[0];
  readonly site?: Partial<LaneSite>;
  readonly says: "pass" | "not-applicable" | readonly [verdict: Verdict, reason: ReasonCode];
}

const hold = (kind: Hold["kind"]): Partial<Clearance> => ({
  holds: [{ kind, since: "2026-10-10T07:00:00Z", by: "customs" }],
});
const box = (number: string, change: Partial<Clearance["containers"][number]> = {}) => ({
  number,
  empty: false,
  tareKg: 2200,
  declaredGrossKg: DECLARED_KG,
  ...change,
});
const grossKg = (kg: number): Partial<DecisionInput> => ({ weight: { grossKg: kg, spreadKg: 0, zeroSeen: true } });
const trailers = (...texts: readonly string[]): Partial<DecisionInput> => ({
  reads: texts.map((text, index) => read({ kind: "plate", text, source: `camera-${index}` })),
});
const vehicle = { tractorPlate: TRACTOR, tareKg: TARE_KG };
const otherTractor: Partial<Clearance> = { id: "CL-2", vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: TARE_KG } };
const noCandidates = { candidates: [] };
const trailerMustMatch = { clearance: { trailerMustMatch: true } };
const withTrailer: Partial<Clearance> = { vehicle: { ...vehicle, trailerPlate: TRAILER } };
const offline = (clearanceAgeMs: number): Partial<DecisionInput> => ({ link: "offline", clearanceAgeMs });

/** Every rule: when it holds, how it fails, when it does not apply. */
export const RULE_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  V1: [
    { when: "boom closed and healthy, sensors agree", says: "pass" },
    { when: "the boom is not healthy", input: { boomHealthy: false }, says: ["HOLD", "LANE_FAULT"] },
    { when: "the sensors contradict", input: { occupancyConsistent: false }, says: ["HOLD", "LANE_FAULT"] },
  ],
  V2: [
    { when: "no hold", says: "pass" },
    { when: "a hold of another kind", clearance: hold("WATCH"), says: "pass" },
    { when: "suspended", clearance: hold("SUSPENDED"), says: ["BLOCK", "SUSPENDED"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
    {
      when: "a suspended record hides behind a good one for the same container",
      candidates: [cached(), cached({ id: "CL-9", ...hold("SUSPENDED") })],
      says: ["BLOCK", "SUSPENDED"],
    },
  ],
  V3: [
    { when: "no hold", says: "pass" },
    { when: "on the watch list", clearance: hold("WATCH"), says: ["HOLD", "WATCH"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  V4: [
    { when: "not used", says: "pass" },
    {
      when: "reserved by this very passage",
      candidates: [cached({}, { consumption: "reserved", passage: "P000001" })],
      says: "pass",
    },
    {
      when: "reserved by another passage",
      candidates: [cached({}, { consumption: "reserved", passage: "P000000" })],
      says: ["BLOCK", "DUPLICATE"],
    },
    {
      when: "consumed before",
      candidates: [cached({}, { consumption: "consumed", passage: "P000000" })],
      says: ["BLOCK", "DUPLICATE"],
    },
    {
      when: "an earlier trip of the same container used its own clearance",
      candidates: [cached({ id: "CL-0" }, { consumption: "consumed", passage: "P000000" }), cached()],
      says: "pass",
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P1: [
    { when: "the container has a record", says: "pass" },
    { when: "neither has a record", ...noCandidates, says: ["HOLD", "NO_CLEARANCE"] },
    {
      when: "only the plate has a record, and another container was read",
      input: { container: identity(OTHER_CONTAINER, { sources: ["side"] }) },
      says: ["HOLD", "NO_CLEARANCE"],
    },
    { when: "only the plate was read, and it has a record", input: { container: null }, says: "pass" },
    { when: "nothing was read", ...noCandidates, input: { container: null, plate: null }, says: "not-applicable" },
  ],
  P3: [
    { when: "cleared", says: "pass" },
    { when: "released", clearance: { status: "RELEASED" }, says: "pass" },
    { when: "transport approved", clearance: { status: "TRANSPORT_APPROVED" }, says: "pass" },
    { when: "pending", clearance: { status: "PENDING" }, says: ["HOLD", "NOT_CLEARED"] },
    { when: "revoked", clearance: { status: "REVOKED" }, says: ["HOLD", "NOT_CLEARED"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P4: [
    { when: "all required have released", says: "pass" },
    { when: "border guard has not", clearance: { authorities: { customs: true } }, says: ["HOLD", "AUTHORITY"] },
    {
      when: "customs says no",
      clearance: { authorities: { customs: false, border_guard: true } },
      says: ["HOLD", "AUTHORITY"],
    },
    {
      when: "none is required",
      clearance: { authorities: {} },
      policy: { clearance: { requiredAuthorities: [] } },
      says: "pass",
    },
    {
      when: "the policy requires quarantine too",
      policy: { clearance: { requiredAuthorities: ["customs", "quarantine"] } },
      says: ["HOLD", "AUTHORITY"],
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P5: [
    { when: "in time, right direction", says: "pass" },
    { when: "in its last millisecond", clearance: { validTo: "2026-10-10T08:00:00Z" }, says: "pass" },
    { when: "one millisecond late", clearance: { validTo: "2026-10-10T07:59:59.999Z" }, says: ["HOLD", "EXPIRED"] },
    { when: "in its first millisecond", clearance: { validFrom: "2026-10-10T08:00:00Z" }, says: "pass" },
    {
      when: "one millisecond early",
      clearance: { validFrom: "2026-10-10T08:00:00.001Z" },
      says: ["HOLD", "NOT_YET_VALID"],
    },
    { when: "its end is no date", clearance: { validTo: "2026-99-99T00:00:00Z" }, says: ["HOLD", "EXPIRED"] },
    { when: "its begin is no date", clearance: { validFrom: "0000-00-00T00:00:00Z" }, says: ["HOLD", "NOT_YET_VALID"] },
    { when: "for the other direction", clearance: { direction: "IMPORT" }, says: ["HOLD", "WRONG_LANE"] },
    {
      when: "transit goes both ways",
      clearance: { direction: "TRANSIT" },
      site: { direction: "IMPORT" },
      says: "pass",
    },
    { when: "for this lane among others", clearance: { lanes: ["lane-2", "lane-1"] }, says: "pass" },
    { when: "for another lane", clearance: { lanes: ["lane-2"] }, says: ["HOLD", "WRONG_LANE"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  P6: [
    { when: "green", says: "pass" },
    { when: "green, transport approved", clearance: { status: "TRANSPORT_APPROVED" }, says: "pass" },
    { when: "yellow and cleared", clearance: { channel: 2 }, says: "pass" },
    { when: "red and released after inspection", clearance: { channel: 3, status: "RELEASED" }, says: "pass" },
    { when: "yellow, not cleared", clearance: { channel: 2, status: "PENDING" }, says: ["HOLD", "DOCUMENTS"] },
    {
      when: "yellow, only transport approved",
      clearance: { channel: 2, status: "TRANSPORT_APPROVED" },
      says: ["HOLD", "DOCUMENTS"],
    },
    { when: "red, not cleared", clearance: { channel: 3, status: "PENDING" }, says: ["DIVERT", "SCAN"] },
    { when: "to be scanned", clearance: hold("SCAN"), says: ["DIVERT", "SCAN"] },
    { when: "documents open", clearance: hold("DOCUMENTS"), says: ["HOLD", "DOCUMENTS"] },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  M1: [
    { when: "the one cleared", says: "pass" },
    { when: "not read", input: { container: null }, says: ["HOLD", "NO_CONTAINER"] },
    {
      when: "read with too little certainty, and the plate is another's",
      policy: { identity: { minFusedConfidence: 0.8 } },
      input: { container: identity(CONTAINER, { confidence: 0.79 }), plate: identity(OTHER_TRACTOR) },
      says: ["HOLD", "NO_CONTAINER"],
    },
    {
      when: "both agree, each less sure than one alone would have to be",
      policy: { identity: { minAgreeingConfidence: 0.6 } },
      input: { container: identity(CONTAINER, { confidence: 0.6, sources: ["side"] }) },
      says: "pass",
    },
    {
      when: "both agree, the container hardly read",
      policy: { identity: { minAgreeingConfidence: 0.6 } },
      input: { container: identity(CONTAINER, { confidence: 0.59 }) },
      says: ["HOLD", "NO_CONTAINER"],
    },
    {
      when: "the plate's clearance names no container, one was read",
      candidates: [cached({ containers: [] })],
      says: ["HOLD", "CONTAINER_MISMATCH"],
    },
    {
      when: "the clearance names none and none was read",
      candidates: [cached({ containers: [] })],
      input: { container: null },
      says: "not-applicable",
    },
    {
      when: "two are cleared, one was read",
      clearance: { containers: [box(CONTAINER), box(OTHER_CONTAINER)] },
      says: ["HOLD", "NO_CONTAINER"],
    },
    { when: "read, but there is nothing to compare it with", ...noCandidates, says: "not-applicable" },
  ],
  M2: [
    { when: "the one cleared", says: "pass" },
    { when: "not read", input: { plate: null }, says: ["HOLD", "NO_PLATE"] },
    {
      when: "read with too little certainty",
      policy: { identity: { minFusedConfidence: 0.8 } },
      input: { plate: identity(OTHER_TRACTOR, { confidence: 0.79 }) },
      says: ["HOLD", "NO_PLATE"],
    },
    { when: "of no clearance at all", input: { plate: identity(OTHER_TRACTOR) }, says: ["HOLD", "PLATE_MISMATCH"] },
    {
      when: "of another clearance",
      input: { plate: identity(OTHER_TRACTOR) },
      candidates: [cached(), cached({ ...otherTractor, containers: [box(OTHER_CONTAINER)] })],
      says: ["BLOCK", "SWAPPED"],
    },
    { when: "read, but there is nothing to compare it with", ...noCandidates, says: "not-applicable" },
  ],
  M3: [
    { when: "the policy does not ask", clearance: withTrailer, says: "not-applicable" },
    { when: "the clearance names none", policy: trailerMustMatch, says: "not-applicable" },
    { when: "none was read", policy: trailerMustMatch, clearance: withTrailer, says: "not-applicable" },
    {
      when: "the one cleared",
      policy: trailerMustMatch,
      clearance: withTrailer,
      input: trailers(TRAILER),
      says: "pass",
    },
    {
      when: "another one",
      policy: trailerMustMatch,
      clearance: withTrailer,
      input: trailers("12R99999"),
      says: ["HOLD", "TRAILER_MISMATCH"],
    },
    {
      when: "the right one once, another one twice",
      policy: trailerMustMatch,
      clearance: withTrailer,
      input: trailers(TRAILER, "12R99999", "12R99999"),
      says: ["HOLD", "TRAILER_MISMATCH"],
    },
    { when: "no record", policy: trailerMustMatch, ...noCandidates, says: "not-applicable" },
  ],
  M5: [
    { when: "as declared", says: "pass" },
    { when: "just within 3%", input: grossKg(GROSS_KG + 600), says: "pass" },
    { when: "just within 3%, lighter", input: grossKg(GROSS_KG - 600), says: "pass" },
    { when: "above 3%", input: grossKg(GROSS_KG + 601), says: ["HOLD", "WEIGHT"] },
    { when: "below 3%", input: grossKg(GROSS_KG - 601), says: ["HOLD", "WEIGHT"] },
    {
      when: "a light load within 500 kg",
      clearance: { containers: [box(CONTAINER, { declaredGrossKg: 5000 })] },
      input: grossKg(TARE_KG + 5500),
      says: "pass",
    },
    {
      when: "a light load beyond 500 kg",
      clearance: { containers: [box(CONTAINER, { declaredGrossKg: 5000 })] },
      input: grossKg(TARE_KG + 5501),
      says: ["HOLD", "WEIGHT"],
    },
    {
      when: "empty and as heavy as empty",
      clearance: { containers: [box(CONTAINER, { empty: true, declaredGrossKg: 0 })] },
      input: grossKg(TARE_KG + 2200 + 500),
      says: "pass",
    },
    {
      when: "empty and heavier",
      clearance: { containers: [box(CONTAINER, { empty: true, declaredGrossKg: 0 })] },
      input: grossKg(TARE_KG + 2200 + 501),
      says: ["HOLD", "WEIGHT"],
    },
    { when: "not a number", input: grossKg(Number.NaN), says: ["HOLD", "WEIGHT"] },
    { when: "not weighed", input: { weight: null }, says: ["HOLD", "NO_WEIGHT"] },
    {
      when: "never stood right",
      input: { weight: null, weightFault: "the vehicle does not stand right on the weighbridge" },
      says: ["HOLD", "POSITION"],
    },
    {
      when: "no zero before it",
      input: { weight: { grossKg: GROSS_KG, spreadKg: 0, zeroSeen: false } },
      says: ["HOLD", "NO_WEIGHT"],
    },
    {
      when: "a lane without weighbridge",
      site: { weighbridge: false },
      input: { weight: null },
      says: "not-applicable",
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  Q1: [
    { when: "two cameras, one clearance", says: "pass" },
    { when: "the plate is missing", input: { plate: null }, says: ["HOLD", "LOW_CONFIDENCE"] },
    { when: "the container is missing", input: { container: null }, says: ["HOLD", "LOW_CONFIDENCE"] },
    {
      when: "both from one camera",
      input: { container: identity(CONTAINER, { sources: ["front"] }) },
      says: ["HOLD", "LOW_CONFIDENCE"],
    },
    {
      when: "a camera and its own recognition are one camera",
      input: {
        container: identity(CONTAINER, { sources: ["front"] }),
        plate: identity(TRACTOR, { sources: ["front:onboard"] }),
      },
      says: ["HOLD", "LOW_CONFIDENCE"],
    },
    { when: "no record", ...noCandidates, says: "not-applicable" },
  ],
  Q2: [
    { when: "online", says: "pass" },
    { when: "online, however old the list", input: { clearanceAgeMs: 1e12 }, says: "pass" },
    { when: "offline and fresh", input: offline(900_000), says: "pass" },
    { when: "offline and stale", input: offline(900_001), says: "pass" },
    { when: "offline at the limit", input: offline(86_400_000), says: "pass" },
    { when: "offline beyond the limit", input: offline(86_400_001), says: ["HOLD", "CACHE_TOO_OLD"] },
    { when: "offline, and nobody knows how old", input: offline(Number.NaN), says: ["HOLD", "CACHE_TOO_OLD"] },
  ],
};
