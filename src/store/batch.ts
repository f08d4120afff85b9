import type { CachedClearance, Clearance, Consumption } from "#contract/clearance";
import type { JournalDraft } from "#contract/journal";
import type { Sha256, UtcMs } from "#contract/units";
import type { JournalHead } from "./journal-rows.ts";
import type { NeighbourNews, UseElsewhere } from "./neighbour-uses.ts";

/** Who has used a clearance, also one that is no longer on the list. */
export interface ClearanceUse {
  readonly id: string;
  readonly consumption: Consumption;
  /** The passage that reserved or consumed it; null with `none`. */
  readonly passage: string | null;
}

/** The whole list: replaces what the cache holds in one step. `version` must be higher than the cached one. */
export interface ClearanceReplacement {
  readonly version: number;
  readonly records: readonly Clearance[];
  readonly receivedAtUtc: UtcMs;
}

/** Changes to the list. `version` must be exactly one more than the cached one. */
export interface ClearanceChanges {
  readonly version: number;
  readonly upsert: readonly Clearance[];
  readonly remove: readonly string[];
  readonly receivedAtUtc: UtcMs;
}

/**
 * What becomes durable together: all of it or nothing. Order inside: clearance feed, uses, journal, lane state, ack.
 */
export interface CommitBatch {
  readonly drafts: readonly JournalDraft[];
  /** Kept as JSON; absent: unchanged. */
  readonly laneState?: unknown;
  readonly clearances?: {
    readonly replace?: ClearanceReplacement;
    readonly delta?: ClearanceChanges;
    readonly consumption?: readonly ClearanceUse[];
  };
  /** Kept as JSON under its name until the next one; given back at the next start. */
  readonly note?: { readonly name: string; readonly value: unknown };
  /** What a neighbour has told about the clearances it used. */
  readonly neighbour?: NeighbourNews;
  /** An acknowledgement from operations, checked against the journal before the cursor moves. */
  readonly ack?: AckClaim;
}

/** Operations claim to hold every entry up to `seq`, which has this hash and was written by this daemon start. */
export interface AckClaim {
  readonly boot: string;
  readonly seq: number;
  readonly hash: Sha256;
}

export type AckOutcome =
  /** `ackedSeq` is the cursor after the ack; a repeated or older ack is accepted and moves nothing. */
  | { readonly accepted: true; readonly ackedSeq: number }
  /** The cursor stays; `reason` is a sentence for the journal. */
  | { readonly accepted: false; readonly reason: string };

/** A record that was taken off the list because its new form contradicts what the lane knows. */
export interface DroppedClearance {
  readonly id: string;
  readonly reason: string;
}

export interface CommitResult {
  /** One for each draft, in order. */
  readonly entries: readonly JournalHead[];
  readonly head: JournalHead;
  readonly ack?: AckOutcome;
  /** Present when the batch changed the clearance list. */
  readonly droppedClearances?: readonly DroppedClearance[];
  /** Present when the batch brought news of a neighbour: those that were news. */
  readonly usedElsewhere?: readonly UseElsewhere[];
}

/** What the lane finds when it starts. */
export interface OpenedStore {
  readonly boot: string;
  /** The daemon start before this one, or null. */
  readonly previousBoot: string | null;
  readonly head: JournalHead;
  readonly ackedSeq: number;
  /** As last committed, or null on a new store. */
  readonly laneState: unknown;
  /** What was noted last, by name. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** The list as last received, without what is damaged. */
  readonly clearances: readonly CachedClearance[];
  /** Clearances whose record the disk has altered since it was received. */
  readonly damagedClearances: readonly string[];
  /** Every clearance in use or used, listed or not: one that comes back on the list is still used. */
  readonly uses: readonly ClearanceUse[];
  /** Every use by a neighbour that stands. */
  readonly usedElsewhere: readonly UseElsewhere[];
  /** 0 before the first list. */
  readonly clearanceVersion: number;
  readonly clearanceReceivedAt: UtcMs | null;
}
