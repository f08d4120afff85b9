import type { MqttClient } from "mqtt";
import type { ProtocolVersion } from "./protocol-version.ts";
import { publishPacket } from "./publish-packet.ts";
import type { Publication } from "./session.ts";

export interface PublishQueueOptions {
  readonly client: MqttClient;
  readonly version: ProtocolVersion;
  /** Most messages without acknowledgement; a broker ends the connection of a client that goes beyond its limit. */
  readonly limit: number;
  readonly onFailed: (detail: string) => void;
}

interface Waiting {
  readonly publication: Publication;
  readonly onAcked: () => void;
}

/** Reason codes of a PUBACK from here on say that the message was not taken (MQTT 5, section 3.4.2.1). */
const FIRST_FAILURE = 0x80;

/**
 * Publishes with QoS 1 on one connection, in order, never more at a time than the broker takes. It writes its packets
 * into the library's connection itself: nothing is to be stored or sent again behind our back, and the library takes
 * twice the processor time for a message (measured with one constant payload: 25 against 12 microseconds).
 */
export class PublishQueue {
  readonly #options: PublishQueueOptions;
  readonly #underWay = new Map<number, () => void>();
  #waiting: Waiting[] = [];
  #closed = false;
  #corked = false;

  constructor(options: PublishQueueOptions) {
    this.#options = options;
    options.client.on("packetreceive", (packet) => {
      if (packet.cmd !== "puback" || packet.messageId === undefined) return;
      this.#acknowledged(packet.messageId, packet.reasonCode ?? 0);
    });
  }

  add(publication: Publication, onAcked: () => void): void {
    if (this.#closed) return;
    if (this.#underWay.size < this.#options.limit && this.#waiting.length === 0) this.#send(publication, onAcked);
    else this.#waiting.push({ publication, onAcked });
  }

  /** Nothing is sent or reported any more. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#underWay.clear();
  }

  #send(publication: Publication, onAcked: () => void): void {
    const { client, version } = this.#options;
    // Numbers come from the library, which takes its own for subscriptions from the same row.
    const id = client.messageIdProvider.allocate();
    if (id === null) return this.#options.onFailed("no number is left for a publication");
    this.#underWay.set(id, onAcked);
    this.#cork();
    for (const part of publishPacket(publication, version, id)) client.stream.write(part);
  }

  /** What is published in one turn goes to the system in one call. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = this.#options.client;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  #acknowledged(id: number, reasonCode: number): void {
    const onAcked = this.#underWay.get(id);
    if (this.#closed || onAcked === undefined) return;
    if (reasonCode >= FIRST_FAILURE) {
      this.#options.onFailed(`a publication failed: the broker answered with reason code ${reasonCode}`);
      return;
    }
    this.#underWay.delete(id);
    onAcked();
    this.#advance();
  }

  #advance(): void {
    while (this.#underWay.size < this.#options.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#send(next.publication, next.onAcked);
    }
  }
}
