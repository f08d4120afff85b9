import type { CachedClearance, Clearance, Consumption } from "#contract/clearance";
import { INITIAL_STATE, type LaneEffect, type LaneEvent, type LaneState } from "#lanes/passage/model";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { HeardUse } from "../world/neighbour.ts";

/** What becomes durable together: an event with the state and effects of its step, or a change of the clearance list. */
export interface Commit {
  readonly row: Row | null;
  readonly clearances: {
    readonly version: number;
    readonly upsert: readonly Clearance[];
    readonly remove: readonly string[] | "all";
  } | null;
  readonly done: () => void;
}

/** One event of the journal and what the core made of it. */
export interface Row {
  readonly boot: string;
  readonly event: LaneEvent;
  readonly state: LaneState;
  readonly effects: readonly LaneEffect[];
}

export interface MemoryStoreOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  /** Time of one flush now, milliseconds. */
  readonly flushMs: () => number;
  /** A commit is on the disk. Called in the order of the commits. */
  readonly durable: (row: Row) => void;
}

/** Time of one flush of a healthy disk, milliseconds. */
export const FLUSH_MS = { least: 0.5, most: 6 };

export interface Use {
  readonly consumption: Consumption;
  readonly passage: string;
}

/**
 * The store as the lane sees it, in memory: commits become durable in order, in groups, after a while. When the process
 * dies, what was not flushed is gone, except for what happened to be written already without anybody having been told.
 */
export class MemoryStore {
  readonly #options: MemoryStoreOptions;
  readonly #records = new Map<string, Clearance>();
  readonly #uses = new Map<string, Use>();
  readonly #elsewhere = new Map<string, HeardUse>();
  #waiting: Commit[] = [];
  #flushing: Commit[] = [];
  #state: LaneState = INITIAL_STATE;
  #version = 0;
  #process = 0;

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
  }

  get state(): LaneState {
    return this.#state;
  }

  get version(): number {
    return this.#version;
  }

  records(): readonly Clearance[] {
    return [...this.#records.values()];
  }

  uses(): ReadonlyMap<string, Use> {
    return this.#uses;
  }

  keepElsewhere(use: HeardUse): void {
    this.#elsewhere.set(use.clearance, use);
  }

  usesElsewhere(): Iterable<HeardUse> {
    return this.#elsewhere.values();
  }

  /** A record and who has used it, as it is on the disk. */
  cached(id: string): CachedClearance | undefined {
    const clearance = this.#records.get(id);
    return clearance === undefined ? undefined : { clearance, consumption: this.#uses.get(id)?.consumption ?? "none" };
  }

  commit(commit: Commit): void {
    this.#waiting.push(commit);
    if (this.#flushing.length === 0) this.#flush();
  }

  /** The process dies: of what was on its way, the first so many commits are on the disk. Nobody hears of it. */
  lose(): void {
    this.#process += 1;
    const onTheWay = [...this.#flushing, ...this.#waiting];
    this.#flushing = [];
    this.#waiting = [];
    const survive = this.#options.dice.integer(0, onTheWay.length);
    for (const commit of onTheWay.slice(0, survive)) this.#write(commit);
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    this.#flushing = this.#waiting;
    this.#waiting = [];
    const process = this.#process;
    this.#options.clockwork.after(this.#options.flushMs(), () => {
      if (process !== this.#process) return;
      const written = this.#flushing;
      this.#flushing = [];
      for (const commit of written) this.#write(commit);
      for (const commit of written) {
        // The process may die on what the commit before it led to.
        if (process !== this.#process) return;
        commit.done();
      }
      if (process === this.#process && this.#flushing.length === 0) this.#flush();
    });
  }

  #write({ row, clearances }: Commit): void {
    if (clearances !== null) {
      const { version, upsert, remove } = clearances;
      if (remove === "all") this.#records.clear();
      else for (const id of remove) this.#records.delete(id);
      for (const record of upsert) this.#records.set(record.id, record);
      this.#version = version;
    }
    if (row === null) return;
    this.#state = row.state;
    for (const effect of row.effects) {
      if (effect.type !== "consumption") continue;
      const { clearance, consumption, passage } = effect;
      if (consumption === "none") this.#uses.delete(clearance);
      else this.#uses.set(clearance, { consumption, passage });
    }
    this.#options.durable(row);
  }
}
