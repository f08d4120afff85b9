import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { Clock, MonotonicMs, UtcMs } from "#contract/units";
import type { LaneEffect } from "#lanes/passage/model";
import type { ClearanceIndex } from "./clearance-index.ts";
import type { LaneLoop } from "./lane-loop.ts";

export interface ClearanceFeedOptions {
  readonly loop: LaneLoop;
  readonly index: ClearanceIndex;
  readonly clock: Clock;
  readonly rejected: (source: string, code: string, detail: string) => void;
}

type Feed = Extract<ToControl, { type: "clearance-snapshot" | "clearance-delta" }>;
type Question = Extract<LaneEffect, { type: "find-clearances" }>;

/** Received lists: first on the disk, then in memory, then the open passage looks again. Answers what is on them. */
export class ClearanceFeed {
  readonly #options: ClearanceFeedOptions;
  #receivedAt: UtcMs | null = null;
  /** When the list was last as operations had it, by both clocks; null before the first list. */
  #currentUntil: { readonly utc: UtcMs; readonly monotonic: MonotonicMs } | null = null;

  constructor(options: ClearanceFeedOptions) {
    this.#options = options;
  }

  get receivedAt(): UtcMs | null {
    return this.#receivedAt;
  }

  /**
   * How old the list is, milliseconds: 0 while operations can be reached. Of two clocks the one that shows more time
   * counts, so that setting one back makes no list young.
   */
  get ageMs(): number {
    const { loop, clock } = this.#options;
    if (loop.state.mode.link === "online") return 0;
    const since = this.#currentUntil;
    if (since === null) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, clock.utc() - since.utc, clock.monotonic() - since.monotonic);
  }

  restore(receivedAt: UtcMs | null): void {
    this.#receivedAt = receivedAt;
    this.#currentUntil = receivedAt === null ? null : { utc: receivedAt, monotonic: this.#options.clock.monotonic() };
  }

  /** Operations cannot be reached any more: from now on the list grows old. */
  linkLost(): void {
    const { loop, clock } = this.#options;
    if (loop.state.mode.link === "online") this.#currentUntil = { utc: clock.utc(), monotonic: clock.monotonic() };
  }

  /** What the lane wants to know of the list. */
  answer({ passage, question, container, plate }: Question): void {
    const { loop, index } = this.#options;
    const candidates = index.find(container, plate);
    const { version } = index;
    loop.post({ type: "clearances-found", passage, question, candidates, version, ageMs: this.ageMs });
  }

  async take(feed: Feed): Promise<void> {
    const { loop, index, clock, rejected } = this.#options;
    const receivedAtUtc = clock.utc();
    const snapshot = feed.type === "clearance-snapshot";
    // A broker hands the retained list over again at every connect; the same version again is no news.
    if (feed.version === index.version) return;
    const clearances = snapshot
      ? { replace: { version: feed.version, records: feed.records, receivedAtUtc } }
      : { delta: { version: feed.version, upsert: feed.upsert, remove: feed.remove, receivedAtUtc } };
    const counts = snapshot
      ? { list: "snapshot", version: feed.version, records: feed.records.length }
      : { list: "delta", version: feed.version, upsert: feed.upsert.length, remove: feed.remove.length };
    try {
      const result = await loop.commit({ drafts: [loop.draft("clearance.received", counts)], clearances });
      const dropped = new Set((result.droppedClearances ?? []).map((one) => one.id));
      const good = (snapshot ? feed.records : feed.upsert).filter((record) => !dropped.has(record.id));
      if (snapshot) await index.replaceInSlices(feed.version, good, nextTurn);
      else index.change(feed.version, good, [...feed.remove, ...dropped]);
      for (const one of result.droppedClearances ?? []) rejected(`clearance ${one.id}`, "MESSAGE_REFUSED", one.reason);
    } catch (error) {
      rejected(feed.type, "MESSAGE_REFUSED", messageOf(error));
      return;
    }
    this.#receivedAt = receivedAtUtc;
    loop.post({ type: "clearances-changed", version: feed.version });
  }
}
