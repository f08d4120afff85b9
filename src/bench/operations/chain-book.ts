import { GENESIS_HASH } from "#contract/journal";
import type { EventMessage } from "#contract/upstream";
import { entryHash } from "#store/hash";
import { entryOfMessage } from "#sync/event-message";

/** What operations make of what one lane has sent. */
export interface LaneReport {
  /** Different entries held. */
  readonly received: number;
  /** Numbers missing before the highest one received, as stretches, both ends included. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Numbers under which a second, different entry came: the lane's past was rewritten. */
  readonly duplicates: number;
  /** Entries that came again unchanged, as they do after a lost connection. */
  readonly redelivered: number;
  /** Every entry has its hash and continues the one before it. */
  readonly chainOk: boolean;
  /** Last entry of the stretch without a gap from the first on; null when the first is missing. */
  readonly head: { readonly seq: number; readonly hash: string; readonly boot: string } | null;
}

/** What one entry turned out to be. */
export type Taken =
  | "new"
  /** It came before, unchanged. */
  | "again"
  /** Another entry came before under its number. */
  | "fork"
  /** Its content does not have its hash: it counts for nothing. */
  | "altered"
  /** It is new and has its hash, but does not fit the entry before or after it. */
  | "unlinked";

type Held = Pick<EventMessage, "hash" | "prevHash" | "boot">;

/**
 * The journal of one lane, checked entry by entry in whatever order they come. Entries themselves are not kept, so it
 * costs a few hundred bytes each.
 */
export class ChainBook {
  readonly #held = new Map<number, Held>();
  readonly #fromGenesis: boolean;
  #headSeq = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = 0;
  #duplicates = 0;
  #redelivered = 0;
  #chainOk = true;

  /** `fromGenesis` false: who listens late does not miss what came before the first entry heard. */
  constructor({ fromGenesis = true }: { readonly fromGenesis?: boolean } = {}) {
    this.#fromGenesis = fromGenesis;
  }

  /** Highest number received. */
  get highest(): number {
    return this.#highest;
  }

  take(message: EventMessage): Taken {
    const { seq, hash, prevHash, boot } = message;
    const good = entryHash(entryOfMessage(message)) === hash;
    const before = this.#held.get(seq);
    if (before !== undefined) {
      const same = good && before.hash === hash;
      if (same) this.#redelivered += 1;
      else this.#duplicates += 1;
      return same ? "again" : "fork";
    }
    if (!good) {
      this.#chainOk = false;
      return "altered";
    }
    this.#held.set(seq, { hash, prevHash, boot });
    this.#lowest = Math.min(this.#lowest, seq);
    this.#highest = Math.max(this.#highest, seq);
    const linked = this.#isLinked(seq) && this.#isLinked(seq + 1);
    if (!linked) this.#chainOk = false;
    this.#advance();
    return linked ? "new" : "unlinked";
  }

  /** The hash held under a number. */
  hashAt(seq: number): string | undefined {
    return this.#held.get(seq)?.hash;
  }

  head(): LaneReport["head"] {
    const held = this.#held.get(this.#headSeq);
    return held === undefined ? null : { seq: this.#headSeq, hash: held.hash, boot: held.boot };
  }

  report(): LaneReport {
    return {
      received: this.#held.size,
      gaps: this.#gaps(),
      duplicates: this.#duplicates,
      redelivered: this.#redelivered,
      chainOk: this.#chainOk,
      head: this.head(),
    };
  }

  /** Whether the entry `seq` continues the one before it, as far as both are here. */
  #isLinked(seq: number): boolean {
    const held = this.#held.get(seq);
    if (held === undefined) return true;
    const before = seq === 1 ? GENESIS_HASH : this.#held.get(seq - 1)?.hash;
    return before === undefined || held.prevHash === before;
  }

  #advance(): void {
    if (this.#headSeq === 0 && !this.#fromGenesis) this.#headSeq = this.#lowest;
    while (this.#held.has(this.#headSeq + 1) && this.#isLinked(this.#headSeq + 1)) this.#headSeq += 1;
  }

  #gaps(): { from: number; to: number }[] {
    const gaps: { from: number; to: number }[] = [];
    for (let seq = this.#fromGenesis ? 1 : this.#lowest; seq < this.#highest; seq++) {
      if (this.#held.has(seq)) continue;
      const last = gaps.at(-1);
      if (last !== undefined && last.to === seq - 1) last.to = seq;
      else gaps.push({ from: seq, to: seq });
    }
    return gaps;
  }
}
