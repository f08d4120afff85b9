import { messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import type { Clock } from "#contract/units";
import type { ClearanceIndex } from "./clearance-index.ts";
import type { LaneLoop } from "./lane-loop.ts";

export interface ClearanceFeedOptions {
  readonly loop: LaneLoop;
  readonly index: ClearanceIndex;
  readonly clock: Clock;
  readonly rejected: (source: string, code: string, detail: string) => void;
}

type Feed = Extract<ToControl, { type: "clearance-snapshot" | "clearance-delta" }>;

/** Received lists: first on the disk, then in memory, then the open passage looks again. */
export class ClearanceFeed {
  readonly #options: ClearanceFeedOptions;
  #receivedAt: number | null = null;

  constructor(options: ClearanceFeedOptions) {
    this.#options = options;
  }

  get receivedAt(): number | null {
    return this.#receivedAt;
  }

  restore(receivedAt: number | null): void {
    this.#receivedAt = receivedAt;
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
      if (snapshot) index.replace(feed.version, good);
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
