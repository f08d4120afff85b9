import type { DeviceContext, WeighbridgeDevice } from "#contract/device";
import { isLaneError, LaneError } from "#contract/errors";
import type { WeightSample } from "#contract/reading";
import type { MonotonicMs } from "#contract/units";
import { ChangeWatch } from "../../transport/common/change-watch.ts";
import { HealthReporter } from "../../transport/common/health-reporter.ts";
import { PollingLoop } from "../../transport/common/polling-loop.ts";
import type { OpcUaConnection } from "../../transport/opcua/connection.ts";
import { faultOf } from "../../transport/opcua/errors.ts";
import { OpcUaSession } from "../../transport/opcua/session.ts";
import type { NodeValue } from "../../transport/opcua/values.ts";
import type { WeighbridgeOpcUaOptions } from "./options.ts";
import { Registration } from "./registration.ts";
import { findScale, type Measurement, measurementOf, type ScaleNodes } from "./scale-model.ts";

/** Longest time without a new measurement, milliseconds; several polls at least. */
const STANDSTILL_LIMIT_MS = 1000;
const STANDSTILL_LIMIT_POLLS = 3;

/**
 * Driver of a weighbridge by OPC 40200. The weight and its marks are read together, with one request a poll: a
 * subscription looks at each node by itself and may pair a weight with the mark of the one before. The time that the
 * scale gives its weight must move on, or it measures no more.
 */
export class OpcUaWeighbridge implements WeighbridgeDevice {
  readonly class = "weighbridge";
  readonly id: string;
  readonly #options: WeighbridgeOpcUaOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #session: OpcUaSession;
  readonly #measured: ChangeWatch;
  readonly #loop: PollingLoop;
  #scale: ScaleNodes | undefined;
  #sequence = 0;
  #lastUtc: number | undefined;
  readonly #registration = new Registration();
  /** Why the scale has not registered the load that is on it. */
  #unregistered: string | undefined;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(
    id: string,
    options: WeighbridgeOpcUaOptions,
    context: DeviceContext,
    random: () => number = Math.random,
  ) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    this.#measured = new ChangeWatch(Math.max(STANDSTILL_LIMIT_MS, options.pollMs * STANDSTILL_LIMIT_POLLS));
    const listener = {
      opened: (connection: OpcUaConnection) => this.#opened(connection),
      lost: (reason: LaneError) => this.#lost(reason),
    };
    this.#session = new OpcUaSession(options, context, listener, random);
    this.#loop = new PollingLoop(options.pollMs, context.clock, () => this.#round());
  }

  async start(): Promise<void> {
    this.#session.start();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop();
    await this.#loop.stop();
  }

  async #opened(connection: OpcUaConnection): Promise<void> {
    this.#forget();
    const scale = await findScale(connection, this.#options.scale);
    if (this.#options.registers && scale.register === undefined) {
      throw new LaneError(
        "DEVICE_EXCEPTION",
        "the scale has no RegisterWeight: leave out registers, or look at the scale",
      );
    }
    this.#scale = scale;
  }

  #lost(reason: LaneError): void {
    this.#forget();
    this.#health.raise("down", faultOf(reason), reason.detail);
  }

  #forget(): void {
    this.#scale = undefined;
    this.#measured.reset();
    this.#lastUtc = undefined;
    this.#registration.reset();
    this.#unregistered = undefined;
  }

  async #round(): Promise<void> {
    const { connection } = this.#session;
    const scale = this.#scale;
    if (connection === undefined || scale === undefined) return;
    try {
      // The age counts from before the request: a sample is never older than it claims to be.
      const at = this.#context.clock.monotonic();
      const values = await connection.read(scale.ids);
      if (this.#session.connection !== connection) return;
      const sample = this.#take(scale, values, at);
      if (sample !== undefined && this.#options.registers) await this.#register(connection, scale, sample);
    } catch (error) {
      if (!isLaneError(error)) throw error;
      // Anything but a refusal has ended the connection, and the session reports that itself.
      if (error.code === "DEVICE_EXCEPTION") this.#health.raise("down", "EXCEPTION", error.detail);
    }
  }

  /** The sample that was posted, if any. */
  #take(scale: ScaleNodes, values: readonly NodeValue[], at: MonotonicMs): WeightSample | undefined {
    const measurement = measurementOf(scale, values, this.#options.legalForTrade);
    if (measurement.kind === "refused") {
      this.#measured.reset();
      this.#health.raise("down", "EXCEPTION", measurement.detail);
      return undefined;
    }
    if (!this.#isNew(values[scale.names.indexOf("Gross")]?.sourceUtc, at)) return undefined;
    this.#sequence += 1;
    return this.#post(measurement, at);
  }

  async #register(connection: OpcUaConnection, { register }: ScaleNodes, sample: WeightSample): Promise<void> {
    if (sample.atZero) this.#unregistered = undefined;
    if (register === undefined || !this.#registration.due(sample)) return;
    try {
      await connection.call(register.scale, register.method);
      this.#unregistered = undefined;
    } catch (error) {
      if (!isLaneError(error, "DEVICE_EXCEPTION")) throw error;
      this.#unregistered = error.detail;
    }
  }

  #post(measurement: Exclude<Measurement, { kind: "refused" }>, at: MonotonicMs): WeightSample | undefined {
    if (measurement.kind === "no-weight") {
      this.#health.raise("degraded", "RANGE", measurement.detail);
      return undefined;
    }
    const { capacityKg } = this.#options;
    const { grossKg, stable, atZero, overRange, underRange } = measurement;
    if (Math.abs(grossKg) > capacityKg) {
      const detail = `${grossKg} kg is beyond the capacity of ${capacityKg} kg`;
      this.#health.raise("degraded", "RANGE", detail);
      return undefined;
    }
    const sample: WeightSample = { at, sequence: this.#sequence, grossKg, stable, atZero, overRange, underRange };
    this.#context.post({ type: "weight", device: this.id, sample });
    if (this.#unregistered === undefined) this.#health.clear();
    else this.#health.raise("degraded", "EXCEPTION", `the weight is not registered: ${this.#unregistered}`);
    return sample;
  }

  /** False when the scale has measured nothing since the last read, or is not yet seen to measure at all. */
  #isNew(sourceUtc: number | undefined, at: MonotonicMs): boolean {
    if (sourceUtc === undefined) {
      this.#health.raise("down", "PROTOCOL", "the scale does not say when it measured its weight");
      return false;
    }
    this.#measured.observe(sourceUtc, at);
    const liveness = this.#measured.liveness(at);
    if (liveness === "stale") this.#health.raise("down", "STALE", "the time of the last measurement stands still");
    const moved = this.#lastUtc !== sourceUtc;
    this.#lastUtc = sourceUtc;
    return liveness === "live" && moved;
  }
}
