import type { JournalEntry } from "#contract/journal";
import type { Sha256 } from "#contract/units";

/** A place in the chain; `seq` 0 before the first entry. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: Sha256;
}

/** The outcome of checking the whole chain. */
export interface ChainCheck {
  readonly ok: boolean;
  /** Entries that are good, up to the first bad one. */
  readonly entries: number;
  readonly head: ChainPlace;
  /** Last entry that lies in an archive file; absent while the database has all of them. */
  readonly before?: ChainPlace;
  readonly firstBad?: { readonly seq: number; readonly why: string };
}

/** What the API reads of the journal. The journal reader of the store is one. */
export interface JournalSource {
  head(): ChainPlace;
  /** Entries from `from` on, in order, at most `limit`. */
  range(from: number, limit: number): readonly JournalEntry[];
  tail(count: number): readonly JournalEntry[];
  byPassage(passage: string): readonly JournalEntry[];
  /** The last `limit` passages, newest first. */
  passages(limit: number): readonly PassageEntries[];
  verify(): Promise<ChainCheck>;
  close(): void;
}

export interface PassageEntries {
  readonly passage: string;
  readonly opened: JournalEntry;
  readonly decision: JournalEntry | null;
  readonly closed: JournalEntry | null;
}
