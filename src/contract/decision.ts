import type { CheckState, EvidenceRef } from "./reading.ts";
import type { Sha256 } from "./units.ts";

/** PASS opens; HOLD waits for a person or for new data; BLOCK holds with an alarm; DIVERT sends to the inspection bay. */
export type Verdict = "PASS" | "HOLD" | "BLOCK" | "DIVERT";

/**
 * What identifies a load or a vehicle. `tag`: the plate number that a transponder (RFID, electronic plate) carries;
 * `qr`: the declaration number in a QR code; `client`: the serial number of an unmanned vehicle that proved itself with
 * its certificate.
 */
export const IDENTITY_KINDS = ["container", "plate", "tag", "qr", "client"] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** A character that a recogniser also saw at a place, beside the one it chose. */
export interface CharacterRival {
  /** Place in the text, from 0. */
  readonly position: number;
  readonly character: string;
  /** 0..1 */
  readonly probability: number;
}

/** One identity read by one source. */
export interface IdentityRead {
  readonly kind: IdentityKind;
  /** As the source gave it. */
  readonly raw: string;
  readonly text: string;
  readonly confidence: number;
  /** Device id, with what it did: `front` (our recognition of its picture) or `front:onboard` (the camera's own). */
  readonly source: string;
  readonly check?: CheckState;
  readonly evidence?: EvidenceRef;
  /** What else was seen at single places; absent when the source does not tell. */
  readonly rivals?: readonly CharacterRival[];
}

/** All reads of one identity, fused. */
export interface FusedIdentity {
  readonly text: string;
  readonly confidence: number;
  readonly sources: readonly string[];
  /** Reads that say something else, kept for people. */
  readonly dissent: readonly string[];
  /** Confidence before other objects in view took their share; for a vehicle that carries two containers. */
  readonly support?: number;
}

/** A seal as a device or an officer found it. */
export interface SealRead {
  readonly kind: "carrier" | "customs" | "electronic";
  /** Normal form; null when it was seen and could not be read. */
  readonly text: string | null;
  /** `alarm`: an electronic seal reports tampering, or was opened. */
  readonly state: "intact" | "broken" | "alarm" | "silent";
  readonly source: string;
}

/** What the rules looked at, frozen. Its canonical JSON is hashed into the decision record. */
export interface DecisionInput {
  readonly container: FusedIdentity | null;
  readonly plate: FusedIdentity | null;
  /** Another container in view; absent and null mean none. */
  readonly secondContainer?: FusedIdentity | null;
  readonly tag?: FusedIdentity | null;
  readonly qr?: FusedIdentity | null;
  readonly client?: FusedIdentity | null;
  readonly seals?: readonly SealRead[];
  readonly reads: readonly IdentityRead[];
  readonly weight: { readonly grossKg: number; readonly spreadKg: number; readonly zeroSeen: boolean } | null;
  readonly weightFault: string | null;
  /** The weighbridge itself cannot be read, as against a vehicle that was not weighed well. */
  readonly weighbridgeDown?: boolean;
  readonly link: "online" | "offline";
  readonly clearanceVersion: number;
  /** Age of the clearance cache, milliseconds. */
  readonly clearanceAgeMs: number;
  /** By how much the clock was set, milliseconds, when no person has confirmed it yet; absent while it can be trusted. */
  readonly clockSteppedMs?: number;
  readonly boomHealthy: boolean;
  readonly occupancyConsistent: boolean;
}

export interface RuleResult {
  /** V1..Q2 of the domain guide, section 6. */
  readonly id: string;
  readonly outcome: "pass" | "fail" | "not-applicable";
  /** Reason code when it failed. */
  readonly reason?: string;
  /** One sentence for people: what was compared with what. */
  readonly detail: string;
}

/** On what a PASS rests; the policy says for each whether the lane opens by itself or proposes it to an officer. */
export const PASS_GROUNDS = [
  "exact",
  "plateRepaired",
  "plateByTag",
  "plateByCode",
  "containerRepaired",
  "withoutContainer",
  "unmanned",
  "emptyReturn",
  "withoutWeight",
  "offlineFresh",
  "offlineStale",
] as const;
export type PassGround = (typeof PASS_GROUNDS)[number];

/** What would mend a failed rule: a code of the catalogue, and what belongs into its sentence. */
export interface Mend {
  readonly code: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** The data of a `decision.made` journal entry. */
export interface DecisionRecord {
  readonly verdict: Verdict;
  /** The first failing rule, null when none failed. */
  readonly decidingRule: string | null;
  /** Reason code, `CLEARED` for a PASS. */
  readonly reason: string;
  /** Every rule, in order. */
  readonly rules: readonly RuleResult[];
  /** What would open this gate: one for each failing rule, in their order. */
  readonly wouldOpen: readonly Mend[];
  readonly clearance: { readonly id: string; readonly version: number } | null;
  /** What a PASS rests, or would rest, on. Absent in decisions of an officer. */
  readonly grounds?: readonly PassGround[];
  readonly input: DecisionInput;
  readonly policyHash: Sha256;
  /** SHA-256 over the canonical JSON of `input`. Filled in by the shell, which owns the hash function. */
  readonly inputHash?: Sha256;
  /** The incident during which it was made, when operations could not be reached. Filled in by the shell. */
  readonly incident?: string;
  readonly by: "lane" | "officer";
}
