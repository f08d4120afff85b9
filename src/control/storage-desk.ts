import type { RetentionRules } from "#contract/retention";
import { type StorageCondition, storageCondition } from "#contract/storage";
import type { Clock } from "#contract/units";
import { BALLAST_BYTES } from "#store/ballast";
import type { StoreClient, StoreClientOptions } from "#store/client";
import { Housekeeping } from "./housekeeping.ts";
import type { JournalDesk } from "./journal-desk.ts";

export interface StorageParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly retention: RetentionRules;
  readonly journal: JournalDesk;
}

/** While the disk is not well it is tried at least so often: a lane that holds everybody writes little, milliseconds. */
const TRY_EVERY_MS = 1_000;

/**
 * What control knows of its disk. While it is not well no PASS is confirmed, so the boom is not raised for one: the
 * records of what would follow might not find room, or come too late, or stand behind an older past.
 */
export class StorageDesk {
  #condition = storageCondition("ok");
  #journal: JournalDesk | undefined;
  #housekeeping: Housekeeping | undefined;
  #store: StoreClient | undefined;
  #trying: NodeJS.Timeout | undefined;

  get condition(): StorageCondition {
    return this.#condition;
  }

  get isWell(): boolean {
    return this.#condition.mode === "ok";
  }

  /** What the store needs to know of us. */
  get storeOptions(): Pick<StoreClientOptions, "ballastBytes" | "onStorage"> {
    return { ballastBytes: BALLAST_BYTES, onStorage: (condition) => this.#changed(condition) };
  }

  start({ store, clock, retention: rules, journal }: StorageParts): void {
    this.#journal = journal;
    this.#store = store;
    this.#housekeeping = new Housekeeping({ store, clock, rules, journal });
    this.#housekeeping.start();
    if (!this.isWell) this.#changed(this.#condition);
  }

  /** Safe to call twice. */
  stop(): void {
    this.#housekeeping?.stop();
    clearInterval(this.#trying);
  }

  #changed(condition: StorageCondition): void {
    this.#condition = condition;
    this.#journal?.note("lane.storage", condition);
    clearInterval(this.#trying);
    if (!this.isWell) this.#trying = setInterval(() => this.#try(), TRY_EVERY_MS);
  }

  #try(): void {
    const note = { name: "storage", value: this.#condition };
    // A store that fails tells the lane by itself.
    this.#store?.commit({ drafts: [], note }).catch(() => undefined);
  }
}
