import type { ProtocolVersion } from "./protocol-version.ts";
import type { Publication } from "./session.ts";

/** PUBLISH with QoS 1 as MQTT 3.1.1 (section 3.3) and MQTT 5 (section 3.3) lay it out. */
const PUBLISH_QOS_1 = 0x32;
const RETAIN = 0x01;
const PROPERTY = { messageExpiryInterval: 0x02, contentType: 0x03, userProperty: 0x26 } as const;
/** Type and longest length. */
const FIXED_HEADER_BYTES = 5;
const CHUNK_BYTES = 64 * 1024;
/** Larger payloads are written as they are instead of being copied, bytes. */
const COPY_LIMIT_BYTES = 16 * 1024;

/**
 * Lays packets one behind the other into one piece of memory, which then goes out with one call. The outbox sends tens
 * of thousands of them in a row, and memory and a system call for each would cost more than all the rest.
 */
export class PublishBatch {
  readonly #version: ProtocolVersion;
  readonly #write: (bytes: Uint8Array) => void;
  #chunk = Buffer.alloc(0);
  /** What lies between the two is not written yet. */
  #from = 0;
  #to = 0;

  /** `write` may keep what it gets: it is never changed again. */
  constructor(version: ProtocolVersion, write: (bytes: Uint8Array) => void) {
    this.#version = version;
    this.#write = write;
  }

  /** `id`: 1..65535. */
  add(publication: Publication, id: number): void {
    const { topic, payload, retain = false } = publication;
    const payloadBytes = Buffer.byteLength(payload);
    const properties = this.#version === 5 ? propertyBytes(publication) : undefined;
    const length = textBytes(topic) + 2 + (properties === undefined ? 0 : lengthBytes(properties) + properties);
    const copied = payloadBytes <= COPY_LIMIT_BYTES;
    this.#makeRoom(FIXED_HEADER_BYTES + length + (copied ? payloadBytes : 0));
    const chunk = this.#chunk;
    let at = chunk.writeUInt8(PUBLISH_QOS_1 | (retain ? RETAIN : 0), this.#to);
    at = writeLength(chunk, length + payloadBytes, at);
    at = writeText(chunk, topic, at);
    at = chunk.writeUInt16BE(id, at);
    if (properties !== undefined) at = writeProperties(chunk, publication, properties, at);
    if (copied) at = writePayload(chunk, payload, at);
    this.#to = at;
    if (copied) return;
    this.flush();
    this.#write(typeof payload === "string" ? Buffer.from(payload) : payload);
  }

  /** Writes what was added. */
  flush(): void {
    if (this.#from === this.#to) return;
    this.#write(this.#chunk.subarray(this.#from, this.#to));
    this.#from = this.#to;
  }

  #makeRoom(bytes: number): void {
    if (this.#chunk.byteLength - this.#to >= bytes) return;
    this.flush();
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
    this.#from = 0;
    this.#to = 0;
  }
}

/** Bytes of the properties of MQTT 5 without their length. */
function propertyBytes({ contentType, expirySeconds, user = {} }: Publication): number {
  let bytes = expirySeconds === undefined ? 0 : 5;
  if (contentType !== undefined) bytes += 1 + textBytes(contentType);
  for (const [name, value] of Object.entries(user)) bytes += 1 + textBytes(name) + textBytes(value);
  return bytes;
}

/** The properties with their length in front. Like all below it returns where it ended. */
function writeProperties(chunk: Buffer, publication: Publication, bytes: number, offset: number): number {
  const { contentType, expirySeconds, user = {} } = publication;
  let at = writeLength(chunk, bytes, offset);
  if (expirySeconds !== undefined) {
    at = chunk.writeUInt8(PROPERTY.messageExpiryInterval, at);
    at = chunk.writeUInt32BE(expirySeconds, at);
  }
  if (contentType !== undefined) {
    at = chunk.writeUInt8(PROPERTY.contentType, at);
    at = writeText(chunk, contentType, at);
  }
  for (const [name, value] of Object.entries(user)) {
    at = chunk.writeUInt8(PROPERTY.userProperty, at);
    at = writeText(chunk, name, at);
    at = writeText(chunk, value, at);
  }
  return at;
}

/** A text stands behind its length in two bytes. */
const textBytes = (text: string): number => 2 + Buffer.byteLength(text);

function writeText(chunk: Buffer, text: string, at: number): number {
  const bytes = chunk.write(text, at + 2);
  chunk.writeUInt16BE(bytes, at);
  return at + 2 + bytes;
}

function writePayload(chunk: Buffer, payload: string | Uint8Array, at: number): number {
  if (typeof payload === "string") return at + chunk.write(payload, at);
  chunk.set(payload, at);
  return at + payload.byteLength;
}

/** Bytes of a length as MQTT writes it, seven bits each. */
function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
}

function writeLength(chunk: Buffer, length: number, offset: number): number {
  let [rest, at] = [length, offset];
  do {
    chunk[at] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
    rest >>>= 7;
    at += 1;
  } while (rest > 0);
  return at;
}
