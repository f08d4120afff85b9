import type { StatusMessage } from "#contract/upstream";
import type { LaneReport } from "./chain-book.ts";
import { LaneBook } from "./lane-book.ts";

export interface LaneDeskOptions {
  readonly keepEntries: boolean;
  readonly fromGenesis: boolean;
  /** How long acknowledgements are gathered into one, milliseconds. */
  readonly ackDelayMs: number;
  /** How long a gap may stay without progress before it is asked for, milliseconds. */
  readonly repairAfterMs: number;
  /** Everything up to this head may be acknowledged. */
  readonly onAckDue: (head: NonNullable<LaneReport["head"]>) => void;
  /** These entries are missing and do not come by themselves. */
  readonly onGap: (from: number, to: number) => void;
}

/** So many new entries are acknowledged at once: a lane sends only so far ahead. */
const ACK_AT_ENTRIES = 256;
/** Most entries asked for at once. */
const REPAIR_ENTRIES = 1_000;

/** What operations hold of one lane, and when they have to answer it. */
export class LaneDesk {
  readonly book: LaneBook;
  status: StatusMessage | undefined;
  readonly #options: LaneDeskOptions;
  #ackTimer: NodeJS.Timeout | undefined;
  #repairTimer: NodeJS.Timeout | undefined;
  #ackedSeq = 0;

  constructor(options: LaneDeskOptions) {
    this.#options = options;
    this.book = new LaneBook({ keep: options.keepEntries, fromGenesis: options.fromGenesis });
  }

  /** An entry was taken into the book and stored, new or not: plans the answer. */
  answer(): void {
    // Also for an entry that came again: its acknowledgement may have been lost.
    this.planAck();
    this.#watchGap();
  }

  /** The head is acknowledged soon, and at once when there is much to acknowledge. */
  planAck(): void {
    const many = (this.book.head()?.seq ?? 0) - this.#ackedSeq >= ACK_AT_ENTRIES;
    if (many) this.ackNow();
    else this.#ackTimer ??= setTimeout(() => this.ackNow(), this.#options.ackDelayMs);
  }

  ackNow(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    const head = this.book.head();
    if (head === null) return;
    this.#ackedSeq = head.seq;
    this.#options.onAckDue(head);
  }

  /** Nothing is planned any more. Safe to call twice. */
  stop(): void {
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#repairTimer);
    this.#ackTimer = undefined;
    this.#repairTimer = undefined;
  }

  /** A gap is in order while the lane fills it; one that stays is asked for. */
  #watchGap(): void {
    const missing = (this.book.head()?.seq ?? 0) + 1;
    if (this.#repairTimer !== undefined || missing > this.book.highest) return;
    this.#repairTimer = setTimeout(() => {
      this.#repairTimer = undefined;
      const still = (this.book.head()?.seq ?? 0) + 1;
      if (still === missing) this.#options.onGap(missing, Math.min(this.book.highest, missing + REPAIR_ENTRIES - 1));
      this.#watchGap();
    }, this.#options.repairAfterMs);
  }
}
