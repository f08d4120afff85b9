import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { messageOf } from "#contract/errors";
import { SNAPSHOT_LIMIT_BYTES } from "#contract/upstream";
import type { Received } from "./inbound.ts";

/** TLS material for `mqtts:` addresses, PEM. The broker's certificate is always checked. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface SessionOptions {
  readonly url: string;
  readonly clientId: string;
  readonly tls?: TlsOptions;
  readonly keepaliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** Retained, published by the broker when this connection breaks. */
  readonly will: { readonly topic: string; readonly payload: string };
  /** Connected; `resumed` when the broker has kept our subscriptions and what came for them meanwhile. */
  readonly onUp: (resumed: boolean) => void;
  /** Once, whether the connection ever stood or not. */
  readonly onDown: (detail: string) => void;
  /** One at a time; the broker gets its acknowledgement when it has settled. Must not reject. */
  readonly onMessage: (message: Received) => Promise<void>;
}

/** No packet is larger than the largest message with its topic. */
const PACKET_LIMIT_BYTES = SNAPSHOT_LIMIT_BYTES + 64 * 1024;
const END_TIMEOUT_MS = 2_000;

/**
 * One MQTT 3.1.1 connection, from its attempt to its end; a new connection is a new session. So nothing is queued in
 * the client while the broker is away: what must survive lies in the journal.
 */
export class MqttSession {
  readonly #options: SessionOptions;
  #client: MqttClient | undefined;
  #down = false;
  #ended: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  start(): void {
    const { url, tls, clientId, keepaliveSeconds, connectTimeoutMs, will } = this.#options;
    const options: IClientOptions = {
      ...tls,
      clientId,
      protocolVersion: 4,
      clean: false,
      keepalive: keepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      rejectUnauthorized: true,
      will: { topic: will.topic, payload: Buffer.from(will.payload, "utf8"), qos: 1, retain: true },
    };
    try {
      const client = mqtt.connect(url, options);
      this.#client = client;
      this.#listen(client);
    } catch (error) {
      this.#goDown(messageOf(error));
    }
  }

  /** QoS 1. `onAcked` is called when the broker has acknowledged it, and never after `onDown`. */
  publish(topic: string, payload: string, retain: boolean, onAcked: () => void): void {
    if (this.#down) return;
    this.#client?.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (this.#down) return;
      if (error) this.drop(`a publication failed: ${messageOf(error)}`);
      else onAcked();
    });
  }

  /** Subscribes with QoS 1; a broker that refuses is of no use, so the connection is dropped then. */
  subscribe(topics: readonly string[]): void {
    if (this.#down) return;
    this.#client?.subscribe([...topics], { qos: 1 }, (error) => {
      if (error) this.drop(`the broker refuses a subscription: ${messageOf(error)}`);
    });
  }

  /** Ends the connection at once; the broker publishes the will. */
  drop(detail: string): void {
    if (this.#down) return;
    this.#goDown(detail);
    this.#client?.end(true);
  }

  /** Takes leave of the broker, which then forgets the will. Resolves when the connection is closed. Safe to call twice. */
  async end(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#down) return;
    const closed = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    client.end(false);
    // The library waits for acknowledgements without limit, and a second, forced end does nothing.
    const timer = setTimeout(() => client.stream.destroy(), END_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  #listen(client: MqttClient): void {
    client.on("connect", (packet) => {
      if (!this.#down) this.#options.onUp(packet.sessionPresent);
    });
    client.on("error", (error) => this.drop(messageOf(error)));
    client.on("close", () => this.#goDown("the connection was closed"));
    // The library acknowledges to the broker when the callback runs, so nothing is taken off the broker's hands too early.
    client.handleMessage = (packet, done) => {
      void this.#deliver(packet).finally(() => done());
    };
    this.#limitPackets(client);
  }

  async #deliver(packet: IPublishPacket): Promise<void> {
    if (this.#down) return;
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload, "utf8") : packet.payload;
    await this.#options.onMessage({ topic: packet.topic, payload, retained: packet.retain });
  }

  /** The library would gather a packet of any size in memory. */
  #limitPackets(client: MqttClient): void {
    let sincePacket = 0;
    client.on("packetreceive", () => {
      sincePacket = 0;
    });
    client.stream.on("data", (chunk: Uint8Array) => {
      sincePacket += chunk.byteLength;
      if (sincePacket > PACKET_LIMIT_BYTES) this.drop("the broker sent a packet beyond the limit");
    });
  }

  #goDown(detail: string): void {
    if (this.#down) return;
    this.#down = true;
    this.#ended();
    this.#options.onDown(detail);
  }
}
