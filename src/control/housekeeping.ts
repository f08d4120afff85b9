import type { RetentionRules } from "#contract/retention";
import type { Clock } from "#contract/units";
import type { StoreClient } from "#store/client";
import type { JournalDesk } from "./journal-desk.ts";

export interface HousekeepingOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly rules: RetentionRules;
  /** Hears of entries that the store added by itself, and of what cannot be done. */
  readonly journal: Pick<JournalDesk, "committed" | "note">;
}

/** Time between two rounds, and between two slices of one, milliseconds. */
const ROUND_MS = 60_000;
const SLICE_MS = 250;

/** Has the store let go what was kept long enough, in slices with rests between, so that nothing waits for it. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | undefined;
  #problem: string | null = null;
  #stopped = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#next(ROUND_MS);
  }

  /** Safe to call twice. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #next(afterMs: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#slice(), afterMs);
  }

  async #slice(): Promise<void> {
    const { store, clock, rules, journal } = this.#options;
    const {
      more,
      head,
      problem = null,
    } = await store.housekeep({
      utc: clock.utc(),
      monotonicMs: clock.monotonic(),
      rules,
    });
    if (this.#stopped) return;
    if (head !== undefined) journal.committed(head.seq, head.hash);
    if (problem !== this.#problem) journal.note("lane.storage", { part: "housekeeping", problem });
    this.#problem = problem;
    this.#next(more ? SLICE_MS : ROUND_MS);
  }
}
