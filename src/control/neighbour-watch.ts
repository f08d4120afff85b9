import type { JournalDraft } from "#contract/journal";
import type { ToControl } from "#contract/messages";
import { isoUtc } from "#contract/units";
import type { UseElsewhere } from "#store/neighbour-uses";
import type { ClearanceIndex } from "./clearance-index.ts";
import type { LaneLoop } from "./lane-loop.ts";

export interface NeighbourWatchOptions {
  readonly lane: string;
  readonly loop: LaneLoop;
  readonly index: ClearanceIndex;
}

type News = Extract<ToControl, { type: "neighbour-uses" }>;

/**
 * What neighbours have used: on the disk first, then in the index, then the open passage looks again. One clearance that
 * two lanes have consumed is put on record with both passages; nothing else can be done about it any more.
 */
export class NeighbourWatch {
  readonly #options: NeighbourWatchOptions;

  constructor(options: NeighbourWatchOptions) {
    this.#options = options;
  }

  async take({ lane, through, uses }: News): Promise<void> {
    const { loop, index } = this.#options;
    const drafts = uses.flatMap((use) => {
      const own = index.consumedBy(use.clearance);
      const known = index.consumedElsewhere(use.clearance).some((one) => one.lane === lane);
      return own === undefined || use.use !== "consumed" || known ? [] : [this.#conflict(own, { ...use, lane })];
    });
    const committed = await loop.commit({ drafts, neighbour: { lane, through, uses } }).catch(() => undefined);
    const news = committed?.usedElsewhere ?? [];
    for (const use of news) index.useElsewhere(use);
    if (news.some(({ clearance }) => index.has(clearance))) {
      loop.post({ type: "clearances-changed", version: index.version });
    }
  }

  /** This lane has consumed a clearance: perhaps not as the first. */
  consumed(clearance: string, passage: string): void {
    const { loop, index } = this.#options;
    const drafts = index.consumedElsewhere(clearance).map((use) => this.#conflict(passage, use));
    // A store that cannot write it ends the lane by itself.
    if (drafts.length > 0) loop.commit({ drafts }).catch(() => undefined);
  }

  #conflict(passage: string, { lane, clearance, ...other }: UseElsewhere): JournalDraft {
    const { loop, lane: own } = this.#options;
    const draft = loop.draft("clearance.conflict", {
      clearance,
      own: { lane: own, passage },
      other: { lane, passage: other.passage, seq: other.seq, hash: other.hash, at: isoUtc(other.utcMs) },
    });
    return { ...draft, passage };
  }
}
