import type { Clearance } from "#contract/clearance";
import { identifierForm, normaliseIdentifier } from "#contract/identifiers";
import { NeighbourIndex } from "./neighbour-index.ts";

/** Nearly right values that one question brings: the nearest decides, and any second one speaks against it. */
const NEAR_VALUES = 3;
/** Most records that near values bring, so that a crowded neighbourhood cannot swell the journal. */
const NEAR_RECORDS = 8;

/** One list of clearances, found by container number and by tractor plate, also by what is nearly one of them. */
export class ClearanceTables {
  readonly #records = new Map<string, Clearance>();
  readonly #byContainer: ValueIndex;
  readonly #byPlate: ValueIndex;

  /** `expected`: records that will be put in, so that the tables need not grow while they are filled. */
  constructor(expected = 0) {
    this.#byContainer = new ValueIndex(expected);
    this.#byPlate = new ValueIndex(expected);
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): Clearance | undefined {
    return this.#records.get(id);
  }

  /**
   * Ids of the records for this container or this plate, exact ones or, without any, near ones; with those that share the
   * other container of a vehicle that carries two, whichever of them was read first. Sorted.
   */
  find(container: string | null, plate: string | null): string[] {
    const ids = new Set([
      ...(container === null ? [] : this.#byContainer.find(container)),
      ...(plate === null ? [] : this.#byPlate.find(plate)),
    ]);
    for (const id of [...ids]) {
      const containers = this.#records.get(id)?.containers ?? [];
      if (containers.length < 2) continue;
      for (const { number } of containers) for (const sharing of this.#byContainer.exactly(number)) ids.add(sharing);
    }
    return [...ids].sort();
  }

  put(record: Clearance): void {
    this.drop(record.id);
    const plate = normaliseIdentifier(record.vehicle.tractorPlate);
    const containers = record.containers.map((one) => ({ ...one, number: normaliseIdentifier(one.number) }));
    this.#records.set(record.id, { ...record, containers, vehicle: { ...record.vehicle, tractorPlate: plate } });
    for (const { number } of containers) this.#byContainer.add(number, record.id);
    // A plate with a letter that only looks like one of ours, or with a mark that hides something, matches nothing.
    if (identifierForm(record.vehicle.tractorPlate).ok) this.#byPlate.add(plate, record.id);
  }

  drop(id: string): void {
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
  readonly #neighbours: NeighbourIndex;

  constructor(expected: number) {
    this.#neighbours = new NeighbourIndex(expected);
  }

  exactly(value: string): readonly string[] {
    return [...(this.#ids.get(value) ?? [])];
  }

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

  find(value: string): string[] {
    const exact = this.#ids.get(value);
    if (exact !== undefined) return [...exact];
    const near = this.#neighbours.near(value, NEAR_VALUES);
    return near.flatMap(({ key }) => [...(this.#ids.get(key) ?? [])].sort()).slice(0, NEAR_RECORDS);
  }
}
