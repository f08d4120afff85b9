import type { CachedClearance, Clearance, Consumption } from "#contract/clearance";
import { normaliseIdentifier } from "#contract/identifiers";

interface Use {
  readonly consumption: Consumption;
  readonly passage: string | null;
}

/**
 * The clearance cache as the control process keeps it in memory: found by container number and by tractor plate.
 * What is durable is in the store; this is its index, rebuilt at start.
 */
export class ClearanceIndex {
  readonly #records = new Map<string, Clearance>();
  readonly #byContainer = new Map<string, Set<string>>();
  readonly #byPlate = new Map<string, Set<string>>();
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

  /** Every record that names this container or this tractor plate. */
  find(container: string | null, plate: string | null): CachedClearance[] {
    const ids = new Set([
      ...(container === null ? [] : (this.#byContainer.get(container) ?? [])),
      ...(plate === null ? [] : (this.#byPlate.get(plate) ?? [])),
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
    for (const { number } of containers) add(this.#byContainer, number, record.id);
    add(this.#byPlate, plate, record.id);
  }

  #drop(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#records.delete(id);
    for (const { number } of record.containers) this.#byContainer.get(number)?.delete(id);
    this.#byPlate.get(record.vehicle.tractorPlate)?.delete(id);
  }
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}
