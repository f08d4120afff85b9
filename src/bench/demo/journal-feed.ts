import { setTimeout as wait } from "node:timers/promises";
import type { JournalEntry } from "#contract/journal";
import type { JournalReader } from "#store/journal-reader";

const POLL_MS = 50;
const PAGE = 500;

/** Follows the journal of a running lane and keeps what it has seen. */
export class JournalFeed {
  readonly #entries: JournalEntry[] = [];
  readonly #reader: JournalReader;
  readonly #onEntry: (entry: JournalEntry) => void;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(reader: JournalReader, onEntry: (entry: JournalEntry) => void) {
    this.#reader = reader;
    this.#onEntry = onEntry;
  }

  /** Everything that is committed now, oldest first. */
  get entries(): readonly JournalEntry[] {
    if (!this.#stopped) this.#catchUp();
    return this.#entries;
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** The first entry from `from` on that fits; undefined when none came within the time. */
  async find(
    from: number,
    fits: (entry: JournalEntry) => boolean,
    withinMs: number,
  ): Promise<JournalEntry | undefined> {
    const deadline = performance.now() + withinMs;
    for (let index = from; performance.now() < deadline; ) {
      const entry = this.#entries[index];
      if (entry === undefined) await wait(POLL_MS);
      else if (fits(entry)) return entry;
      else index += 1;
    }
    return undefined;
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      this.#catchUp();
      await wait(POLL_MS);
    }
  }

  #catchUp(): void {
    let page: readonly JournalEntry[];
    do {
      page = this.#reader.range((this.#entries.at(-1)?.seq ?? 0) + 1, PAGE);
      this.#entries.push(...page);
      for (const entry of page) this.#onEntry(entry);
    } while (page.length === PAGE);
  }
}
