import type { IClientPublishOptions, MqttClient } from "mqtt";
import { messageOf } from "#contract/errors";
import type { ProtocolVersion } from "./protocol-version.ts";
import type { Publication } from "./session.ts";

export interface PublishQueueOptions {
  readonly client: MqttClient;
  readonly version: ProtocolVersion;
  /** Most messages without acknowledgement; a broker ends the connection of a client that goes beyond its limit. */
  readonly limit: number;
  readonly onFailed: (detail: string) => void;
}

/** Publishes with QoS 1 on one connection, in order, never more at a time than the broker takes. */
export class PublishQueue {
  readonly #options: PublishQueueOptions;
  #waiting: { readonly publication: Publication; readonly onAcked: () => void }[] = [];
  #inFlight = 0;
  #closed = false;

  constructor(options: PublishQueueOptions) {
    this.#options = options;
  }

  add(publication: Publication, onAcked: () => void): void {
    if (this.#closed) return;
    if (this.#inFlight < this.#options.limit && this.#waiting.length === 0) this.#send(publication, onAcked);
    else this.#waiting.push({ publication, onAcked });
  }

  /** Nothing is sent or reported any more. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #send(publication: Publication, onAcked: () => void): void {
    const { client, version, onFailed } = this.#options;
    const { topic, payload } = publication;
    this.#inFlight += 1;
    client.publish(topic, asBuffer(payload), publishOptions(publication, version), (error) => {
      if (this.#closed) return;
      if (error) return onFailed(`a publication failed: ${messageOf(error)}`);
      this.#inFlight -= 1;
      onAcked();
      this.#advance();
    });
  }

  #advance(): void {
    while (this.#inFlight < this.#options.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#send(next.publication, next.onAcked);
    }
  }
}

function asBuffer(payload: string | Uint8Array): string | Buffer {
  return typeof payload === "string" ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

function publishOptions(publication: Publication, version: ProtocolVersion): IClientPublishOptions {
  const { retain = false, contentType, expirySeconds, user } = publication;
  if (version === 4) return { qos: 1, retain };
  return {
    qos: 1,
    retain,
    properties: {
      ...(contentType === undefined ? {} : { contentType }),
      ...(expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds }),
      ...(user === undefined ? {} : { userProperties: { ...user } }),
    },
  };
}
