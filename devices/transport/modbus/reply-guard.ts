import { EXCEPTION_FLAG, MBAP_MAX_LENGTH, MBAP_MIN_LENGTH, MBAP_PREFIX_BYTES } from "./protocol.ts";

/** What the one outstanding request must be answered with. */
export interface ExpectedReply {
  readonly unit: number;
  readonly functionCode: number;
  /** A read is answered with a known number of bytes, a write with four known bytes. */
  readonly body: { readonly byteCount: number } | { readonly echo: Uint8Array };
}

/**
 * Reads along with the bytes of one connection and refuses whatever the protocol does not allow. The client library
 * takes any protocol id, any write echo and any byte count, and never finds its way back after one stray byte, so
 * nothing that this guard objects to may reach the driver: the connection is given up instead.
 */
export class ReplyGuard {
  #expected: ExpectedReply | undefined;
  #received = new Uint8Array(0);

  /** Announces the reply to the request that is about to be sent. */
  expect(expected: ExpectedReply): void {
    this.#expected = expected;
  }

  /** Takes the next bytes of the stream. Returns what is wrong with them, or undefined. */
  accept(chunk: Uint8Array): string | undefined {
    if (this.#expected === undefined) {
      return `${chunk.length} bytes that answer no request`;
    }
    const frame = joined(this.#received, chunk);
    this.#received = frame;
    const header = headerFault(frame);
    if (header !== undefined) {
      return header;
    }
    if (frame.length < MBAP_PREFIX_BYTES + MBAP_MIN_LENGTH || frame.length < MBAP_PREFIX_BYTES + lengthOf(frame)) {
      return undefined;
    }
    const fault = frameFault(frame, this.#expected);
    this.#expected = undefined;
    this.#received = new Uint8Array(0);
    return fault;
  }
}

function headerFault(frame: Uint8Array): string | undefined {
  if (frame.length < MBAP_PREFIX_BYTES) {
    return undefined;
  }
  const protocol = wordAt(frame, 2);
  if (protocol !== 0) {
    return `protocol id ${protocol} instead of 0`;
  }
  const length = lengthOf(frame);
  if (length < MBAP_MIN_LENGTH || length > MBAP_MAX_LENGTH) {
    return `length field ${length} outside ${MBAP_MIN_LENGTH}..${MBAP_MAX_LENGTH}`;
  }
  if (frame.length > MBAP_PREFIX_BYTES + length) {
    return `${frame.length - MBAP_PREFIX_BYTES - length} bytes more than one reply`;
  }
  return undefined;
}

function frameFault(frame: Uint8Array, expected: ExpectedReply): string | undefined {
  const unit = frame[6];
  if (unit !== expected.unit) {
    return `reply of unit ${unit} instead of ${expected.unit}`;
  }
  const code = frame[7];
  const body = frame.subarray(8);
  if (code === (expected.functionCode | EXCEPTION_FLAG)) {
    return body.length === 1 ? undefined : `exception reply with ${body.length} bytes instead of 1`;
  }
  if (code !== expected.functionCode) {
    return `reply with function code ${code} instead of ${expected.functionCode}`;
  }
  return "echo" in expected.body ? echoFault(body, expected.body.echo) : readFault(body, expected.body.byteCount);
}

function echoFault(body: Uint8Array, echo: Uint8Array): string | undefined {
  const same = body.length === echo.length && body.every((byte, index) => byte === echo[index]);
  return same ? undefined : `write echo ${hex(body)} instead of ${hex(echo)}`;
}

function readFault(body: Uint8Array, byteCount: number): string | undefined {
  if (body[0] !== byteCount) {
    return `byte count ${body[0]} instead of ${byteCount}`;
  }
  return body.length === byteCount + 1 ? undefined : `${body.length - 1} data bytes instead of ${byteCount}`;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  // Never keeps more than one chunk beyond an incomplete frame: the header check refuses the rest.
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
}

const wordAt = (frame: Uint8Array, offset: number): number => ((frame[offset] ?? 0) << 8) | (frame[offset + 1] ?? 0);
const lengthOf = (frame: Uint8Array): number => wordAt(frame, 4);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 16)).toString("hex") || "(nothing)";
