import { JOURNAL_TYPES, type JournalEntry, type JournalType } from "#contract/journal";
import type { LanePolicy } from "#lanes/decision/policy";
import { INITIAL_STATE, type LaneEffect, type LaneEvent, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { canonicalHash, canonicalJson } from "#store/hash";
import { draftsOfEffects } from "../journal-drafts.ts";

/** A row that the journal holds otherwise than the same events give it now. */
export interface ReplayDifference {
  readonly seq: number;
  readonly passage: string | null;
  readonly type: string;
  /** One sentence: what is different. */
  readonly what: string;
  /** Canonical JSON; null where there is nothing. */
  readonly journal: string | null;
  readonly replayed: string | null;
}

/** One input event taken again: where the lane was, and what it did. */
export interface ReplayedStep {
  readonly entry: JournalEntry;
  readonly event: LaneEvent;
  readonly state: LaneState;
  readonly effects: readonly LaneEffect[];
  readonly policy: LanePolicy;
}

/** Rows that no event of the core causes. */
const FROM_OUTSIDE: readonly JournalType[] = [
  "lane.stopped",
  "lane.invariant",
  "clearance.received",
  "clearance.imported",
  "clearance.conflict",
  "security.rejected",
  "incident.opened",
  "incident.notice",
  "incident.closed",
  "report.sent",
  "report.late",
  "journal.checkpoint",
  "journal.archived",
  "evidence.purged",
  "lane.storage",
  "lane.configuration",
];

interface Expected {
  readonly type: string;
  readonly passage: string | null;
  readonly utc: number;
  readonly monotonicMs: number;
  readonly data: unknown;
}

/**
 * Takes the rows of a journal in order, from the row of a start on, gives the events in them to the core again and
 * compares what it asks to be recorded with the rows that follow, byte for byte.
 */
export class Rebuild {
  readonly differences: ReplayDifference[] = [];
  #state: LaneState | null = null;
  #policy: { readonly value: LanePolicy; readonly hash: string } | null = null;
  #expected: Expected[] = [];
  events = 0;
  decisions = 0;

  /** The step that a row led to; undefined for rows that are no input, and for input before the first start. */
  take(entry: JournalEntry): ReplayedStep | undefined {
    const event = eventIn(entry);
    if (event !== undefined) {
      this.#nothingLeft(entry.seq);
      if (event.type === "started") this.#start(entry);
      return this.#step(entry, event);
    }
    if (isShadow(entry)) return undefined;
    const expected = this.#expected.shift();
    if (expected !== undefined) this.#compare(entry, expected);
    else if (this.#state !== null && !FROM_OUTSIDE.includes(entry.type) && !isLampTest(entry)) {
      this.#differ(entry, "the journal has a row that the replay does not give", canonicalJson(entry.data), null);
    }
    return undefined;
  }

  /** Call after the last row: what the last event should have recorded must be there. */
  end(seq: number): void {
    this.#nothingLeft(seq);
  }

  #start(entry: JournalEntry): void {
    const { state, policy, policyHash } = entry.data as Record<string, unknown>;
    if (state === undefined || policy === undefined) {
      this.#differ(entry, "the start holds no state and policy: it was written by an earlier version", null, null);
      this.#state ??= INITIAL_STATE;
      return;
    }
    const hash = canonicalHash(policy);
    if (hash !== policyHash) this.#differ(entry, "the policy is not the one of its hash", String(policyHash), hash);
    const [journal, replayed] = [canonicalJson(state), this.#state === null ? null : canonicalJson(this.#state)];
    if (replayed !== null && journal !== replayed) {
      this.#differ(entry, "the state at this start is not the one that the events before it give", journal, replayed);
    }
    this.#policy = { value: policy as LanePolicy, hash: String(policyHash) };
    this.#state = { ...INITIAL_STATE, ...(state as LaneState) };
  }

  #step(entry: JournalEntry, event: LaneEvent): ReplayedStep | undefined {
    if (this.#state === null || this.#policy === null) return undefined;
    this.events++;
    const { state, effects } = step(this.#state, event, this.#policy.value);
    this.#state = state;
    this.#expected = draftsOfEffects(event, effects, this.#policy.hash);
    return { entry, event, state, effects, policy: this.#policy.value };
  }

  #compare(entry: JournalEntry, expected: Expected): void {
    if (entry.type === "decision.made") this.decisions++;
    const [journal, replayed] = [canonicalJson(rowOf(entry)), canonicalJson(rowOf(expected))];
    if (journal !== replayed) this.#differ(entry, "the row is another one", journal, replayed);
  }

  #nothingLeft(seq: number): void {
    for (const { type, passage, data } of this.#expected.splice(0)) {
      const what = "the replay gives a row that the journal does not have";
      this.differences.push({ seq, passage, type, what, journal: null, replayed: canonicalJson(data) });
    }
  }

  #differ(entry: JournalEntry, what: string, journal: string | null, replayed: string | null): void {
    const { seq, passage, type } = entry;
    this.differences.push({ seq, passage, type, what, journal, replayed });
  }
}

/** A row as the lane alone would write it: the incident that a decision names comes from outside of it. */
const rowOf = ({ type, passage, utc, monotonicMs, data }: Expected) => {
  if (type !== "decision.made") return { type, passage, utc, monotonicMs, data };
  const { incident: _, ...decided } = data as { readonly incident?: string };
  return { type, passage, utc, monotonicMs, data: decided };
};

/** The input event of a row with its times; undefined for rows that record what the lane did. */
function eventIn({ data, utc, monotonicMs, type }: JournalEntry): LaneEvent | undefined {
  const event = (data as { readonly event?: unknown } | null)?.event;
  if (typeof event !== "object" || event === null || !("type" in event)) return undefined;
  if (!JOURNAL_TYPES.includes(type)) return undefined;
  return { ...event, at: monotonicMs, utc } as LaneEvent;
}

/** A lamp that a technician wanted to see: asked of the gate beside the lane. */
const isLampTest = ({ data }: JournalEntry): boolean => typeof data === "object" && data !== null && "lampTest" in data;

const isShadow = ({ data }: JournalEntry): boolean => typeof data === "object" && data !== null && "shadow" in data;
