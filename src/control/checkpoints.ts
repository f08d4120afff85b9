import type { DecisionRecord } from "#contract/decision";
import type { JournalType } from "#contract/journal";
import type { Clock, Sha256 } from "#contract/units";
import { type Checkpoint, signCheckpoint } from "#store/checkpoint";
import type { LaneKey } from "#store/lane-key";

export interface CheckpointsOptions {
  readonly site: string;
  readonly lane: string;
  readonly boot: string;
  readonly key: LaneKey;
  readonly clock: Clock;
  /** Appends the checkpoint to the journal; it is an entry like any other. */
  readonly append: (checkpoint: Checkpoint) => void;
}

/** Signed at the latest after so many entries, and after so much time when there is anything new, milliseconds. */
const EVERY_ENTRIES = 256;
const EVERY_MS = 60_000;

/**
 * Signs the head of the journal now and then, and after each passage, so that a past cannot be rewritten unseen; also
 * when a vehicle is held, because its officer needs evidence while it stands there.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #head: { seq: number; hash: Sha256 } | undefined;
  /** Entries up to here are covered, the checkpoint's own one included. */
  #covered = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.sign(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** An entry is on the disk. */
  committed(seq: number, hash: Sha256): void {
    this.#head = { seq, hash };
    if (seq - this.#covered >= EVERY_ENTRIES) this.sign();
  }

  /** A record of the lane is on the disk. A PASS waits for nothing. */
  recorded(type: JournalType, data: unknown): void {
    const held = type === "decision.made" && (data as DecisionRecord).verdict !== "PASS";
    if (held || type === "passage.closed") this.sign();
  }

  /** Signs what is on the disk, unless nothing is new since the last time. */
  sign(): void {
    if (this.#head !== undefined && this.#head.seq > this.#covered) this.again();
  }

  /** Signs it also when nothing is new: operations show that they are there by acknowledging it. */
  again(): void {
    const head = this.#head;
    if (head === undefined) return;
    const { site, lane, boot, key, clock, append } = this.#options;
    this.#covered = head.seq + 1;
    append(signCheckpoint({ site, lane, boot, ...head, utc: clock.utc() }, key));
  }
}
