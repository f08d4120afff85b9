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

/** The journal of one lane as operations hold it, checked entry by entry. */
export class LaneBook {
  readonly #entries = new Map<number, EventMessage>();
  #head: EventMessage | undefined;
  #highest = 0;
  #duplicates = 0;
  #redelivered = 0;
  #chainOk = true;

  /** Returns true when the entry is new and good, so that it is kept. */
  take(message: EventMessage): boolean {
    const held = this.#entries.get(message.seq);
    if (held !== undefined) {
      if (held.hash === message.hash && hasItsHash(message)) this.#redelivered += 1;
      else this.#duplicates += 1;
      return false;
    }
    if (!hasItsHash(message)) {
      this.#chainOk = false;
      return false;
    }
    this.#entries.set(message.seq, message);
    this.#highest = Math.max(this.#highest, message.seq);
    this.#advance();
    return true;
  }

  /** Every entry held, in order. */
  entries(): EventMessage[] {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  head(): LaneReport["head"] {
    return this.#head === undefined ? null : { seq: this.#head.seq, hash: this.#head.hash, boot: this.#head.boot };
  }

  report(): LaneReport {
    return {
      received: this.#entries.size,
      gaps: this.#gaps(),
      duplicates: this.#duplicates,
      redelivered: this.#redelivered,
      chainOk: this.#chainOk,
      head: this.head(),
    };
  }

  #advance(): void {
    for (;;) {
      const next = this.#entries.get((this.#head?.seq ?? 0) + 1);
      if (next === undefined) return;
      if (next.prevHash !== (this.#head?.hash ?? GENESIS_HASH)) {
        this.#chainOk = false;
        return;
      }
      this.#head = next;
    }
  }

  #gaps(): { from: number; to: number }[] {
    const gaps: { from: number; to: number }[] = [];
    for (let seq = 1; seq < this.#highest; seq++) {
      if (this.#entries.has(seq)) continue;
      const last = gaps.at(-1);
      if (last !== undefined && last.to === seq - 1) last.to = seq;
      else gaps.push({ from: seq, to: seq });
    }
    return gaps;
  }
}

function hasItsHash(message: EventMessage): boolean {
  return entryHash(entryOfMessage(message)) === message.hash;
}
