import type { MonotonicMs, Sha256, UtcMs } from "./units.ts";

/**
 * One row of the append-only journal. `data` is canonical JSON (RFC 8785) and `hash` is
 * SHA-256 over the canonical JSON of every other field of the row, `prevHash` among them, so altering any row shows.
 */
export interface JournalEntry {
  /** Contiguous, from 1. */
  readonly seq: number;
  readonly utc: UtcMs;
  readonly monotonicMs: MonotonicMs;
  /** UUID v7 of the daemon start that wrote the row. */
  readonly boot: string;
  readonly type: JournalType;
  /** Passage the row belongs to, or null. */
  readonly passage: string | null;
  readonly data: unknown;
  readonly prevHash: Sha256;
  readonly hash: Sha256;
}

/** What the lane hands to the store; the store adds seq and hashes. */
export type JournalDraft = Pick<JournalEntry, "utc" | "monotonicMs" | "type" | "passage" | "data">;

/** `prevHash` of the first row. */
export const GENESIS_HASH: Sha256 = "0".repeat(64);

export const JOURNAL_TYPES = [
  "lane.started",
  "lane.stopped",
  "lane.recovered",
  "lane.mode",
  "lane.event",
  "lane.invariant",
  "passage.opened",
  "passage.phase",
  "passage.closed",
  "read.image",
  "read.plate",
  "read.failed",
  "scale.weighed",
  "scale.fault",
  "clearance.received",
  "clearance.reserved",
  "clearance.consumed",
  "clearance.released",
  "decision.made",
  "decision.revoked",
  "decision.shadow",
  "officer.requested",
  "officer.answered",
  "override.made",
  "vehicle.seen",
  "gate.emergency",
  "alarm.raised",
  "alarm.cleared",
  "id.seen",
  "seal.read",
  "vehicle.link",
  "barrier.command",
  "barrier.outcome",
  "barrier.fault",
  "signal.changed",
  "device.health",
  "link.up",
  "link.down",
  "report.due",
  "report.sent",
  "report.late",
  "incident.opened",
  "incident.notice",
  "incident.closed",
  "clearance.imported",
  "clearance.conflict",
  "evidence.purged",
  "journal.archived",
  "lane.storage",
  "lane.configuration",
  "journal.checkpoint",
  "security.rejected",
] as const;
export type JournalType = (typeof JOURNAL_TYPES)[number];
