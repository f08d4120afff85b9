import type { CachedClearance, Clearance, Consumption, Hold } from "#contract/clearance";
import type { UtcMs } from "#contract/units";
import type { UseElsewhere } from "#store/neighbour-uses";
import { ClearanceTables } from "./clearance-tables.ts";

interface Use {
  readonly consumption: Consumption;
  readonly passage: string | null;
  /** When it began; a use taken over from the start before is older than any news. */
  readonly utc: UtcMs;
}

interface Ahead {
  /** Version of the list that has it. */
  readonly version: number;
  /** Null: taken off the list. */
  readonly record: Clearance | null;
}

/** Records that are put into the tables at once: a few milliseconds of work. */
const SLICE = 100;

/**
 * The clearance cache as the control process keeps it in memory: found by container number and by tractor plate.
 * What is durable is in the store; this is its index, rebuilt at start.
 */
export class ClearanceIndex {
  #tables = new ClearanceTables();
  /** Changes that came while a whole list was put into tables of its own; null when none is. */
  #afterList: (() => void)[] | null = null;
  /** What changes say that are not in the tables yet, where it keeps a vehicle back. */
  readonly #ahead = new Map<string, Ahead>();
  readonly #uses = new Map<string, Use>();
  /** By clearance, then by lane. */
  readonly #elsewhere = new Map<string, Map<string, UseElsewhere>>();
  readonly #lane: string;
  version = 0;

  /** `lane`: this lane, as its neighbours call it. */
  constructor(lane = "") {
    this.#lane = lane;
  }

  get size(): number {
    return this.#tables.size;
  }

  /** Replaces the whole list; what was used stays used. */
  replace(version: number, records: readonly Clearance[]): void {
    const tables = new ClearanceTables(records.length);
    for (const record of records) tables.put(record);
    this.#tables = tables;
    this.#arrived(version);
  }

  /**
   * The same in slices of a few milliseconds, with `pause` between them; the list before answers until the new one is
   * whole. Changes that come meanwhile, and another list, wait for their turn.
   */
  async replaceInSlices(version: number, records: readonly Clearance[], pause: () => Promise<void>): Promise<void> {
    while (this.#afterList !== null) await pause();
    const later: (() => void)[] = [];
    this.#afterList = later;
    const tables = new ClearanceTables(records.length);
    for (let at = 0; at < records.length; at += SLICE) {
      for (const record of records.slice(at, at + SLICE)) tables.put(record);
      await pause();
    }
    this.#tables = tables;
    this.#arrived(version);
    this.#afterList = null;
    for (const change of later) change();
  }

  change(version: number, upsert: readonly Clearance[], remove: readonly string[]): void {
    if (this.#afterList !== null) {
      this.#afterList.push(() => this.change(version, upsert, remove));
      return;
    }
    for (const id of remove) this.#tables.drop(id);
    for (const record of upsert) this.#tables.put(record);
    this.#arrived(version);
  }

  /**
   * Changes have come that may have to wait for a list before them: what they suspend, revoke or withdraw counts at once.
   * Returns true when they keep anything back.
   */
  foresee(version: number, upsert: readonly Clearance[], remove: readonly string[]): boolean {
    const vetoes = upsert.filter(({ status, holds }) => status === "REVOKED" || holds.some(isSuspension));
    for (const record of vetoes) this.#ahead.set(record.id, { version, record });
    for (const id of remove) this.#ahead.set(id, { version, record: null });
    return vetoes.length + remove.length > 0;
  }

  use(id: string, consumption: Consumption, passage: string | null, utc: UtcMs = 0): void {
    if (consumption === "none") this.#uses.delete(id);
    else this.#uses.set(id, { consumption, passage, utc: this.#uses.get(id)?.utc ?? utc });
  }

  /** A neighbour uses a clearance, or no longer does. */
  useElsewhere(use: UseElsewhere): void {
    const lanes = this.#elsewhere.get(use.clearance) ?? new Map<string, UseElsewhere>();
    if (use.use === "released") lanes.delete(use.lane);
    else lanes.set(use.lane, use);
    if (lanes.size === 0) this.#elsewhere.delete(use.clearance);
    else this.#elsewhere.set(use.clearance, lanes);
  }

  has(id: string): boolean {
    return this.#tables.get(id) !== undefined;
  }

  /** The passage of this lane that has consumed a clearance. */
  consumedBy(id: string): string | undefined {
    const use = this.#uses.get(id);
    return use?.consumption === "consumed" ? (use.passage ?? undefined) : undefined;
  }

  /** Where else a clearance was consumed. */
  consumedElsewhere(id: string): readonly UseElsewhere[] {
    return [...(this.#elsewhere.get(id)?.values() ?? [])].filter(({ use }) => use === "consumed");
  }

  /**
   * Every record that names this container or this tractor plate. When no record names one of them exactly: those that
   * nearly do, one edit away, with what is two edits away beside them. Whether a near value may be taken is a rule.
   */
  find(container: string | null, plate: string | null): CachedClearance[] {
    return this.#tables.find(container, plate).flatMap((id) => this.#cached(id));
  }

  /** The tables are those of this version: what was foreseen up to it is in them. */
  #arrived(version: number): void {
    this.version = version;
    for (const [id, ahead] of this.#ahead) if (ahead.version <= version) this.#ahead.delete(id);
  }

  /** A record as it counts now. */
  #record(id: string): Clearance | undefined {
    const listed = this.#tables.get(id);
    const ahead = this.#ahead.get(id);
    if (listed === undefined || ahead === undefined) return listed;
    if (ahead.record === null) return undefined;
    const { version, status, holds } = ahead.record;
    return { ...listed, version, status, holds };
  }

  #cached(id: string): CachedClearance[] {
    const clearance = this.#record(id);
    if (clearance === undefined) return [];
    const own = this.#uses.get(id);
    const other = this.#strongestElsewhere(id);
    if (other !== undefined && !this.#isOurs(own, other)) {
      return [{ clearance, consumption: other.use, passage: `${other.lane}/${other.passage}` }];
    }
    if (own === undefined || own.consumption === "none") return [{ clearance, consumption: "none" }];
    return [{ clearance, consumption: own.consumption, ...(own.passage === null ? {} : { passage: own.passage }) }];
  }

  /** The use by a neighbour that counts: consumed before reserved, then the earlier one. */
  #strongestElsewhere(id: string): (UseElsewhere & { readonly use: "reserved" | "consumed" }) | undefined {
    const uses = [...(this.#elsewhere.get(id)?.values() ?? [])];
    const [first] = uses.sort(
      (a, b) =>
        Number(b.use === "consumed") - Number(a.use === "consumed") || a.utcMs - b.utcMs || order(a.lane, b.lane),
    );
    return first === undefined || first.use === "released" ? undefined : { ...first, use: first.use };
  }

  /** Of two lanes that reserve one clearance the earlier has it, and both see it so; of two equals, the lower name. */
  #isOurs(own: Use | undefined, other: UseElsewhere): boolean {
    if (own === undefined || own.consumption === "none") return false;
    if (own.consumption === "consumed") return true;
    if (other.use === "consumed") return false;
    return own.utc < other.utcMs || (own.utc === other.utcMs && order(this.#lane, other.lane) < 0);
  }
}

const isSuspension = ({ kind }: Hold): boolean => kind === "SUSPENDED";

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
