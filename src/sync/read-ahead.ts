import type { JournalReader } from "#store/journal-reader";
import type { JournalRow } from "#store/journal-rows";

/** Entries read at once. */
const PAGE_ENTRIES = 256;

/** Hands out entries of the journal one by one, reading them in pages. */
export class ReadAhead {
  #page: readonly JournalRow[] = [];
  #at = 0;

  /** The entry `seq`; `to` is the last one that will be wanted. Undefined when the journal does not have it. */
  entry(journal: JournalReader, seq: number, to: number): JournalRow | undefined {
    if (this.#page[this.#at]?.seq !== seq) {
      this.#page = journal.rows(seq, Math.min(PAGE_ENTRIES, to - seq + 1));
      this.#at = 0;
    }
    const entry = this.#page[this.#at];
    if (entry?.seq !== seq) return undefined;
    this.#at += 1;
    return entry;
  }

  forget(): void {
    this.#page = [];
    this.#at = 0;
  }
}
