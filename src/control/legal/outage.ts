import type { JournalType } from "#contract/journal";
import { isoUtc, type UtcMs } from "#contract/units";

/**
 * The legal clock of an outage (Circular 39/2018, article 52đ.3; domain guide, 2.1): the customs branch has a written
 * notice within one hour, and the incident is entered in a register. Pure: how long it has lasted comes from outside.
 */

/** People are warned after this time, milliseconds. */
export const WARN_MS = 10 * 60_000;
/** The notice is asked for after this time, milliseconds, so that somebody can write it in time. */
export const NOTICE_DUE_MS = 45 * 60_000;
/** The notice must have been given after this time, milliseconds. */
export const NOTICE_LIMIT_MS = 60 * 60_000;

/** Each stage follows on the one before. `counting`: too short to be an incident yet. */
export const OUTAGE_STAGES = ["counting", "opened", "notice-due", "notice-overdue"] as const;
export type OutageStage = (typeof OUTAGE_STAGES)[number];

export interface Outage {
  /** Number of the incident in the register. */
  readonly id: string;
  readonly since: UtcMs;
  /** Why operations cannot be reached, as first heard. */
  readonly detail: string;
  readonly stage: OutageStage;
  /** How long it lasted when it was last looked at, milliseconds. */
  readonly elapsedMs: number;
}

/** A row for the journal. */
export interface Entry {
  readonly type: JournalType;
  readonly data: object;
}

export interface OutageStep {
  readonly outage: Outage;
  readonly entries: readonly Entry[];
}

/** Operations cannot be reached since `since`. */
export function beginOutage(lane: string, since: UtcMs, detail: string): Outage {
  const number = isoUtc(since).replace(/[-:]/g, "").slice(0, 15);
  return { id: `${lane}-${number}Z`, since, detail, stage: "counting", elapsedMs: 0 };
}

/** It has lasted for so long now. Every stage that was reached is entered once. */
export function lookAtOutage(outage: Outage, elapsedMs: number): OutageStep {
  const entries: Entry[] = [];
  let { stage } = outage;
  if (stage === "counting" && elapsedMs >= WARN_MS) {
    entries.push(opened(outage, "operations cannot be reached for 10 minutes"));
    stage = "opened";
  }
  if (stage === "opened" && elapsedMs >= NOTICE_DUE_MS) {
    entries.push(notice(outage, "due"));
    stage = "notice-due";
  }
  if (stage === "notice-due" && elapsedMs >= NOTICE_LIMIT_MS) {
    entries.push(notice(outage, "overdue"));
    stage = "notice-overdue";
  }
  return { outage: { ...outage, stage, elapsedMs }, entries };
}

/** The lane has decided on its own: that makes an incident of an outage however short. */
export function decidedInOutage(outage: Outage): OutageStep {
  if (outage.stage !== "counting") return { outage, entries: [] };
  return { outage: { ...outage, stage: "opened" }, entries: [opened(outage, "the lane has decided by itself")] };
}

/** Operations can be reached again. */
export function endOutage(outage: Outage, until: UtcMs): readonly Entry[] {
  if (outage.stage === "counting") return [];
  const { id, since, elapsedMs, stage } = outage;
  const data = {
    incident: id,
    since: isoUtc(since),
    until: isoUtc(until),
    seconds: Math.round(elapsedMs / 1000),
    stage,
  };
  return [{ type: "incident.closed", data }];
}

/** When the notice must have been given. */
export const noticeBy = ({ since }: Outage): UtcMs => since + NOTICE_LIMIT_MS;

function opened({ id, since, detail }: Outage, why: string): Entry {
  return { type: "incident.opened", data: { incident: id, kind: "wan", since: isoUtc(since), detail, why } };
}

function notice(outage: Outage, stage: "due" | "overdue"): Entry {
  const data = { incident: outage.id, stage, since: isoUtc(outage.since), noticeBy: isoUtc(noticeBy(outage)) };
  return { type: "incident.notice", data };
}
