import { LaneError, messageOf } from "#contract/errors";
import type { JournalReader } from "#store/journal-reader";
import type { JournalHead, JournalRow } from "#store/journal-rows";
import { Pace } from "./pace.ts";
import { ReadAhead } from "./read-ahead.ts";
import { SendPlan } from "./send-plan.ts";

/** Publishes one entry; the callback runs when the broker has acknowledged it. */
export type SendEntry = (row: JournalRow, onAcked: () => void) => void;

export interface OutboxOptions {
  /** Opens the journal; throws LaneError STORE_FAILED while there is none. */
  readonly openJournal: () => JournalReader;
  /** Most entries that the broker has not acknowledged. */
  readonly window: number;
  /** Most entries of the backlog sent beyond what operations have acknowledged; live entries may add as many. */
  readonly horizon: number;
  /** Without any acknowledgement from the broker for this long, the connection counts as broken, milliseconds. */
  readonly ackTimeoutMs: number;
  /** Without an acknowledgement from operations for this long, entries are sent again; doubles each time, milliseconds. */
  readonly resendAfterMs: number;
  readonly onStuck: (detail: string) => void;
  /** The journal cannot be read; it is tried again at the next wake. */
  readonly onUnreadable: (detail: string) => void;
}

/** How far operations are behind the journal. */
export interface Depth {
  readonly head: number;
  readonly acked: number;
  /** Entries that the broker was not given on this connection. */
  readonly unsent: number;
}

/** Most entries that one request may ask for again. */
const REPLAY_LIMIT = 10_000;
const RESEND_MAX_MS = 15 * 60_000;

type Lane = "live" | "backlog";

