import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { generateKeys, type KeyPair } from "#bench/operations/keys";
import type { Command } from "#contract/command";
import type { ToControl } from "#contract/messages";
import type { Order, OrderOutcome, OrderRole, Wish } from "#contract/order";
import { OrderDesk, type OrderDeskOptions } from "#sync/orders/order-desk";
import { type OrderKey, OrderKeys } from "#sync/orders/order-keys";
import { OrderMemory } from "#sync/orders/order-memory";
import { newCommand } from "#sync/orders/write-command";
import { Rejections } from "#sync/rejections";
import { LANE, SITE, signedText } from "../support.ts";

export const OFFICER = generateKeys("officer-17");
export const SUPERVISOR = generateKeys("supervisor-2");
export const CENTRE = generateKeys("operations-desk");
export const STRANGER = generateKeys("officer-17");

const keyOf = (pair: KeyPair, subject: string, roles: readonly OrderRole[]): OrderKey => ({ ...pair, subject, roles });

export const ORDER_KEYS = [
  keyOf(OFFICER, "HQ-0017", ["officer"]),
  keyOf(SUPERVISOR, "HQ-0002", ["officer", "supervisor"]),
  keyOf(CENTRE, "ops-console", ["operations"]),
];

/** The time of the start, moved by hand from there. */
export class HandClock {
  now = Date.now();
  utc = () => this.now;
  monotonic = () => this.now;
}

export const OPEN: Wish = { name: "open" };

export function command(clock: HandClock, change: Partial<Command> = {}): Command {
  const request = { site: SITE, lane: LANE, role: "officer", reason: "the driver is ill", wish: OPEN } as const;
  return { ...newCommand(request, clock.now), ...change };
}

/** Signed without the code under test. */
export const signed = (content: object, keys: KeyPair = OFFICER): Uint8Array =>
  Buffer.from(signedText(JSON.stringify(content), keys));

/** A desk with a lane behind it that answers only when told to. */
export class BenchDesk {
  readonly clock = new HandClock();
  readonly orders: Order[] = [];
  readonly rejected: Extract<ToControl, { type: "rejected" }>[] = [];
  readonly late: OrderOutcome[] = [];
  readonly folder: string;
  desk: OrderDesk;

  private constructor(folder: string, options: Partial<OrderDeskOptions>) {
    this.folder = folder;
    this.desk = this.#desk(options);
  }

  /** `agedMs`: how old the memory of the desk is. */
  static async start(t: TestContext, options: Partial<OrderDeskOptions> = {}, agedMs = 60_000): Promise<BenchDesk> {
    const folder = mkdtempSync(join(tmpdir(), "gatelane-orders-"));
    const bench = new BenchDesk(folder, options);
    await bench.desk.start();
    bench.clock.now += agedMs;
    t.after(async () => {
      await bench.desk.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    return bench;
  }

  get file(): string {
    return join(this.folder, "orders.ndjson");
  }

  async restart(options: Partial<OrderDeskOptions> = {}): Promise<void> {
    await this.desk.stop();
    this.desk = this.#desk(options);
    await this.desk.start();
  }

  /** Gives an order; the outcome at the latest when the lane has answered. */
  take(payload: Uint8Array, wish = "open", retained = false) {
    return this.desk.take({ payload, wish, retained, channel: "operations" });
  }

  /** Gives an order to which the answer is known at once. */
  async outcome(payload: Uint8Array, wish = "open"): Promise<OrderOutcome> {
    return (await this.take(payload, wish)).outcome;
  }

  done(id: string): void {
    this.desk.settled({ id, state: "done", code: "", detail: "the boom is open" });
  }

  #desk(options: Partial<OrderDeskOptions>): OrderDesk {
    return new OrderDesk({
      site: SITE,
      lane: LANE,
      keys: new OrderKeys(ORDER_KEYS),
      memory: new OrderMemory(this.file, () => this.clock.now),
      clock: this.clock,
      rejections: new Rejections(this.clock, (message) => this.rejected.push(message)),
      post: (order) => this.orders.push(order),
      late: (outcome) => this.late.push(outcome),
      ...options,
    });
  }
}
