import type { EventMessage } from "#contract/upstream";
import { ChainBook, type LaneReport, type Taken } from "./chain-book.ts";

/** The journal of one lane as operations hold it: the entries, checked one by one. */
export class LaneBook {
  readonly #chain: ChainBook;
  readonly #entries = new Map<number, EventMessage>();
  readonly #keep: boolean;

  /** `keep` false: entries are checked and not kept. */
  constructor({ keep = true, fromGenesis = true }: { readonly keep?: boolean; readonly fromGenesis?: boolean } = {}) {
    this.#chain = new ChainBook({ fromGenesis });
    this.#keep = keep;
  }

  get highest(): number {
    return this.#chain.highest;
  }

  take(message: EventMessage): Taken {
    const taken = this.#chain.take(message);
    if (this.#keep && (taken === "new" || taken === "unlinked")) this.#entries.set(message.seq, message);
    return taken;
  }

  /** Every entry held, in order. */
  entries(): EventMessage[] {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  hashAt(seq: number): string | undefined {
    return this.#chain.hashAt(seq);
  }

  head(): LaneReport["head"] {
    return this.#chain.head();
  }

  report(): LaneReport {
    return this.#chain.report();
  }
}
