import type { CachedClearance, Clearance, Consumption } from "#contract/clearance";
import { identifierForm, normaliseIdentifier } from "#contract/identifiers";
import { NeighbourIndex } from "./neighbour-index.ts";

interface Use {
  readonly consumption: Consumption;
  readonly passage: string | null;
}

/** Nearly right values that one question brings: the nearest decides, and any second one speaks against it. */
const NEAR_VALUES = 3;
/** Most records that near values bring, so that a crowded neighbourhood cannot swell the journal. */
const NEAR_RECORDS = 8;

/**
 * The clearance cache as the control process keeps it in memory: found by container number and by tractor plate.
 * What is durable is in the store; this is its index, rebuilt at start.
 */
export class ClearanceIndex {
  readonly #records = new Map<string, Clearance>();
  readonly #byContainer = new ValueIndex();
  readonly #byPlate = new ValueIndex();
  readonly #uses = new Map<string, Use>();
  version = 0;

  get size(): number {
    return this.#records.size;
  }

  /** Replaces the whole list; what was used stays used. */
  replace(version: number, records: readonly Clearance[]): void {
    this.#records.clear();
    this.#byContainer.clear();
    this.#byPlate.clear();
    for (const record of records) this.#put(record);
    this.version = version;
  }

  change(version: number, upsert: readonly Clearance[], remove: readonly string[]): void {
    for (const id of remove) this.#drop(id);
    for (const record of upsert) this.#put(record);
    this.version = version;
  }

  use(id: string, consumption: Consumption, passage: string | null): void {
    if (consumption === "none") this.#uses.delete(id);
    else this.#uses.set(id, { consumption, passage });
  }

  /**
   * Every record that names this container or this tractor plate. When no record names one of them exactly: those that
   * nearly do, one edit away, with what is two edits away beside them. Whether a near value may be taken is a rule.
   */
  find(container: string | null, plate: string | null): CachedClearance[] {
    const ids = new Set([
      ...(container === null ? [] : this.#byContainer.find(container)),
      ...(plate === null ? [] : this.#byPlate.find(plate)),
    ]);
    return [...ids].sort().flatMap((id) => this.#cached(id));
  }

  #cached(id: string): CachedClearance[] {
    const clearance = this.#records.get(id);
    if (clearance === undefined) return [];
    const use = this.#uses.get(id);
    if (use === undefined || use.consumption === "none") return [{ clearance, consumption: "none" }];
    return [{ clearance, consumption: use.consumption, ...(use.passage === null ? {} : { passage: use.passage }) }];
  }

  #put(record: Clearance): void {
    this.#drop(record.id);
    const plate = normaliseIdentifier(record.vehicle.tractorPlate);
    const containers = record.containers.map((one) => ({ ...one, number: normaliseIdentifier(one.number) }));
    this.#records.set(record.id, { ...record, containers, vehicle: { ...record.vehicle, tractorPlate: plate } });
    for (const { number } of containers) this.#byContainer.add(number, record.id);
    // A plate with a letter that only looks like one of ours, or with a mark that hides something, matches nothing.
    if (identifierForm(record.vehicle.tractorPlate).ok) this.#byPlate.add(plate, record.id);
  }

  #drop(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#records.delete(id);
    for (const { number } of record.containers) this.#byContainer.remove(number, id);
    this.#byPlate.remove(record.vehicle.tractorPlate, id);
  }
}

/** Records by one of their values, found by the value itself or by one that is nearly it. */
class ValueIndex {
  readonly #ids = new Map<string, Set<string>>();
  readonly #neighbours = new NeighbourIndex();

  add(value: string, id: string): void {
    const ids = this.#ids.get(value);
    if (ids !== undefined) {
      ids.add(id);
      return;
    }
    this.#ids.set(value, new Set([id]));
    this.#neighbours.add(value);
  }

  remove(value: string, id: string): void {
    const ids = this.#ids.get(value);
    if (ids === undefined || !ids.delete(id) || ids.size > 0) return;
    this.#ids.delete(value);
    this.#neighbours.remove(value);
  }

  clear(): void {
    this.#ids.clear();
    this.#neighbours.clear();
  }

  find(value: string): string[] {
    const exact = this.#ids.get(value);
    if (exact !== undefined) return [...exact];
    const near = this.#neighbours.near(value, NEAR_VALUES);
    return near.flatMap(({ key }) => [...(this.#ids.get(key) ?? [])].sort()).slice(0, NEAR_RECORDS);
  }
}
