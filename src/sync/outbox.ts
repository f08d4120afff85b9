import { LaneError, messageOf } from "#contract/errors";
import type { JournalEntry } from "#contract/journal";
import type { JournalReader } from "#store/journal-reader";
import type { JournalHead } from "#store/journal-rows";

/** Publishes one entry; the callback runs when the broker has acknowledged it. */
export type SendEntry = (entry: JournalEntry, onAcked: () => void) => void;

export interface OutboxOptions {
  /** Opens the journal; throws LaneError STORE_FAILED while there is none. */
  readonly openJournal: () => JournalReader;
  /** Most entries that the broker has not acknowledged. */
  readonly window: number;
  /** Most entries sent beyond what operations have acknowledged: the most that is ever sent twice. */
  readonly horizon: number;
  /** Without any acknowledgement from the broker for this long, the connection counts as broken, milliseconds. */
  readonly ackTimeoutMs: number;
  /** Without an acknowledgement from operations for this long, entries are sent again; doubles each time, milliseconds. */
  readonly resendAfterMs: number;
  readonly onStuck: (detail: string) => void;
  /** The journal cannot be read; it is tried again at the next wake. */
  readonly onUnreadable: (detail: string) => void;
}

/** Most entries that one request may ask for again. */
const REPLAY_LIMIT = 10_000;
const RESEND_MAX_MS = 15 * 60_000;

/**
 * Sends the journal upstream. It is no second queue but a position in the journal: everything after the last entry that
 * operations have acknowledged is still to be sent, in order. The broker's own acknowledgement only makes room for more;
 * after a new connection, or when operations stay silent, sending starts again behind the last entry that they have.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #journal: JournalReader | undefined;
  #send: SendEntry | undefined;
  #connection = 0;
  /** False until the cursor was read since the connection stands. */
  #positioned = false;
  #acked = 0;
  #next = 1;
  #inFlight = 0;
  #replay: { next: number; readonly to: number } | undefined;
  #ackTimer: NodeJS.Timeout | undefined;
  #resendTimer: NodeJS.Timeout | undefined;
  #resendAfterMs: number;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#resendAfterMs = options.resendAfterMs;
  }

  connected(send: SendEntry): void {
    this.disconnected();
    this.#send = send;
    this.#resendAfterMs = this.#options.resendAfterMs;
    this.#positioned = false;
    this.#pump();
  }

  disconnected(): void {
    this.#connection += 1;
    this.#send = undefined;
    this.#inFlight = 0;
    this.#replay = undefined;
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#resendTimer);
    this.#ackTimer = undefined;
    this.#resendTimer = undefined;
  }

  /** Safe to call twice. */
  stop(): void {
    this.disconnected();
    this.#journal?.close();
    this.#journal = undefined;
  }

  /** Last entry of the journal, or null when there is none or it cannot be read. */
  head(): JournalHead | null {
    const head = this.#reading((journal) => journal.head());
    return head === undefined || head.seq === 0 ? null : head;
  }

  /** New entries are durable. */
  headAdvanced(): void {
    this.#pump();
  }

  /** Operations have acknowledged entries up to `seq`, and the cursor is durable. */
  cursorAdvanced(seq: number): void {
    if (seq <= this.#acked) return;
    this.#acked = seq;
    this.#next = Math.max(this.#next, seq + 1);
    this.#resendAfterMs = this.#options.resendAfterMs;
    clearTimeout(this.#resendTimer);
    this.#resendTimer = undefined;
    this.#pump();
  }

  /** Sends a stretch again, beside what is new. Throws LaneError MESSAGE_REFUSED. */
  replay(from: number, to: number): void {
    if (from > to) throw new LaneError("MESSAGE_REFUSED", "the stretch to send again ends before it begins");
    if (to - from >= REPLAY_LIMIT) throw new LaneError("MESSAGE_REFUSED", `more than ${REPLAY_LIMIT} entries at once`);
    if (this.#replay !== undefined) throw new LaneError("MESSAGE_REFUSED", "another stretch is being sent again");
    const head = this.#reading((journal) => journal.head().seq) ?? 0;
    if (to > head) throw new LaneError("MESSAGE_REFUSED", `the journal ends at ${head}`);
    this.#replay = { next: from, to };
    this.#pump();
  }

  #pump(): void {
    // Half a window at a time, so that one read of the journal serves many entries.
    if (this.#send === undefined || this.#inFlight > this.#options.window / 2) return;
    this.#reading((journal) => {
      if (!this.#positioned) this.#position(journal);
      for (const entry of journal.range(this.#next, Math.min(this.#room(), this.#beforeHorizon()))) {
        this.#next = entry.seq + 1;
        this.#publish(entry);
      }
      if (this.#replay !== undefined) this.#pumpReplay(journal, this.#replay);
    });
    this.#expectOperations();
  }

  #position(journal: JournalReader): void {
    this.#acked = journal.acked().seq;
    this.#next = this.#acked + 1;
    this.#positioned = true;
  }

  #pumpReplay(journal: JournalReader, replay: { next: number; readonly to: number }): void {
    for (const entry of journal.range(replay.next, Math.min(this.#room(), replay.to - replay.next + 1))) {
      replay.next = entry.seq + 1;
      this.#publish(entry);
    }
    if (replay.next > replay.to) this.#replay = undefined;
  }

  #publish(entry: JournalEntry): void {
    const connection = this.#connection;
    this.#inFlight += 1;
    this.#send?.(entry, () => {
      if (connection !== this.#connection) return;
      this.#inFlight -= 1;
      this.#expectBroker();
      this.#pump();
    });
    if (this.#ackTimer === undefined) this.#expectBroker();
  }

  /** Counts from the last sign of the broker: entries may wait for others, but something must move. */
  #expectBroker(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#inFlight === 0) return;
    const { ackTimeoutMs, onStuck } = this.#options;
    this.#ackTimer = setTimeout(() => onStuck(`the broker acknowledged nothing for ${ackTimeoutMs} ms`), ackTimeoutMs);
  }

  #expectOperations(): void {
    const waiting = this.#send !== undefined && this.#next > this.#acked + 1;
    if (!waiting || this.#resendTimer !== undefined) return;
    this.#resendTimer = setTimeout(() => {
      this.#resendTimer = undefined;
      this.#resendAfterMs = Math.min(this.#resendAfterMs * 2, RESEND_MAX_MS);
      this.#next = this.#acked + 1;
      this.#pump();
    }, this.#resendAfterMs);
  }

  #room(): number {
    return this.#options.window - this.#inFlight;
  }

  #beforeHorizon(): number {
    return this.#acked + this.#options.horizon - this.#next + 1;
  }

  #reading<T>(read: (journal: JournalReader) => T): T | undefined {
    try {
      this.#journal ??= this.#options.openJournal();
      return read(this.#journal);
    } catch (error) {
      this.#journal?.close();
      this.#journal = undefined;
      this.#options.onUnreadable(messageOf(error));
      return undefined;
    }
  }
}
