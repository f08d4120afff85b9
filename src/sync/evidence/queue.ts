import type { JournalEntry } from "#contract/journal";
import type { EvidenceRef } from "#contract/reading";
import type { Sha256 } from "#contract/units";

/** One picture that operations have not been sent. */
export interface Picture extends EvidenceRef {
  readonly passage: string | null;
  /** Journal entry that names it. */
  readonly seq: number;
}

/** How far the pictures of the journal are sent: everything up to `seq`, and `done` beyond it. */
export interface EvidencePosition {
  readonly seq: number;
  readonly done: readonly { readonly sha256: Sha256; readonly seq: number }[];
}

/** Pictures of held vehicles are looked at by people now; those of vehicles that passed, if ever. */
const RANK = { held: 0, passed: 1, undecided: 2 } as const;
type Rank = (typeof RANK)[keyof typeof RANK];

interface Waiting extends Picture {
  /** Asked for a second time: it does not hold back the position. */
  readonly again: boolean;
  rank: Rank;
}

/** Most pictures kept in mind; the journal is read on when some are sent. */
const LIMIT = 20_000;

/** Which pictures are to be sent upstream, and in which order. Fed with the journal, entry by entry. */
export class EvidenceQueue {
  readonly #waiting = new Map<Sha256, Waiting>();
  readonly #done = new Map<Sha256, number>();
  /** Verdicts of passages that are not closed: more pictures of them may come. */
  readonly #ranks = new Map<string, Rank>();
  #read: number;

  constructor(position: EvidencePosition) {
    this.#read = position.seq;
    for (const { sha256, seq } of position.done) this.#done.set(sha256, seq);
  }

  /** Last entry taken. */
  get read(): number {
    return this.#read;
  }

  get length(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#waiting.size >= LIMIT;
  }

  /** The next entry of the journal. */
  take(entry: JournalEntry): void {
    this.#read = entry.seq;
    const { passage } = entry;
    if (entry.type === "decision.made" && passage !== null) this.#decided(passage, entry.data);
    else if (entry.type === "passage.closed" && passage !== null) this.#ranks.delete(passage);
    else this.#add(entry, false);
  }

  /** Operations ask for the pictures of this entry once more. */
  again(entry: JournalEntry): void {
    this.#add(entry, true);
  }

  /** The most urgent picture, not one of `except`. */
  next(except: (sha256: Sha256) => boolean): Picture | undefined {
    let best: Waiting | undefined;
    for (const picture of this.#waiting.values()) {
      if (except(picture.sha256)) continue;
      if (best === undefined || picture.rank < best.rank) best = picture;
    }
    return best;
  }

  /** The broker has it, or it is given up. */
  settle(sha256: Sha256): void {
    const picture = this.#waiting.get(sha256);
    this.#waiting.delete(sha256);
    if (picture !== undefined && !picture.again) this.#done.set(sha256, picture.seq);
  }

  position(): EvidencePosition {
    let seq = this.#read;
    for (const picture of this.#waiting.values()) if (!picture.again) seq = Math.min(seq, picture.seq - 1);
    for (const [sha256, at] of this.#done) if (at <= seq) this.#done.delete(sha256);
    return { seq, done: [...this.#done].map(([sha256, at]) => ({ sha256, seq: at })) };
  }

  #add(entry: JournalEntry, again: boolean): void {
    const evidence = evidenceOf(entry);
    if (evidence === undefined || this.#waiting.has(evidence.sha256)) return;
    if (!again && this.#done.has(evidence.sha256)) return;
    const { passage, seq } = entry;
    const rank = this.#ranks.get(passage ?? "") ?? RANK.undecided;
    this.#waiting.set(evidence.sha256, { ...evidence, passage, seq, again, rank });
  }

  /** Held once is held, also when the vehicle may go later. */
  #decided(passage: string, data: unknown): void {
    const passed = fieldOf(data, "verdict") === "PASS" && this.#ranks.get(passage) !== RANK.held;
    const rank = passed ? RANK.passed : RANK.held;
    this.#ranks.set(passage, rank);
    for (const picture of this.#waiting.values()) if (picture.passage === passage) picture.rank = rank;
  }
}

/** The picture that an entry names; entries of every type may carry one. */
function evidenceOf({ data }: JournalEntry): EvidenceRef | undefined {
  const evidence = fieldOf(fieldOf(data, "event"), "evidence");
  const [sha256, bytes, takenAt] = ["sha256", "bytes", "takenAt"].map((name) => fieldOf(evidence, name));
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return {
    sha256,
    bytes: typeof bytes === "number" ? bytes : 0,
    takenAt: typeof takenAt === "number" ? takenAt : 0,
  };
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
