import type { ProtocolVersion } from "./protocol-version.ts";
import type { Publication } from "./session.ts";

/**
 * PUBLISH with QoS 1 as MQTT 3.1.1 (section 3.3) and MQTT 5 (section 3.3) lay it out. Written here because the outbox
 * sends tens of thousands of them in a row: one piece of memory for a message is a third of what the library takes.
 */
const PUBLISH_QOS_1 = 0x32;
const RETAIN = 0x01;
const PROPERTY = { messageExpiryInterval: 0x02, contentType: 0x03, userProperty: 0x26 } as const;
/** Larger payloads are written behind their header instead of being copied, bytes. */
const COPY_LIMIT_BYTES = 64 * 1024;
const NO_PROPERTIES = Buffer.alloc(0);

/** The packet in one piece, or header and payload when that is large. `id`: 1..65535. */
export function publishPacket(publication: Publication, version: ProtocolVersion, id: number): Buffer[] {
  const { topic, payload, retain = false } = publication;
  const properties = version === 5 ? propertiesOf(publication) : NO_PROPERTIES;
  const topicBytes = Buffer.byteLength(topic);
  const payloadBytes = Buffer.byteLength(payload);
  const length = 2 + topicBytes + 2 + properties.byteLength + payloadBytes;
  const copied = payloadBytes <= COPY_LIMIT_BYTES;
  const packet = Buffer.allocUnsafe(1 + lengthBytes(length) + length - (copied ? 0 : payloadBytes));
  packet[0] = PUBLISH_QOS_1 | (retain ? RETAIN : 0);
  let at = writeLength(packet, length, 1);
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at);
  at = packet.writeUInt16BE(id, at);
  at += properties.copy(packet, at);
  if (!copied) return [packet, asBuffer(payload)];
  if (typeof payload === "string") packet.write(payload, at);
  else packet.set(payload, at);
  return [packet];
}

function asBuffer(payload: string | Uint8Array): Buffer {
  if (typeof payload === "string") return Buffer.from(payload);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** Properties of MQTT 5 with their length in front. */
function propertiesOf({ contentType, expirySeconds, user = {} }: Publication): Buffer {
  const parts: Buffer[] = [];
  if (expirySeconds !== undefined) {
    const seconds = Buffer.alloc(5, PROPERTY.messageExpiryInterval);
    seconds.writeUInt32BE(expirySeconds, 1);
    parts.push(seconds);
  }
  if (contentType !== undefined) parts.push(Buffer.from([PROPERTY.contentType]), prefixed(contentType));
  for (const [name, value] of Object.entries(user)) {
    parts.push(Buffer.from([PROPERTY.userProperty]), prefixed(name), prefixed(value));
  }
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(lengthBytes(content.byteLength));
  writeLength(length, content.byteLength, 0);
  return Buffer.concat([length, content]);
}

/** A text with its length in two bytes. */
function prefixed(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const buffer = Buffer.allocUnsafe(2 + bytes);
  buffer.write(text, buffer.writeUInt16BE(bytes));
  return buffer;
}

/** Bytes of a length as MQTT writes it, seven bits each. */
function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
}

function writeLength(buffer: Buffer, length: number, offset: number): number {
  let [rest, at] = [length, offset];
  do {
    buffer[at] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
    rest >>>= 7;
    at += 1;
  } while (rest > 0);
  return at;
}
