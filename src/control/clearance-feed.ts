import { setImmediate as nextTurn } from "node:timers/promises";
import { isLaneError, messageOf } from "#contract/errors";
import type { JournalType } from "#contract/journal";
import type { ToControl, ToEdge } from "#contract/messages";
import { type Clock, isoUtc, type UtcMs } from "#contract/units";
import type { LaneEffect } from "#lanes/passage/model";
import type { ClearanceIndex } from "./clearance-index.ts";
import type { LaneLoop } from "./lane-loop.ts";
import { ListAge } from "./list-age.ts";

export interface ClearanceFeedOptions {
  readonly loop: LaneLoop;
  readonly index: ClearanceIndex;
  readonly clock: Clock;
  /** Up to this age the list counts as fresh, milliseconds. */
  readonly freshMs: number;
  readonly rejected: (source: string, code: string, detail: string) => void;
  readonly send: (message: ToEdge) => void;
}

type Feed = Extract<ToControl, { type: "clearance-snapshot" | "clearance-delta" }>;
type Question = Extract<LaneEffect, { type: "find-clearances" }>;

/** Received lists: first on the disk, then in memory, then the open passage looks again. Answers what is on them. */
export class ClearanceFeed {
  readonly #options: ClearanceFeedOptions;
  #receivedAt: UtcMs | null = null;
  readonly #age: ListAge;

  constructor(options: ClearanceFeedOptions) {
    this.#options = options;
    this.#age = new ListAge(options.clock);
  }

  get receivedAt(): UtcMs | null {
    return this.#receivedAt;
  }

  /** How long operations have signed nothing, milliseconds. */
  get ageMs(): number {
    return this.#age.ms;
  }

  /** `damaged`: records that the disk has altered since; operations hear of each. */
  restore(receivedAt: UtcMs | null, damaged: readonly string[]): void {
    for (const id of damaged) this.#options.rejected(`clearance ${id}`, "STORE_FAILED", "its record was damaged");
    this.#receivedAt = receivedAt;
    if (receivedAt !== null) this.#age.heard(receivedAt);
  }

  /** Operations have signed something at `at`. A vehicle that is held because they were silent is looked at again. */
  heard(at: UtcMs): void {
    const { loop, index, freshMs } = this.#options;
    const wasSilent = this.ageMs > freshMs;
    this.#age.heard(at);
    if (wasSilent && this.ageMs <= freshMs) loop.post({ type: "clearances-changed", version: index.version });
  }

  /** What the lane wants to know of the list. */
  answer({ passage, question, container, plate }: Question): void {
    const { loop, index } = this.#options;
    const candidates = index.find(container, plate);
    const { version } = index;
    loop.post({ type: "clearances-found", passage, question, candidates, version, ageMs: this.ageMs });
  }

  /** Takes a list or changes to it. A suspension among changes counts before anything that still waits for the disk. */
  async take(feed: Feed): Promise<void> {
    const { loop, index } = this.#options;
    // A broker hands the retained list over again at every connect; the same version again is no news.
    if (feed.version === index.version) this.heard(feed.at);
    if (feed.version === index.version) return this.#imported(feed, "this version is here already");
    if (feed.type === "clearance-delta" && feed.version > index.version) {
      const keepsBack = index.foresee(feed.version, feed.upsert, feed.remove);
      if (keepsBack) loop.post({ type: "clearances-changed", version: feed.version });
    }
    const refused = await this.#store(feed);
    if (refused !== null) {
      this.#options.rejected(feed.type, "MESSAGE_REFUSED", refused);
      return this.#imported(feed, refused);
    }
    this.#age.heard(feed.at);
    loop.post({ type: "clearances-changed", version: feed.version });
    this.#imported(feed, null);
  }

  /** On the disk, then into the index. Returns why it was refused, or null. */
  async #store(feed: Feed): Promise<string | null> {
    const { loop, index, clock, rejected } = this.#options;
    const receivedAtUtc = clock.utc();
    const snapshot = feed.type === "clearance-snapshot";
    const clearances = snapshot
      ? { replace: { version: feed.version, records: feed.records, receivedAtUtc } }
      : { delta: { version: feed.version, upsert: feed.upsert, remove: feed.remove, receivedAtUtc } };
    try {
      const result = await loop.commit({ drafts: [loop.draft(...rowOf(feed))], clearances });
      const dropped = new Set((result.droppedClearances ?? []).map((one) => one.id));
      const good = (snapshot ? feed.records : feed.upsert).filter((record) => !dropped.has(record.id));
      if (snapshot) await index.replaceInSlices(feed.version, good, nextTurn);
      else index.change(feed.version, good, [...feed.remove, ...dropped]);
      for (const one of result.droppedClearances ?? []) rejected(`clearance ${one.id}`, "MESSAGE_REFUSED", one.reason);
    } catch (error) {
      return isLaneError(error) ? error.detail : messageOf(error);
    }
    this.#receivedAt = receivedAtUtc;
    return null;
  }

  /** Tells who brought a list in a file what became of it. */
  #imported(feed: Feed, refused: string | null): void {
    if (feed.type !== "clearance-snapshot" || feed.imported === undefined) return;
    const { importId } = feed.imported;
    this.#options.send({ type: "clearance-import-outcome", importId, version: feed.version, refused });
  }
}

/** The row of a list, or of changes to it. */
function rowOf(feed: Feed): [type: JournalType, data: object] {
  const { version } = feed;
  if (feed.type === "clearance-delta") {
    const { upsert, remove } = feed;
    return ["clearance.received", { list: "delta", version, upsert: upsert.length, remove: remove.length }];
  }
  const records = feed.records.length;
  if (feed.imported === undefined) return ["clearance.received", { list: "snapshot", version, records }];
  return ["clearance.imported", { list: "file", version, records, at: isoUtc(feed.at) }];
}
