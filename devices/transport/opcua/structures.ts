import type { ExtensionObject, Variant } from "node-opcua-client";
import { LaneError } from "#contract/errors";
import type { OpcUaLibrary } from "./library.ts";

/**
 * A structure of a companion specification as it goes over the wire (OPC 10000-6, 5.2.2.15). Those few that a lane needs
 * are written and read by hand: for the library to know them it would have to ask a server for all its definitions.
 */
export interface RawStructure {
  /** Node of its binary encoding, at this server. */
  readonly encodingId: string;
  readonly body: Uint8Array;
}

/** The structure in the form in which the library sends it. */
export function structureOf(library: OpcUaLibrary, { encodingId, body }: RawStructure): ExtensionObject {
  const structure = new library.ExtensionObject();
  const encodingDefaultBinary = library.coerceNodeId(encodingId);
  const schema = Object.create(structure.schema, { encodingDefaultBinary: { value: encodingDefaultBinary } });
  const encode: ExtensionObject["encode"] = (stream) => {
    for (const byte of body) stream.writeUInt8(byte);
  };
  return Object.assign(structure, { schema, encode });
}

/** The bytes of every structure in a value, in order. Undefined when there is anything else in it. */
export function bodiesIn(value: Variant | undefined): readonly Uint8Array[] | undefined {
  const content: unknown = value?.value;
  const found: Uint8Array[] = [];
  for (const one of Array.isArray(content) ? content : [content]) {
    // The library keeps the bytes of structures that it does not know.
    const body = (one as { readonly buffer?: unknown } | null | undefined)?.buffer;
    if (!(body instanceof Uint8Array)) return undefined;
    found.push(body);
  }
  return found;
}

/** Reads the fields of a structure one after the other. Throws LaneError DEVICE_PROTOCOL beyond its end. */
export class StructureReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Uint8Array) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }

  uint16(): number {
    return this.#body.readUInt16LE(this.#advance(2));
  }

  uint32(): number {
    return this.#body.readUInt32LE(this.#advance(4));
  }

  /** Milliseconds since 1970; OPC UA counts 100 ns since 1601 (OPC 10000-6, 5.2.2.5). */
  dateTime(): number {
    return Number(this.#body.readBigInt64LE(this.#advance(8))) / 10_000 - 11_644_473_600_000;
  }

  /** A ByteString, or the bytes of a String. Undefined for a null one. @param most bytes that may be in it. */
  bytes(most: number): Buffer | undefined {
    const length = this.#body.readInt32LE(this.#advance(4));
    if (length === -1) return undefined;
    if (length < 0 || length > most) throw new LaneError("DEVICE_PROTOCOL", `a field of ${length} bytes`);
    const from = this.#advance(length);
    return this.#body.subarray(from, from + length);
  }

  #advance(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#body.length) throw new LaneError("DEVICE_PROTOCOL", "it ends too early");
    this.#at += bytes;
    return at;
  }
}
