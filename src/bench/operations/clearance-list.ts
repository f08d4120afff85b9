import type { Clearance } from "#contract/clearance";
import type { ClearanceDelta, ClearanceSnapshot } from "#contract/upstream";

/** The clearance list as operations keep it: each change makes the next version. */
export class ClearanceList {
  readonly #records = new Map<string, Clearance>();
  readonly #site: string;
  readonly #firstVersion: number;
  #version: number;

  constructor(site: string, version: number) {
    this.#site = site;
    this.#firstVersion = version;
    this.#version = version;
  }

  get version(): number {
    return this.#version;
  }

  /** The list as it is, or undefined before anything was published. */
  snapshot(at: string): ClearanceSnapshot | undefined {
    if (this.#version === this.#firstVersion) return undefined;
    return { site: this.#site, version: this.#version, at, records: [...this.#records.values()] };
  }

  replace(records: readonly Clearance[]): void {
    this.#records.clear();
    for (const record of records) this.#records.set(record.id, record);
    this.#version += 1;
  }

  change(at: string, upsert: readonly Clearance[], remove: readonly string[]): ClearanceDelta {
    for (const id of remove) this.#records.delete(id);
    for (const record of upsert) this.#records.set(record.id, record);
    this.#version += 1;
    return { site: this.#site, version: this.#version, at, upsert: [...upsert], remove: [...remove] };
  }
}
