import { EXCEPTION_FLAG } from "../protocol.ts";
import type { ExpectedReply } from "../reply-guard.ts";
import type { WireGuard } from "../wire.ts";

/** Unit id, function code, exception code, checksum. */
const EXCEPTION_BYTES = 5;
/** Unit id, function code, byte count; then data and checksum. */
const READ_HEAD_BYTES = 3;
/** Unit id and function code; then the echo and the checksum. */
const WRITE_HEAD_BYTES = 2;
const CHECKSUM_BYTES = 2;

/**
 * Reads along with the bytes of an RTU line and refuses whatever cannot be the reply to the one request that is out.
 * An RTU frame has no length and no number: all that tells a reply from noise, or from the late reply to an earlier
 * request, is that it has exactly the shape that is expected now. The checksum is left to the library.
 */
export class RtuReplyGuard implements WireGuard {
  #expected: ExpectedReply | undefined;
  #received: Buffer = Buffer.alloc(0);
  #frame: Buffer | undefined;

  expect(expected: ExpectedReply): void {
    this.#expected = expected;
  }

  accept(chunk: Uint8Array): string | undefined {
    const expected = this.#expected;
    if (expected === undefined) {
      return `${chunk.length} bytes that answer no request`;
    }
    // Never longer than one reply and one chunk: what is too long is refused at once.
    const frame = Buffer.concat([this.#received, chunk]);
    this.#received = frame;
    const fault = headFault(frame, expected);
    if (fault !== undefined) {
      return fault;
    }
    const length = lengthOf(frame, expected);
    if (frame.length > length) {
      return `${frame.length - length} bytes more than one reply`;
    }
    if (frame.length === length) {
      this.#expected = undefined;
      this.#received = Buffer.alloc(0);
      this.#frame = frame;
    }
    return undefined;
  }

  /** The reply that was completed last, with its checksum; each is given once. */
  takeFrame(): Buffer | undefined {
    const frame = this.#frame;
    this.#frame = undefined;
    return frame;
  }
}

function headFault(frame: Uint8Array, { unit, functionCode, body }: ExpectedReply): string | undefined {
  const [gotUnit, gotCode, third] = frame;
  if (gotUnit !== undefined && gotUnit !== unit) {
    return `reply of unit ${gotUnit} instead of ${unit}`;
  }
  if (gotCode === undefined || gotCode === (functionCode | EXCEPTION_FLAG)) {
    return undefined;
  }
  if (gotCode !== functionCode) {
    return `reply with function code ${gotCode} instead of ${functionCode}`;
  }
  if ("echo" in body) {
    const got = frame.subarray(WRITE_HEAD_BYTES, WRITE_HEAD_BYTES + body.echo.length);
    const same = got.every((byte, index) => byte === body.echo[index]);
    return same ? undefined : `write echo ${hex(got)} instead of ${hex(body.echo)}`;
  }
  const wrongCount = third !== undefined && third !== body.byteCount;
  return wrongCount ? `byte count ${third} instead of ${body.byteCount}` : undefined;
}

function lengthOf(frame: Uint8Array, { functionCode, body }: ExpectedReply): number {
  if (frame[1] === (functionCode | EXCEPTION_FLAG)) {
    return EXCEPTION_BYTES;
  }
  return "echo" in body
    ? WRITE_HEAD_BYTES + body.echo.length + CHECKSUM_BYTES
    : READ_HEAD_BYTES + body.byteCount + CHECKSUM_BYTES;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
