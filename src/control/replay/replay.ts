import type { DecisionRecord, Verdict } from "#contract/decision";
import { LaneError } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import type { UtcMs } from "#contract/units";
import { candidatesIn, decideUnder } from "#lanes/decision/other-policy";
import type { LanePolicy } from "#lanes/decision/policy";
import { MAX_ROWS } from "#store/journal-reader";
import { Rebuild, type ReplayDifference, type ReplayedStep } from "./rebuild.ts";

/** The rows of a journal, as a reader or a test gives them. */
export interface JournalSource {
  range(from: number, limit: number): JournalEntry[];
}

export interface ReplayRequest {
  /** Only this passage is reported on. */
  readonly passage?: string;
  /** Only what happened from this time on is reported on. */
  readonly since?: UtcMs;
  /** Decide again under this policy, and tell whose verdict would change. */
  readonly other?: LanePolicy;
}

interface BriefDecision {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly decidingRule: string | null;
}

/** A vehicle about which another policy would have decided otherwise. The last decision of the lane counts. */
export interface VerdictChange {
  readonly passage: string;
  readonly utc: UtcMs;
  readonly seq: number;
  readonly container: string | null;
  readonly plate: string | null;
  readonly was: BriefDecision;
  readonly would: BriefDecision;
}

export interface ReplayReport {
  /** Rows that were taken, from the start of a daemon on. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  readonly decisions: number;
  readonly passages: number;
  readonly differences: readonly ReplayDifference[];
  /** Absent without another policy. */
  readonly changes?: readonly VerdictChange[];
}

/**
 * Replays a journal: rebuilds every state from its events and compares every record. Begins at the last start before
 * what was asked for, whose row holds the state and the policy of that moment. Throws LaneError MESSAGE_REFUSED when the
 * passage is unknown or the journal holds no start.
 */
export function replay(journal: JournalSource, request: ReplayRequest): ReplayReport {
  const span = spanOf(journal, request);
  const rebuild = new Rebuild();
  const changes = new Map<string, VerdictChange | null>();
  const passages = new Set<string>();
  for (const entry of rows(journal, span.start, span.last)) {
    const taken = rebuild.take(entry);
    if (entry.seq < span.first) continue;
    if (entry.passage !== null && (request.passage ?? entry.passage) === entry.passage) passages.add(entry.passage);
    if (taken === undefined || request.other === undefined) continue;
    for (const [passage, change] of changesIn(taken, request.other)) changes.set(passage, change);
  }
  rebuild.end(span.last);
  const asked = (passage: string | null) => request.passage === undefined || passage === request.passage;
  const found = [...changes.values()].filter((one): one is VerdictChange => one !== null && asked(one.passage));
  return {
    from: span.start,
    to: span.last,
    events: rebuild.events,
    decisions: rebuild.decisions,
    passages: passages.size,
    differences: rebuild.differences.filter(({ seq, passage }) => seq >= span.first && asked(passage)),
    ...(request.other === undefined ? {} : { changes: found }),
  };
}

interface Span {
  /** Row of the start to begin at. */
  readonly start: number;
  /** First row that is reported on. */
  readonly first: number;
  readonly last: number;
}

function spanOf(journal: JournalSource, { passage, since }: ReplayRequest): Span {
  let started = 0;
  let span = null as Span | null;
  for (const entry of rows(journal, 1, Number.MAX_SAFE_INTEGER)) {
    if (entry.type === "lane.started") started = entry.seq;
    const wanted = (passage === undefined || entry.passage === passage) && entry.utc >= (since ?? -Infinity);
    if (started === 0 || (passage !== undefined && !wanted)) continue;
    if (span === null && wanted) span = { start: started, first: entry.seq, last: entry.seq };
    else if (span !== null) span = { ...span, last: entry.seq };
  }
  if (span !== null) return passage === undefined ? span : { ...span, last: endOfBatch(journal, span.last) };
  const what = passage === undefined ? "nothing was recorded in that time" : `there is no passage ${passage}`;
  throw new LaneError("MESSAGE_REFUSED", `${what}, or no start of the daemon before it`);
}

/** The last row of the event that a passage ended with: rows without a passage may follow in the same commit. */
function endOfBatch(journal: JournalSource, last: number): number {
  let end = last;
  for (const entry of rows(journal, last + 1, Number.MAX_SAFE_INTEGER)) {
    if (typeof entry.data === "object" && entry.data !== null && "event" in entry.data) break;
    end = entry.seq;
  }
  return end;
}

function* rows(journal: JournalSource, from: number, last: number): Generator<JournalEntry> {
  for (let next = from; next <= last; ) {
    const page = journal.range(next, MAX_ROWS);
    if (page.length === 0) return;
    for (const entry of page) {
      if (entry.seq > last) return;
      yield entry;
      next = entry.seq + 1;
    }
  }
}

/** Each decision of the lane in one step, decided again; null where the verdict stays. */
function* changesIn(taken: ReplayedStep, other: LanePolicy): Generator<readonly [string, VerdictChange | null]> {
  const { entry, event, state, effects } = taken;
  for (const effect of effects) {
    if (effect.type !== "record" || effect.entry !== "decision.made" || effect.passage === null) continue;
    const { passage } = effect;
    const record = effect.data as DecisionRecord;
    if (record.by !== "lane") continue;
    const candidates = candidatesIn(state, passage);
    const would = decideUnder(other, { input: record.input, candidates, site: state.site, passage, utc: event.utc });
    const change = {
      passage,
      utc: event.utc,
      seq: entry.seq,
      container: record.input.container?.text ?? null,
      plate: record.input.plate?.text ?? null,
      was: brief(record),
      would: brief(would),
    };
    yield [passage, would.verdict === record.verdict ? null : change];
  }
}

const brief = ({ verdict, reason, decidingRule }: BriefDecision): BriefDecision => ({ verdict, reason, decidingRule });
