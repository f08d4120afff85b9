import { type StorageCondition, type StorageMode, storageCondition } from "#contract/storage";
import type { Ballast } from "./ballast.ts";
import type { AckClaim } from "./batch.ts";
import type { JournalHead } from "./journal-rows.ts";

/** A commit that takes longer than this makes the disk a slow one (faults guide, F5), milliseconds. */
const SLOW_MS = 500;
/** So many quick commits in a row make it a good one again. */
const QUICK_COMMITS = 10;
/** How often the disk is looked at, milliseconds. */
const LOOK_EVERY_MS = 5_000;
/** Less than this is none: a log that is overwritten in place can hide a full disk for a while, bytes. */
const LEAST_ROOM_BYTES = 1024 * 1024;

/** Works out how well the lane can keep its records from what the store goes through. */
export class StorageWatch {
  readonly #ballast: Ballast;
  readonly #onChange: (condition: StorageCondition) => void;
  #mode: StorageMode = "ok";
  #quick = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(ballast: Ballast, onChange: (condition: StorageCondition) => void) {
    this.#ballast = ballast;
    this.#onChange = onChange;
  }

  /** The disk is full and the reserve was given up for what has to be written now. */
  full(): void {
    this.#set("full", "the disk is full; the reserve is in use");
  }

  /** A group of commits was made durable in so long; `now` on a monotonic clock. Milliseconds. */
  committed(tookMs: number, now: number): void {
    if (now - this.#lookedAt >= LOOK_EVERY_MS) this.#look(now);
    if (this.#mode === "full") return;
    if (tookMs > SLOW_MS) {
      this.#quick = 0;
      if (this.#mode === "ok") this.#set("slow", `a commit took ${Math.round(tookMs)} ms, ${SLOW_MS} are allowed`);
    } else if (this.#mode === "slow") {
      this.#quick += 1;
      if (this.#quick >= QUICK_COMMITS) this.#set("ok", "the disk is fast again");
    }
  }

  /** Operations acknowledge what the journal does not have: it was put back from an older copy. Stays until a start. */
  acknowledgedBeyond(claim: AckClaim, head: JournalHead): void {
    this.#set("rolled-back", `operations hold entry ${claim.seq}, the journal ends with ${head.seq}`);
  }

  /** A reserve that is given up is put back when there is room again; one that is there goes when there is none left. */
  #look(now: number): void {
    this.#lookedAt = now;
    if (this.#mode === "full") {
      if (this.#ballast.take()) this.#set("ok", "there is room again");
    } else if (this.#ballast.isThere && this.#ballast.room() < LEAST_ROOM_BYTES) {
      this.#ballast.release();
      this.full();
    }
  }

  #set(mode: StorageMode, detail: string): void {
    if (this.#mode === mode || this.#mode === "rolled-back") return;
    this.#mode = mode;
    this.#quick = 0;
    this.#onChange(storageCondition(mode, detail));
  }
}
