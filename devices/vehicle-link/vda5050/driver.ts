import { readFile } from "node:fs/promises";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { DeviceContext, VehicleLinkDevice, VehicleLinkEvent } from "#contract/device";
import { isLaneError, LaneError, messageOf } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import { HealthReporter } from "../../transport/common/health-reporter.ts";
import { readPassword } from "../../transport/common/password.ts";
import { type GrantType, readMessage, responseOf, subscriptions, topicOf } from "./messages.ts";
import type { Vda5050Options } from "./options.ts";
import { LaneTraffic } from "./traffic.ts";

const CONNECT_TIMEOUT_MS = 5000;
const RECONNECT_MS = 2000;
const KEEPALIVE_S = 5;
const TICK_MS = 200;

/**
 * Unmanned vehicles by VDA 5050 over MQTT: the lane is a zone of type RELEASE, with the loss behaviour CONTINUE. While
 * the broker is away nobody is granted anything, and whoever had the lane keeps it.
 */
export class Vda5050Link implements VehicleLinkDevice {
  readonly class = "vehicle-link";
  readonly id: string;
  readonly #options: Vda5050Options;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #traffic: LaneTraffic;
  readonly #headerIds = new Map<string, number>();
  #client: MqttClient | undefined;
  #ticker: NodeJS.Timeout | undefined;

  constructor(id: string, options: Vda5050Options, context: DeviceContext) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    const fleet = options.vehicles.flatMap(({ manufacturer, serials }) =>
      serials.map((serial) => `${manufacturer}/${serial}`),
    );
    this.#traffic = new LaneTraffic(
      { ...options, fleet: new Set(fleet) },
      {
        answer: (vehicle, answer) => this.#answer(vehicle, answer),
        requested: (vehicle, request, etaUtc) => this.#post({ type: "vehicle-requested", vehicle, request, etaUtc }),
        entered: (vehicle, request) => this.#post({ type: "vehicle-entered", vehicle, request }),
        left: (vehicle, request, entered) => this.#post({ type: "vehicle-left", vehicle, request, entered }),
        lost: (vehicle, request, entered, detail) =>
          this.#post({ type: "vehicle-lost", vehicle, request, entered, detail }),
      },
    );
  }

  /** Rejects with LaneError DEVICE_AUTH when a password or certificate file cannot be read. */
  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    const client = mqtt.connect(this.#options.url, await this.#connectOptions());
    this.#client = client;
    client.on("connect", () => this.#connected(client));
    client.on("message", (topic, payload) => this.#take(topic, payload));
    client.on("close", () => this.#health.raise("down", "OFFLINE", "no connection to the broker of the fleet"));
    client.on("error", (error) => this.#failed(error));
    this.#ticker = setInterval(() => this.#traffic.tick(this.#context.clock.monotonic()), TICK_MS);
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    clearInterval(this.#ticker);
    client?.removeAllListeners("close");
    await client?.endAsync(true);
  }

  async grant(vehicle: string, request: string, leaseMs: number): Promise<UtcMs> {
    this.#online(vehicle);
    const { clock } = this.#context;
    return this.#traffic.grant(vehicle, request, leaseMs, clock.monotonic(), clock.utc());
  }

  async refuse(vehicle: string, request: string): Promise<void> {
    this.#online(vehicle);
    this.#traffic.refuse(vehicle, request);
  }

  async #connectOptions(): Promise<IClientOptions> {
    const { username, passwordFile, caFile, certificateFile, keyFile } = this.#options;
    const read = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file));
    try {
      const [ca, cert, key] = await Promise.all([read(caFile), read(certificateFile), read(keyFile)]);
      return {
        clientId: `gatelane-${this.id}-${Math.random().toString(36).slice(2, 10)}`,
        clean: true,
        keepalive: KEEPALIVE_S,
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectPeriod: RECONNECT_MS,
        // The table of all 16-bit numbers that it would keep costs 10 MB and saves nothing here.
        writeCache: false,
        resubscribe: false,
        queueQoSZero: false,
        ...(username === undefined ? {} : { username }),
        ...(passwordFile === undefined ? {} : { password: await readPassword(passwordFile) }),
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      };
    } catch (error) {
      if (isLaneError(error)) throw error;
      throw new LaneError("DEVICE_AUTH", `${this.id}: ${messageOf(error)}`, { cause: error });
    }
  }

  #connected(client: MqttClient): void {
    client.subscribeAsync(subscriptions(this.#options.interfaceName), { qos: 1 }).then(
      () => this.#health.clear(),
      (error: unknown) => this.#health.raise("down", "EXCEPTION", `the broker refuses the topics: ${messageOf(error)}`),
    );
  }

  #failed(error: Error): void {
    const refused = /not authorized|bad user/i.test(error.message);
    this.#health.raise("down", refused ? "AUTH" : "OFFLINE", error.message);
  }

  #take(topic: string, payload: Buffer): void {
    const { clock } = this.#context;
    try {
      const message = readMessage(topic, payload);
      if (message.topic === "connection") this.#traffic.connection(message.vehicle, message.connection);
      else this.#traffic.state(message.vehicle, message.state, clock.monotonic(), clock.utc());
      this.#health.clear();
    } catch (error) {
      if (!isLaneError(error)) throw error;
      // The others go on; a vehicle that is not understood is not let in.
      this.#health.raise("degraded", "PROTOCOL", error.detail);
    }
  }

  #online(vehicle: string): void {
    if (this.#client?.connected !== true) {
      throw new LaneError("DEVICE_OFFLINE", `${vehicle} cannot be told: no connection to the broker of the fleet`);
    }
  }

  #answer(vehicle: string, answer: { request: string; grantType: GrantType; leaseUtc?: UtcMs }): void {
    const headerId = this.#headerIds.get(vehicle) ?? 0;
    this.#headerIds.set(vehicle, (headerId + 1) % 2 ** 32);
    const payload = responseOf(vehicle, headerId, this.#context.clock.utc(), answer);
    const topic = topicOf(this.#options.interfaceName, vehicle, "responses");
    // Quality of service 0, as the specification has it: a grant that is lost comes again with the next renewal.
    this.#client?.publish(topic, payload, { qos: 0 });
  }

  #post(event: VehicleEvent): void {
    const { clock } = this.#context;
    if (this.#client !== undefined) this.#context.post({ ...event, device: this.id, at: clock.monotonic() });
  }
}

type Without<Event> = Event extends unknown ? Omit<Event, "device" | "at"> : never;
type VehicleEvent = Without<VehicleLinkEvent>;
