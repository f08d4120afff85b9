import { LaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { Clock, UtcMs } from "#contract/units";
import type { LaneEffect } from "#lanes/passage/model";

/** An order must be with its vehicle within this time, milliseconds; a process that was stuck must not send it later. */
const ORDER_FRESH_MS = 1000;
/** Longest wait for what became of it, milliseconds. */
const OUTCOME_LIMIT_MS = 3000;

type Order = Extract<ToEdge, { type: "vehicle-order" }>["order"];
type ToVehicle = Extract<LaneEffect, { type: "grant" | "refuse" }>;
type Outcome = Extract<ToControl, { type: "vehicle-order-outcome" }>;

export interface RemoteVehicleLinksOptions {
  readonly clock: Clock;
  readonly send: (message: ToEdge) => void;
}

/** The links to unmanned vehicles, whose drivers run in the edge process, as the control process sees them. */
export class RemoteVehicleLinks {
  readonly #options: RemoteVehicleLinksOptions;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #sent = 0;

  constructor(options: RemoteVehicleLinksOptions) {
    this.#options = options;
  }

  /**
   * Lets a vehicle in, or lets one that is in stay longer, for `leaseMs` milliseconds. Resolves with the end of the lease.
   * Rejects with the LaneError of the link, or DEVICE_TIMEOUT when nobody knows: then the vehicle may have been let in.
   */
  async grant(device: string, vehicle: string, request: string, leaseMs: number): Promise<UtcMs> {
    const { leaseUtc } = await this.#order(device, vehicle, request, { type: "grant", leaseMs });
    if (leaseUtc === null) throw new LaneError("DEVICE_PROTOCOL", `${device}: a permission without an end`);
    return leaseUtc;
  }

  /** Sends it away, or takes its permission back. Rejects as `grant` does. */
  async refuse(device: string, vehicle: string, request: string): Promise<void> {
    await this.#order(device, vehicle, request, { type: "refuse" });
  }

  /** Carries out what the core says to a vehicle; `lost` when nobody knows whether it was told. */
  async tell(effect: ToVehicle, lost: (detail: string) => void): Promise<void> {
    const { device, vehicle, request } = effect;
    try {
      if (effect.type === "grant") await this.grant(device, vehicle, request, effect.leaseMs);
      else await this.refuse(device, vehicle, request);
    } catch (error) {
      lost(messageOf(error));
    }
  }

  /** What became of an order. One that nobody waits for any more is ignored. */
  outcome(outcome: Outcome): void {
    this.#waiting.get(outcome.orderId)?.(outcome);
  }

  async #order(device: string, vehicle: string, request: string, order: Order): Promise<Outcome> {
    const { clock, send } = this.#options;
    const now = clock.monotonic();
    this.#sent += 1;
    // The edge process outlives this one: a late outcome from before a restart must not fit a new order.
    const orderId = `${now}-${this.#sent}`;
    const answered = new Promise<Outcome>((resolve) => this.#waiting.set(orderId, resolve));
    send({ type: "vehicle-order", device, orderId, vehicle, request, order, expiresAt: now + ORDER_FRESH_MS });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const detail = `${device}: no outcome of ${order.type} within ${OUTCOME_LIMIT_MS} ms`;
      timer = setTimeout(() => reject(new LaneError("DEVICE_TIMEOUT", detail)), OUTCOME_LIMIT_MS);
    });
    try {
      const outcome = await Promise.race([answered, late]);
      if (outcome.error !== null) throw new LaneError(outcome.error.code, outcome.error.detail);
      return outcome;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(orderId);
    }
  }
}
