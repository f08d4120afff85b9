import type { CachedClearance, Clearance, Hold } from "#contract/clearance";
import type { DecisionInput, IdentityRead, SealRead, Verdict } from "#contract/decision";
import type { ReasonCode } from "#lanes/decision/reasons";
import type { LaneSite } from "#lanes/passage/model";
import {
  CONTAINER,
  cached,
  DECLARED_KG,
  identity,
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

export const hold = (kind: Hold["kind"]): Partial<Clearance> => ({
  holds: [{ kind, since: "2026-10-10T07:00:00Z", by: "customs" }],
});
export const box = (number: string, change: Partial<Clearance["containers"][number]> = {}) => ({
  number,
  empty: false,
  tareKg: 2200,
  declaredGrossKg: DECLARED_KG,
  ...change,
});
export const grossKg = (kg: number): Partial<DecisionInput> => ({
  weight: { grossKg: kg, spreadKg: 0, zeroSeen: true },
});
export const trailers = (...texts: readonly string[]): Partial<DecisionInput> => ({
  reads: texts.map((text, index) => read({ kind: "plate", text, source: `camera-${index}` })),
});
export const vehicle = { tractorPlate: TRACTOR, tareKg: TARE_KG };
export const otherTractor: Partial<Clearance> = {
  id: "CL-2",
  vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: TARE_KG },
};
export const noCandidates = { candidates: [] };
export const trailerMustMatch = { clearance: { trailerMustMatch: true } };
export const trailerMayBeUnread = { clearance: { trailerMustMatch: true, trailerMayBeUnread: true } };
export const withTrailer: Partial<Clearance> = { vehicle: { ...vehicle, trailerPlate: TRAILER } };
export const online = (clearanceAgeMs: number): Partial<DecisionInput> => ({ link: "online", clearanceAgeMs });
export const offline = (clearanceAgeMs: number): Partial<DecisionInput> => ({ link: "offline", clearanceAgeMs });

export const SEAL = "HAIAN0042";
export const sealed = (carrierSeal: string): Partial<Clearance> => ({
  containers: [box(CONTAINER, { carrierSeals: [carrierSeal] })],
});
export const seal = (text: string, state: SealRead["state"] = "intact"): Partial<DecisionInput> => ({
  seals: [{ kind: "carrier", text, state, source: "seal-camera" }],
});
export const sealMustBeRead = { clearance: { sealMustBeRead: true } };
export const scaleDown: Partial<DecisionInput> = { weight: null, weighbridgeDown: true };
export const unweighed = { outcomes: { withoutWeight: "AUTO_OPEN" } } as const;
export const bulk = (remainingKg: number): Partial<Clearance> => ({
  containers: [],
  bulk: { declaredKg: remainingKg + 5000, passedKg: 5000 },
});
export const tag = (text: string) => identity(text, { sources: ["rfid"] });
export const code = (text: string) => identity(text, { sources: ["terminal"] });
export const tagRequired = { clearance: { requiredIdentities: ["tag" as const] } };
export const lookalikeWitness = { identity: { lookalikeWitness: true } };
export const slot = (from: string, to: string) => ({ from: `2026-10-10T${from}Z`, to: `2026-10-10T${to}Z` });
export const siblingOf = (change: Partial<Clearance> = {}): Partial<Clearance> => ({
  id: "CL-8",
  declarationNo: "308883922820",
  ...change,
});
export const sibling = (change: Partial<Clearance> = {}) => cached(siblingOf(change));

/** A read of `text` that saw the characters of `meant` as well, where the two differ. */
export const torn = (kind: IdentityRead["kind"], text: string, meant: string, probability = 0.4): IdentityRead =>
  read({
    kind,
    text,
    confidence: 0.7,
    rivals: [...meant].flatMap((character, position) =>
      character === text[position] ? [] : [{ position, character, probability }],
    ),
  });
