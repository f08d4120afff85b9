import type { DeviceContext, WeighbridgeDevice } from "#contract/device";
import { isLaneError, type LaneError } from "#contract/errors";
import type { MonotonicMs } from "#contract/units";
import { ChangeWatch } from "../../transport/common/change-watch.ts";
import { faultCodeOf, HealthReporter } from "../../transport/common/health-reporter.ts";
import { PollingLoop } from "../../transport/common/polling-loop.ts";
import type { ModbusLink, OpenLink } from "../../transport/modbus/link.ts";
import { readRegisters } from "../../transport/modbus/requests.ts";
import type { IndicatorOptions } from "./options.ts";
import { blockOf, loadProfile, type WeighbridgeProfile } from "./profile.ts";
import { decodeReply, type IndicatorReply } from "./registers.ts";

/** Longest time without a new measurement, milliseconds, where the profile has a counter; several polls at least. */
const STANDSTILL_LIMIT_MS = 1000;
const STANDSTILL_LIMIT_POLLS = 3;
/** Rest after an exception reply, milliseconds: a busy indicator is not asked twenty times a second. */
const EXCEPTION_REST_MS = 200;
/** Reads shorter than the block that a link may use as proofs; more would prove no more. */
const MOST_PROOFS = 4;

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Driver of a weighing indicator. Every new measurement becomes one `weight` event; what is not a weight becomes a fault
 * and never a number.
 */
export class ModbusWeighbridge implements WeighbridgeDevice {
  readonly class = "weighbridge";
  readonly id: string;
  readonly #options: IndicatorOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #bus: ModbusLink;
  readonly #loop: PollingLoop;
  readonly #counter: ChangeWatch;
  #profile: WeighbridgeProfile | undefined;
  #sequence = 0;
  #lastCounter: number | undefined;
  #restUntil: MonotonicMs = NEVER;

  /** @param open gives the link to the device; it is told what this driver must hear of it. */
  constructor(id: string, options: IndicatorOptions, context: DeviceContext, open: OpenLink) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    this.#counter = new ChangeWatch(Math.max(STANDSTILL_LIMIT_MS, options.pollMs * STANDSTILL_LIMIT_POLLS));
    const listener = {
      connected: () => this.#forget(),
      disconnected: (reason: LaneError) => this.#health.raise("down", faultCodeOf(reason), reason.detail),
    };
    this.#bus = open(listener);
    this.#loop = new PollingLoop(options.pollMs, context.clock, () => this.#round());
  }

  /** Rejects with LaneError CONFIG_INVALID when the profile is missing or not a profile. */
  async start(): Promise<void> {
    const profile = await loadProfile(this.#options.profile);
    this.#profile = profile;
    const { address, count } = blockOf(profile);
    const { unit } = this.#options;
    const shorter = Array.from({ length: Math.min(count - 1, MOST_PROOFS) }, (_, index) => index + 1);
    this.#bus.start(shorter.map((one) => readRegisters(profile.functionCode, { unit, address, count: one })));
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#bus.stop();
    await this.#loop.stop();
  }

  #forget(): void {
    this.#counter.reset();
    this.#lastCounter = undefined;
    this.#restUntil = NEVER;
  }

  async #round(): Promise<void> {
    const profile = this.#profile;
    if (profile === undefined || !this.#bus.connected || this.#now() < this.#restUntil) {
      return;
    }
    try {
      // The age counts from before the request: a sample is never older than it claims to be.
      const at = this.#now();
      const span = { unit: this.#options.unit, ...blockOf(profile) };
      const block = await this.#bus.request(readRegisters(profile.functionCode, span));
      this.#take(decodeReply(profile, block), at);
    } catch (error) {
      this.#refused(error);
    }
  }

  #take(reply: IndicatorReply, at: MonotonicMs): void {
    if (!this.#isNew(reply, at)) {
      return;
    }
    this.#sequence += 1;
    const { grossKg, stable, atZero, overRange, underRange } = reply;
    if (grossKg === undefined) {
      this.#health.raise("degraded", "RANGE", `registers ${reply.raw} hold no weight`);
      return;
    }
    if (Math.abs(grossKg) > this.#options.capacityKg) {
      const detail = `${grossKg} kg is beyond the capacity of ${this.#options.capacityKg} kg`;
      this.#health.raise("degraded", "RANGE", detail);
      return;
    }
    const sample = { at, sequence: this.#sequence, grossKg, stable, atZero, overRange, underRange };
    this.#context.post({ type: "weight", device: this.id, sample });
    this.#health.clear();
  }

  /** False when the indicator has measured nothing since its last reply, or is not yet seen to measure at all. */
  #isNew({ sampleCounter }: IndicatorReply, at: MonotonicMs): boolean {
    if (sampleCounter === undefined) {
      return true;
    }
    this.#counter.observe(sampleCounter, at);
    const liveness = this.#counter.liveness(at);
    if (liveness === "stale") {
      this.#health.raise("down", "STALE", "the measurement counter of the indicator stands still");
    }
    const changed = this.#lastCounter !== sampleCounter;
    this.#lastCounter = sampleCounter;
    return liveness === "live" && changed;
  }

  /** Anything but an exception reply has ended the connection, and the bus reports that itself. */
  #refused(error: unknown): void {
    if (!isLaneError(error)) {
      throw error;
    }
    if (error.code === "DEVICE_EXCEPTION") {
      this.#restUntil = this.#now() + EXCEPTION_REST_MS;
      this.#health.raise("down", "EXCEPTION", error.detail);
    }
  }

  #now(): MonotonicMs {
    return this.#context.clock.monotonic();
  }
}
