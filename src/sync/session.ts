import { Socket } from "node:net";
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { messageOf } from "#contract/errors";
import { SNAPSHOT_LIMIT_BYTES } from "#contract/upstream";
import type { Received } from "./inbound.ts";
import type { ProtocolVersion } from "./protocol-version.ts";
import { PublishQueue } from "./publish-queue.ts";

/** Who we are for the broker. PEM where it is a certificate or key; the broker's certificate is always checked. */
export interface BrokerCredentials {
  readonly username?: string;
  readonly password?: string;
  /** What signed the broker's certificate; without it, what the system trusts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One message to the broker. Content type, expiry and user properties travel only where the broker speaks MQTT 5. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  readonly contentType?: string;
  /** The broker drops the message after this time, seconds. */
  readonly expirySeconds?: number;
  readonly user?: Readonly<Record<string, string>>;
}

/** What the broker said when it accepted us. */
export interface Welcome {
  /** The broker has kept our subscriptions and what came for them meanwhile. */
  readonly resumed: boolean;
  /** Most messages without acknowledgement that it takes from us. */
  readonly receiveMaximum: number;
  /** Largest packet that it takes, bytes; undefined when it names no limit. */
  readonly maximumPacketBytes: number | undefined;
}

/** How a connection ended. */
export interface Farewell {
  readonly detail: string;
  /** Set when it never stood, and the protocol version may be why: refused in words, or no answer at all. */
  readonly version?: "refused" | "unanswered";
}

export interface SessionOptions {
  readonly url: string;
  readonly clientId: string;
  readonly version: ProtocolVersion;
  readonly credentials?: BrokerCredentials;
  /** False: the broker keeps our subscriptions and what comes for them while we are away. */
  readonly clean: boolean;
  readonly keepaliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** Default 30,000. */
  readonly subscribeTimeoutMs?: number;
  /** Retained, published by the broker when this connection breaks. */
  readonly will?: Publication;
  readonly onUp: (welcome: Welcome) => void;
  /** Once, whether the connection ever stood or not. */
  readonly onDown: (farewell: Farewell) => void;
  /** One at a time; the broker gets its acknowledgement when it has settled. Must not reject. */
  readonly onMessage?: (message: Received) => Promise<void>;
}

/** No packet is larger than the largest message with its topic. */
const PACKET_LIMIT_BYTES = SNAPSHOT_LIMIT_BYTES + 64 * 1024;
const END_TIMEOUT_MS = 2_000;
/** A cluster that sets up a replicated queue for each subscription takes seconds for each. */
const SUBSCRIBE_TIMEOUT_MS = 30_000;
/** How long a broker is asked to keep our session, seconds: longer than the longest outage a lane is built for. */
const SESSION_EXPIRY_SECONDS = 7 * 24 * 3_600;
/** What MQTT 5 allows when the broker names no limit. */
const RECEIVE_MAXIMUM = 65_535;
/** CONNACK codes for a protocol version that the broker does not speak: MQTT 3.1.1, MQTT 5. */
const VERSION_REFUSED: ReadonlySet<unknown> = new Set([1, 132]);

/**
 * One MQTT connection, from its attempt to its end; a new connection is a new session. So nothing is queued in the
 * client while the broker is away: what must survive lies in the journal.
 */
export class MqttSession {
  readonly #options: SessionOptions;
  #client: MqttClient | undefined;
  #queue: PublishQueue | undefined;
  #reached = false;
  #down = false;
  readonly #subscribing = new Set<NodeJS.Timeout>();
  #ended: () => void = () => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  start(): void {
    try {
      const client = mqtt.connect(this.#options.url, this.#clientOptions());
      this.#client = client;
      this.#listen(client);
    } catch (error) {
      this.#goDown({ detail: messageOf(error) });
    }
  }

