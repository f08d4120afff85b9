import type { JournalDraft, JournalType } from "#contract/journal";
import type { LaneSnapshot, ToControl, ToEdge } from "#contract/messages";
import { isoUtc, type Sha256, type UtcMs } from "#contract/units";
import type { JournalHead } from "#store/journal-rows";
import type { LaneLoop } from "./lane-loop.ts";

export interface JournalDeskOptions {
  readonly loop: LaneLoop;
  readonly send: (message: ToEdge) => void;
  /** Entries up to here are on the disk. */
  readonly onCommitted: (seq: number, hash: Sha256) => void;
  /** Operations have every entry up to here, and the cursor is on the disk; they signed that at `at`. */
  readonly onAcknowledged: (seq: number, at: UtcMs) => void;
}

/** Where the journal ends, how far operations have it, and the rows that no event of the lane causes. */
export class JournalDesk {
  readonly #options: JournalDeskOptions;
  #place = { seq: 0, hash: "", acked: 0 };
  #rejected = 0;
  #lastRejected: LaneSnapshot["lastRejected"];

  constructor(options: JournalDeskOptions) {
    this.#options = options;
  }

  get place(): { readonly seq: number; readonly hash: Sha256; readonly acked: number } {
    return this.#place;
  }

  /** Messages refused since the start. */
  get rejected(): number {
    return this.#rejected;
  }

  /** The newest refusal, or undefined. */
  get lastRejected(): LaneSnapshot["lastRejected"] {
    return this.#lastRejected;
  }

  restore(head: JournalHead, acked: number): void {
    this.#place = { ...head, acked };
  }

  committed(seq: number, hash: Sha256): void {
    if (seq <= this.#place.seq) return;
    this.#place = { ...this.#place, seq, hash };
    this.#options.send({ type: "journal-head", seq });
    this.#options.onCommitted(seq, hash);
  }

  /** An acknowledgement is checked against the journal by the store; one that does not fit is a refused message. */
  async acknowledge(claim: Extract<ToControl, { type: "ack" }>): Promise<void> {
    const { boot, seq, hash } = claim;
    const { loop, send, onAcknowledged } = this.#options;
    const result = await loop.commit({ drafts: [], ack: { boot, seq, hash } }).catch(() => undefined);
    if (result?.ack === undefined) return;
    if (!result.ack.accepted) return this.reject("ack", "MESSAGE_REFUSED", result.ack.reason);
    const { ackedSeq } = result.ack;
    this.#place = { ...this.#place, acked: ackedSeq };
    onAcknowledged(ackedSeq, claim.at);
    send({ type: "outbox-cursor", seq: ackedSeq });
  }

  reject(source: string, code: string, detail: string): void {
    this.#rejected += 1;
    const refusal = { source, code, detail };
    const { utc } = this.note("security.rejected", refusal);
    this.#lastRejected = { at: isoUtc(utc), ...refusal };
  }

  /** A row that nobody waits for. A store that cannot write it ends the lane by itself. */
  note(type: JournalType, data: unknown): JournalDraft {
    const { loop } = this.#options;
    const draft = loop.draft(type, data);
    loop.commit({ drafts: [draft] }).catch(() => undefined);
    return draft;
  }
}