/**
 * Sends the journal upstream. It is no second queue but positions in the journal: everything after the last entry that
 * operations have acknowledged is still to be sent. What was there when the connection came up is backlog; what is
 * written later goes out beside it at once. The broker's own acknowledgement only makes room for more; after a new
 * connection, or when operations stay silent, sending starts again behind the last entry that they have.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #plan = new SendPlan();
  readonly #backlogPages = new ReadAhead();
  readonly #replayPages = new ReadAhead();
  #journal: JournalReader | undefined;
  #send: SendEntry | undefined;
  #connection = 0;
  /** False until the cursor was read since the connection stands. */
  #positioned = false;
  #head = 0;
  #window: number;
  #pace: Pace;
  readonly #inFlight: Record<Lane, number> = { live: 0, backlog: 0 };
  #replay: { next: number; readonly to: number } | undefined;
  #pumpPlanned = false;
  #ackTimer: NodeJS.Timeout | undefined;
  #resendTimer: NodeJS.Timeout | undefined;
  #resendAfterMs: number;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#resendAfterMs = options.resendAfterMs;
    this.#window = options.window;
    this.#pace = new Pace(options.window);
  }

  /** `receiveMaximum`: most messages that the broker takes without having acknowledged them. */
  connected(send: SendEntry, receiveMaximum = Number.POSITIVE_INFINITY): void {
    this.disconnected();
    this.#send = send;
    this.#window = Math.max(1, Math.min(this.#options.window, receiveMaximum));
    this.#pace = new Pace(this.#window);
    this.#resendAfterMs = this.#options.resendAfterMs;
    this.#positioned = false;
    this.#pump();
  }

  disconnected(): void {
    this.#connection += 1;
    this.#send = undefined;
    this.#inFlight.live = 0;
    this.#inFlight.backlog = 0;
    this.#replay = undefined;
    this.#backlogPages.forget();
    this.#replayPages.forget();
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

  /** Null when the journal cannot be read. */
  depth(): Depth | null {
    const depth = this.#reading((journal) => ({ head: journal.head().seq, acked: journal.acked().seq }));
    if (depth === undefined) return null;
    const { backlogLength, live } = this.#plan;
    const sending = this.#send !== undefined && this.#positioned;
    const unsent = sending ? backlogLength + Math.max(0, depth.head - live + 1) : depth.head - depth.acked;
    return { ...depth, unsent };
  }

  /** Entries up to `seq` are durable. */
  headAdvanced(seq: number): void {
    this.#head = Math.max(this.#head, seq);
    this.#pump();
  }

  /**
   * Operations say that they hold everything up to `seq`: more of the backlog may follow before the cursor is durable.
   * Returns false when that is no news, or says more than was sent.
   */
  heard(seq: number): boolean {
    if (!this.#plan.hear(seq)) return false;
    this.#pump();
    return true;
  }

  /** Operations have acknowledged entries up to `seq`, and the cursor is durable. */
  cursorAdvanced(seq: number): void {
    if (!this.#plan.acknowledge(seq)) return;
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
    if (this.#send === undefined) return;
    this.#reading((journal) => {
      if (!this.#positioned) this.#position(journal);
      this.#pumpLive(journal);
      this.#pumpBacklog(journal);
      if (this.#replay !== undefined) this.#pumpReplay(journal, this.#replay);
    });
    this.#expectOperations();
  }

  #position(journal: JournalReader): void {
    this.#head = journal.head().seq;
    this.#plan.restart(journal.acked().seq, this.#head);
    this.#positioned = true;
  }

  #pumpLive(journal: JournalReader): void {
    const plan = this.#plan;
    if (plan.live > this.#head) return;
    for (const entry of read(journal, plan.live, Math.min(this.#liveRoom(), this.#head - plan.live + 1))) {
      plan.sentLive(entry.seq);
      this.#publish(entry, "live");
    }
    // A stream that has more to send than the line takes is a backlog itself: newer entries must not wait for it.
    if (this.#head - plan.live >= this.#window) plan.defer(this.#head);
  }

  #pumpBacklog(journal: JournalReader): void {
    while (this.#backlogRoom() > 0) {
      const { backlog, heard } = this.#plan;
      if (backlog === undefined || backlog.from > heard + this.#options.horizon) return;
      const entry = this.#backlogPages.entry(journal, backlog.from, backlog.to);
      if (entry === undefined) return;
      this.#plan.sentBacklog(entry.seq);
      this.#publish(entry, "backlog");
    }
  }

  #pumpReplay(journal: JournalReader, replay: { next: number; readonly to: number }): void {
    while (this.#backlogRoom() > 0 && replay.next <= replay.to) {
      const entry = this.#replayPages.entry(journal, replay.next, replay.to);
      if (entry === undefined) break;
      replay.next = entry.seq + 1;
      this.#publish(entry, "backlog");
    }
    if (replay.next > replay.to) this.#replay = undefined;
  }

  #publish(entry: JournalRow, lane: Lane): void {
    const connection = this.#connection;
    const sentAt = performance.now();
    this.#inFlight[lane] += 1;
    this.#send?.(entry, () => {
      if (connection !== this.#connection) return;
      this.#inFlight[lane] -= 1;
      this.#pace.acknowledged(performance.now() - sentAt);
      this.#planPump();
    });
    this.#ackTimer ??= this.#expectBroker();
  }

  /**
   * Acknowledgements come in handfuls, and the room that one handful makes is filled with one write. It must not wait for
   * more than that: a broker that gathers small packets (Nagle) holds back the next ones until it hears from us.
   */
  #planPump(): void {
    if (this.#pumpPlanned) return;
    this.#pumpPlanned = true;
    setImmediate(() => {
      this.#pumpPlanned = false;
      if (this.#send === undefined) return;
      this.#ackTimer?.refresh();
      this.#pump();
    });
  }

  /** Counts from the last sign of the broker: entries may wait for others, but something must move. */
  #expectBroker(): NodeJS.Timeout {
    const { ackTimeoutMs, onStuck } = this.#options;
    return setTimeout(() => {
      this.#ackTimer = undefined;
      const waiting = this.#inFlight.live + this.#inFlight.backlog > 0;
      if (waiting) onStuck(`the broker acknowledged nothing for ${ackTimeoutMs} ms`);
    }, ackTimeoutMs);
  }

  #expectOperations(): void {
    const waiting = this.#send !== undefined && this.#plan.unacknowledged > 0;
    if (!waiting || this.#resendTimer !== undefined) return;
    this.#resendTimer = setTimeout(() => {
      this.#resendTimer = undefined;
      this.#resendAfterMs = Math.min(this.#resendAfterMs * 2, RESEND_MAX_MS);
      this.#plan.repeat();
      this.#pump();
    }, this.#resendAfterMs);
  }

  #liveRoom(): number {
    const { horizon } = this.#options;
    const ahead = (this.#plan.backlog === undefined ? horizon : 2 * horizon) - this.#plan.unheard;
    return Math.min(this.#window - this.#inFlight.live - this.#inFlight.backlog, ahead);
  }

  #backlogRoom(): number {
    return this.#pace.limit - this.#inFlight.live - this.#inFlight.backlog;
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

/** Entries from `from` on; no room, no query. */
function read(journal: JournalReader, from: number, count: number): readonly JournalRow[] {
  return count > 0 ? journal.rows(from, count) : [];
}
