import type { Clock, MonotonicMs, UtcMs } from "#contract/units";
import type { LanePolicy } from "#lanes/decision/policy";
import { ANSWER_MS } from "#lanes/decision/quality-rules";
import type { ClearanceFeed } from "./clearance-feed.ts";
import type { JournalDesk } from "./journal-desk.ts";
import type { LaneLoop } from "./lane-loop.ts";
import type { LegalClock } from "./legal/legal-clock.ts";

export interface OperationsWatchOptions {
  readonly loop: Pick<LaneLoop, "state">;
  readonly feed: Pick<ClearanceFeed, "ageMs" | "heard">;
  readonly journal: Pick<JournalDesk, "place">;
  readonly legal: Pick<LegalClock, "link" | "acknowledged">;
  readonly clock: Clock;
  readonly offline: LanePolicy["offline"];
  /** Makes an entry that operations have to acknowledge. */
  readonly ask: () => void;
}

/** Operations with nothing to say are asked at the latest after this time, milliseconds, and at the earliest. */
const ASK_MOST_MS = 5 * 60_000;
const ASK_LEAST_MS = 10_000;
const SILENT = "operations confirm nothing, though the broker answers";

/**
 * Sees whether operations answer, for a broker also answers when they are gone. A lane at which nothing happens asks for
 * an acknowledgement now and then; operations that do not give it for as long as a list counts as fresh are an outage as
 * if the line were down (Circular 39/2018, article 52đ.3).
 */
export class OperationsWatch {
  readonly #options: OperationsWatchOptions;
  readonly #silentAfterMs: number;
  readonly #askAfterMs: number;
  #upSince: MonotonicMs = 0;
  #silent = false;

  constructor(options: OperationsWatchOptions) {
    this.#options = options;
    const { freshMs, limitMs } = options.offline;
    this.#silentAfterMs = Math.max(freshMs, ANSWER_MS);
    this.#askAfterMs = Math.min(ASK_MOST_MS, Math.max(ASK_LEAST_MS, Math.min(freshMs, limitMs) / 3));
  }

  /** The line to the broker stands, or does not. It ends no outage that is the silence of operations. */
  link(up: boolean, detail: string): void {
    if (up) this.#upSince = this.#options.clock.monotonic();
    if (!up || !this.#silent) this.#options.legal.link(up, detail);
  }

  /** Operations have every entry up to `seq`, signed at `at`. */
  acknowledged(seq: number, at: UtcMs): void {
    const { legal, feed } = this.#options;
    legal.acknowledged(seq);
    feed.heard(at);
  }

  /** Called about every second. */
  tick(): void {
    const { loop, feed, journal, legal, clock, ask } = this.#options;
    if (loop.state.mode.link !== "online") return;
    // Over a line that has just come back they have not had the time to answer.
    const quietMs = this.#silent ? feed.ageMs : Math.min(feed.ageMs, clock.monotonic() - this.#upSince);
    const silent = quietMs > this.#silentAfterMs;
    if (silent !== this.#silent) legal.link(!silent, silent ? SILENT : "operations answer again", quietMs);
    this.#silent = silent;
    const { seq, acked } = journal.place;
    if (quietMs > this.#askAfterMs && acked >= seq) ask();
  }
}
