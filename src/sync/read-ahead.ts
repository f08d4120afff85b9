import type { JournalEntry } from "#contract/journal";
import type { JournalReader } from "#store/journal-reader";

/** Entries read at once. */
const PAGE_ENTRIES = 64;

/**
 * Hands out entries of the journal one by one, reading them in pages. A broker's acknowledgement makes room for one
 * entry, and that one goes out at once: a sender that waits for more room first is slowed down to 40 ms a turn by
 * brokers that gather small packets (Nagle) while the system delays its own TCP acknowledgement.
 */
export class ReadAhead {
  #page: readonly JournalEntry[] = [];
  #at = 0;

  /** The entry `seq`; `to` is the last one that will be wanted. Undefined when the journal does not have it. */
  entry(journal: JournalReader, seq: number, to: number): JournalEntry | undefined {
    if (this.#page[this.#at]?.seq !== seq) {
      this.#page = journal.range(seq, Math.min(PAGE_ENTRIES, to - seq + 1));
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
