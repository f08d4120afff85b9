import mqtt, { type MqttClient } from "mqtt";
import { isoUtc } from "#contract/units";
import { type GrantType, topicOf, VERSION } from "./messages.ts";

export interface SimulatedVehicleOptions {
  readonly url: string;
  readonly manufacturer: string;
  readonly serial: string;
  readonly interfaceName?: string;
}

export interface Answer {
  readonly requestId: string;
  readonly grantType: GrantType;
  readonly leaseExpiry?: string;
}

interface Request {
  readonly requestId: string;
  readonly requestType: "ACCESS";
  readonly zoneSetId: string;
  readonly zoneId: string;
  readonly requestStatus: "REQUESTED" | "GRANTED" | "REVOKED" | "EXPIRED";
}

/** An unmanned vehicle on VDA 5050: asks for zones, takes what it is granted, and says what it does. */
export class SimulatedVehicle {
  readonly #options: Required<SimulatedVehicleOptions>;
  readonly answers: Answer[] = [];
  readonly #requests = new Map<string, Request>();
  #client: MqttClient | undefined;
  #headerId = 0;
  /** Expected time of arrival to report, milliseconds since 1970; undefined for none. */
  etaUtc: number | undefined;

  constructor(options: SimulatedVehicleOptions) {
    this.#options = { interfaceName: "uagv", ...options };
  }

  /** As the lane names it. */
  get name(): string {
    return `${this.#options.manufacturer}/${this.#options.serial}`;
  }

  async start(): Promise<void> {
    const will = { topic: this.#topic("connection"), payload: Buffer.from(this.#connection("CONNECTION_BROKEN")) };
    const client = await mqtt.connectAsync(this.#options.url, {
      clientId: `vehicle-${this.#options.serial}`,
      will: { ...will, qos: 1, retain: true },
      reconnectPeriod: 0,
    });
    this.#client = client;
    client.on("message", (_topic, payload) => this.#take(payload));
    await client.subscribeAsync(this.#topic("responses"), { qos: 0 });
    await this.#publish("connection", this.#connection("ONLINE"), true);
  }

  /** Takes leave in good order. Safe to call twice. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.connected !== true) return;
    await client.publishAsync(this.#topic("connection"), this.#connection("OFFLINE"), { qos: 1, retain: true });
    await client.endAsync();
  }

  /** Loses its link without a word; the broker publishes its last will. */
  crash(): void {
    this.#client?.stream.destroy();
    this.#client = undefined;
  }

  /** Asks for a zone and says so. */
  async request(requestId: string, zoneSetId: string, zoneId: string): Promise<void> {
    const requestStatus = "REQUESTED";
    this.#requests.set(requestId, { requestId, requestType: "ACCESS", zoneSetId, zoneId, requestStatus });
    await this.report();
  }

  /** Is through, or wants in no more: takes the request out of its state. */
  async leave(requestId: string): Promise<void> {
    this.#requests.delete(requestId);
    await this.report();
  }

  /** Publishes its state. `as` speaks in the name of another serial number. */
  async report(as: string = this.#options.serial): Promise<void> {
    const eta =
      this.etaUtc === undefined ? {} : { intermediatePath: { polyline: [{ x: 0, y: 0, eta: isoUtc(this.etaUtc) }] } };
    const state = { ...this.#header(), serialNumber: as, zoneRequests: [...this.#requests.values()], ...eta };
    await this.#publish("state", JSON.stringify(state), false);
  }

  /** Publishes bytes as its state. */
  async babble(payload: string): Promise<void> {
    await this.#publish("state", payload, false);
  }

  #take(payload: Buffer): void {
    const { responses } = JSON.parse(payload.toString()) as { readonly responses: readonly Answer[] };
    for (const answer of responses) {
      this.answers.push(answer);
      const request = this.#requests.get(answer.requestId);
      if (request === undefined || answer.grantType === "QUEUED") continue;
      if (answer.grantType === "REJECTED") this.#requests.delete(answer.requestId);
      else this.#requests.set(answer.requestId, { ...request, requestStatus: answer.grantType });
      void this.report();
    }
  }

  async #publish(topic: "state" | "connection", payload: string, retain: boolean): Promise<void> {
    await this.#client?.publishAsync(this.#topic(topic), payload, { qos: retain ? 1 : 0, retain });
  }

  #topic(topic: string): string {
    return topicOf(this.#options.interfaceName, this.name, topic);
  }

  #connection(connectionState: string): string {
    return JSON.stringify({ ...this.#header(), connectionState });
  }

  #header() {
    const { manufacturer, serial } = this.#options;
    this.#headerId += 1;
    return {
      headerId: this.#headerId,
      timestamp: isoUtc(Date.now()),
      version: VERSION,
      manufacturer,
      serialNumber: serial,
    };
  }
}
