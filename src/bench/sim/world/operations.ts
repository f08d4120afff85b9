import type { Clearance } from "#contract/clearance";
import { isoUtc } from "#contract/units";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { ClearanceFeed } from "../shell/lane-input.ts";

export interface OperationsOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly utc: () => number;
  readonly deliver: (feed: ClearanceFeed) => void;
  readonly link: (up: boolean) => void;
  /** An acknowledgement is with the lane. */
  readonly heard: (at: number) => void;
}

/** How long operations collect new clearances before they publish them together, milliseconds. */
const BATCH_MS = 300_000;

/**
 * Central operations and the line to them: the list of clearances, published in batches and at once when something is
 * suspended, changed or waited for. After a cut the whole list comes again, as a broker hands over what it retains.
 */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #records = new Map<string, Clearance>();
  readonly #spoilt = new Set<string>();
  #version = 1;
  #batch: Clearance[] = [];
  #batching = false;
  #wanUp = true;
  #laneUp = false;
  #silent = false;
  /** The lane is connected to the broker. */
  #connected = false;
  /** When operations and the lane could last talk to each other, in virtual time. */
  #answeredAt = 0;
  #session = 0;
  #lastDelivery = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** What operations know now, whatever the lane has heard of it. */
  truth(id: string): Clearance | undefined {
    return this.#records.get(id);
  }

  /** A clearance that was suspended, changed or withdrawn: whoever comes on it has no good papers any more. */
  isSpoilt(id: string): boolean {
    return this.#spoilt.has(id);
  }

  publish(clearance: Clearance, urgent: boolean): void {
    this.#batch.push(clearance);
    if (urgent) return this.#send([]);
    if (this.#batching) return;
    this.#batching = true;
    this.#options.clockwork.after(BATCH_MS, () => this.#send([]));
  }

  suspend(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined || record.holds.length > 0) return;
    this.#spoilt.add(id);
    const hold = { kind: "SUSPENDED" as const, since: isoUtc(this.#options.utc()), by: "customs" };
    this.publish({ ...record, version: record.version + 1, holds: [hold] }, true);
  }

  /** Withdraws the clearance, or amends it so that it is no longer about the same load. */
  change(id: string, how: "withdraw" | "revoke" | "amend"): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#spoilt.add(id);
    if (how === "withdraw") return this.#send([id]);
    const version = record.version + 1;
    if (how === "revoke") return this.publish({ ...record, version, status: "REVOKED" }, true);
    const containers = record.containers.map((one) => ({ ...one, declaredGrossKg: one.declaredGrossKg + 4000 }));
    this.publish({ ...record, version, containers }, true);
  }

  /** Takes a clearance that is done with off the list. */
  retire(id: string): void {
    if (this.#records.has(id)) this.#send([id]);
  }

  /** The line of the site; without it nothing is heard. */
  wan(up: boolean): void {
    this.answer();
    this.#wanUp = up;
    this.#connect();
  }

  /** The lane's process runs, or does not. */
  lane(up: boolean): void {
    this.#laneUp = up;
    this.#connect();
  }

  /** They are gone, or back; the broker goes on answering. */
  silence(on: boolean): void {
    this.answer();
    this.#silent = on;
    if (!on) this.#connect();
  }

  /** They acknowledge what the lane has sent. In truth they do so at every entry; here, when it makes a difference. */
  answer(): void {
    if (!this.#connected || this.#silent) return;
    const { clockwork, heard, utc } = this.#options;
    this.#answeredAt = clockwork.now;
    heard(utc());
  }

  /** For how long the lane cannot have heard from them, milliseconds. */
  get silentMs(): number {
    return this.#options.clockwork.now - this.#answeredAt;
  }

  #connect(): void {
    this.#connected = false;
    this.#session += 1;
    const session = this.#session;
    const { clockwork, dice, link, deliver } = this.#options;
    if (!this.#laneUp) return;
    clockwork.after(this.#wanUp ? dice.between(200, 5000) : dice.between(0, 15_000), () => {
      if (session !== this.#session) return;
      link(this.#wanUp);
      this.#connected = this.#wanUp;
      if (!this.#wanUp || this.#silent) return;
      const records = [...this.#records.values()];
      deliver({ type: "clearance-snapshot", version: this.#version, at: this.#options.utc(), records });
      this.answer();
    });
  }

  #send(remove: readonly string[]): void {
    const upsert = this.#batch;
    this.#batch = [];
    this.#batching = false;
    if (upsert.length === 0 && remove.length === 0) return;
    for (const id of remove) this.#records.delete(id);
    for (const record of upsert) this.#records.set(record.id, record);
    this.#version += 1;
    if (!this.#wanUp || !this.#laneUp || this.#silent) return;
    const at = this.#options.utc();
    const delta: ClearanceFeed = { type: "clearance-delta", version: this.#version, at, upsert, remove };
    const session = this.#session;
    const { clockwork, dice, deliver } = this.#options;
    // One connection keeps its messages in order.
    this.#lastDelivery = Math.max(this.#lastDelivery, clockwork.now + dice.magnitude(0.5, 300));
    clockwork.after(this.#lastDelivery - clockwork.now, () => {
      if (session === this.#session) deliver(delta);
    });
  }
}
