import { EXCEPTION_FLAG } from "../protocol.ts";

/** What a faulty device does instead of answering properly. */
export type ServerFault =
  /** Refuses with an exception code and does nothing. */
  | { readonly kind: "exception"; readonly code: number }
  /** Does what was asked and never answers. */
  | { readonly kind: "silent" }
  /** Does what was asked and answers `ms` milliseconds later. */
  | { readonly kind: "late"; readonly ms: number }
  /** Does what was asked and answers a write with the address of another item. */
  | { readonly kind: "wrong-echo" }
  | { readonly kind: "wrong-unit" }
  | { readonly kind: "wrong-function" }
  | { readonly kind: "wrong-transaction" }
  | { readonly kind: "wrong-protocol-id" }
  /** Writes `length` into the length field. */
  | { readonly kind: "wrong-length"; readonly length: number }
  /** Claims two data bytes more than it sends. */
  | { readonly kind: "wrong-byte-count" }
  /** Sends these bytes instead of a reply. */
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  /** Sends the proper reply twice. */
  | { readonly kind: "duplicate" }
  /** Sends one stray byte before the proper reply. */
  | { readonly kind: "stray-byte" }
  /** Does what was asked and sends the reply one byte at a time: slow, but allowed. */
  | { readonly kind: "byte-by-byte" }
  /** Sends half a reply and closes the connection. */
  | { readonly kind: "half-reply" }
  /** Does what was asked and cuts the connection instead of answering. */
  | { readonly kind: "drop" };

/** Which requests a fault concerns. */
export interface FaultScope {
  /** Default: both. */
  readonly on?: "reads" | "writes";
  /** How many requests it concerns; default: all until it is cleared. */
  readonly times?: number;
}

/** The fault that is switched on at present, if any. */
export class FaultSwitch {
  #fault: ServerFault | undefined;
  #on: "reads" | "writes" | undefined;
  #left = 0;

  set(fault: ServerFault, scope: FaultScope = {}): void {
    this.#fault = fault;
    this.#on = scope.on;
    this.#left = scope.times ?? Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.#fault = undefined;
  }

  /** The fault for one request, counted. */
  take(writes: boolean): ServerFault | undefined {
    const concerned = this.#on === undefined || this.#on === (writes ? "writes" : "reads");
    if (this.#fault === undefined || !concerned || this.#left <= 0) {
      return undefined;
    }
    this.#left -= 1;
    return this.#fault;
  }
}

/** What goes out on the wire for a proper reply under a fault. */
export interface Delivery {
  readonly chunks: readonly Uint8Array[];
  readonly delayMs: number;
  /** Close the connection afterwards. */
  readonly close: boolean;
}

/** How a reply is framed on its wire. */
export interface Framing {
  /** Where the unit id stands in the unsealed frame. */
  readonly unitAt: number;
  /** Whether transaction id, protocol id and length stand before it. */
  readonly mbap: boolean;
  /** Adds what depends on everything else, as a checksum does. */
  seal(frame: Uint8Array): Uint8Array;
}

export const TCP_FRAMING: Framing = { unitAt: 6, mbap: true, seal: (frame) => frame };

/** @param reply the proper reply, unsealed; it is not altered. */
export function deliver(reply: Uint8Array, fault: ServerFault | undefined, framing: Framing): Delivery {
  const unsealed = Uint8Array.from(reply);
  alter(unsealed, fault, framing);
  const frame = framing.seal(unsealed);
  const proper: Delivery = { chunks: [frame], delayMs: 0, close: false };
  switch (fault?.kind) {
    case "late":
      return { ...proper, delayMs: fault.ms };
    case "silent":
      return { ...proper, chunks: [] };
    case "drop":
      return { ...proper, chunks: [], close: true };
    case "half-reply":
      return { ...proper, chunks: [frame.subarray(0, Math.ceil(frame.length / 2))], close: true };
    case "garbage":
      return { ...proper, chunks: [fault.bytes] };
    case "duplicate":
      return { ...proper, chunks: [frame, frame] };
    case "stray-byte":
      return { ...proper, chunks: [Uint8Array.of(0x55), frame] };
    case "byte-by-byte":
      return { ...proper, chunks: Array.from(frame, (byte) => Uint8Array.of(byte)) };
    default:
      return proper;
  }
}

function alter(frame: Uint8Array, fault: ServerFault | undefined, { unitAt, mbap }: Framing): void {
  const bytes = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  switch (fault?.kind) {
    case "wrong-unit":
      bytes.setUint8(unitAt, (bytes.getUint8(unitAt) + 1) & 0xff);
      break;
    case "wrong-function":
      bytes.setUint8(unitAt + 1, (bytes.getUint8(unitAt + 1) + 1) & ~EXCEPTION_FLAG);
      break;
    case "wrong-byte-count":
      bytes.setUint8(unitAt + 2, bytes.getUint8(unitAt + 2) + 2);
      break;
    case "wrong-echo":
      bytes.setUint16(unitAt + 2, bytes.getUint16(unitAt + 2) + 1);
      break;
    default:
      if (mbap) alterHeader(bytes, fault);
  }
}

function alterHeader(bytes: DataView, fault: ServerFault | undefined): void {
  switch (fault?.kind) {
    case "wrong-transaction":
      bytes.setUint16(0, (bytes.getUint16(0) + 7) & 0xffff);
      break;
    case "wrong-protocol-id":
      bytes.setUint16(2, 1);
      break;
    case "wrong-length":
      bytes.setUint16(4, fault.length);
      break;
    default:
      break;
  }
}