  /** QoS 1. `onAcked` is called when the broker has acknowledged it, and never after `onDown`. */
  publish(publication: Publication, onAcked: () => void = () => undefined): void {
    if (this.#down) return;
    this.#queue?.add(publication, onAcked);
  }

  /**
   * Subscribes with QoS 1; a broker that refuses, or does not answer in time, is of no use, so the connection is dropped
   * then. `onDone` is called when the broker has granted all of them, and never after `onDown`.
   */
  subscribe(topics: readonly string[], onDone: () => void = () => undefined): void {
    if (this.#down) return;
    const timer = setTimeout(
      () => this.drop("the broker did not answer a subscription"),
      this.#options.subscribeTimeoutMs ?? SUBSCRIBE_TIMEOUT_MS,
    );
    this.#subscribing.add(timer);
    this.#client?.subscribe([...topics], { qos: 1 }, (error) => {
      clearTimeout(timer);
      this.#subscribing.delete(timer);
      if (this.#down) return;
      if (error) this.drop(`the broker refuses a subscription: ${messageOf(error)}`);
      else onDone();
    });
  }

  /** Ends the connection at once; the broker publishes the will. */
  drop(detail: string): void {
    this.#drop({ detail });
  }

  /** Takes leave of the broker, which then forgets the will. Resolves when the connection is closed. Safe to call twice. */
  async end(): Promise<void> {
    const client = this.#client;
    if (client === undefined || this.#down) return;
    const closed = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#queue?.flush();
    client.end(false);
    // The library waits for acknowledgements without limit, and a second, forced end does nothing.
    const timer = setTimeout(() => client.stream.destroy(), END_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  #clientOptions(): IClientOptions {
    const { clientId, version, credentials, clean, keepaliveSeconds, connectTimeoutMs, will } = this.#options;
    return {
      ...credentials,
      clientId,
      protocolVersion: version,
      clean,
      keepalive: keepaliveSeconds,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      // The table of all 16-bit numbers that it would keep costs 10 MB and saves nothing here.
      writeCache: false,
      // Its own trace is written, for nobody, some ten times for each packet.
      log: () => undefined,
      resubscribe: false,
      queueQoSZero: false,
      rejectUnauthorized: true,
      // In MQTT 5 a session that is to be kept has to say for how long.
      ...(version === 5 && !clean ? { properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS } } : {}),
      ...(will === undefined
        ? {}
        : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
    };
  }

  #listen(client: MqttClient): void {
    // The library leaves it to the system to gather small packets; where the broker does so too, each waits 40 ms for
    // the other (Nagle's algorithm against delayed acknowledgements).
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.stream.once(this.#options.url.startsWith("mqtts") ? "secureConnect" : "connect", () => {
      this.#reached = true;
    });
    client.on("connect", ({ sessionPresent, properties }) => {
      if (this.#down) return;
      const receiveMaximum = properties?.receiveMaximum ?? RECEIVE_MAXIMUM;
      this.#queue = new PublishQueue({
        client,
        version: this.#options.version,
        limit: receiveMaximum,
        onFailed: (detail) => this.drop(detail),
      });
      this.#options.onUp({
        resumed: sessionPresent,
        receiveMaximum,
        maximumPacketBytes: properties?.maximumPacketSize,
      });
    });
    client.on("error", (error) => this.#drop(farewellOf(error)));
    client.on("close", () => this.#goDown({ detail: "the connection was closed", ...this.#hungUp() }));
    // The library acknowledges to the broker when the callback runs, so nothing is taken off the broker's hands too early.
    client.handleMessage = (packet, done) => {
      void this.#deliver(packet).finally(() => done());
    };
    this.#limitPackets(client);
  }

  async #deliver(packet: IPublishPacket): Promise<void> {
    if (this.#down) return;
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload, "utf8") : packet.payload;
    await this.#options.onMessage?.({ topic: packet.topic, payload, retained: packet.retain });
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

  /** Reached and closed without an answer: an old broker may do so when it meets a version it has never heard of. */
  #hungUp(): Pick<Farewell, "version"> {
    return this.#reached && this.#queue === undefined ? { version: "unanswered" } : {};
  }

  #drop(farewell: Farewell): void {
    if (this.#down) return;
    this.#goDown(farewell);
    this.#client?.end(true);
  }

  #goDown(farewell: Farewell): void {
    if (this.#down) return;
    this.#down = true;
    this.#queue?.close();
    for (const timer of this.#subscribing) clearTimeout(timer);
    this.#ended();
    this.#options.onDown(farewell);
  }
}

function farewellOf(error: Error): Farewell {
  const refused = "code" in error && VERSION_REFUSED.has(error.code);
  return { detail: messageOf(error), ...(refused ? { version: "refused" } : {}) };
}
