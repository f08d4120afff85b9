import crc16 from "modbus-serial/utils/crc16.js";
import { FUNCTION } from "../protocol.ts";
import type { Framing } from "../server/faults.ts";

const CHECKSUM_BYTES = 2;
/** Unit, function code, address and count or value, checksum. */
const SHORT_REQUEST_BYTES = 8;
/** Where a request to write many items says how many data bytes follow. */
const BYTE_COUNT_AT = 6;

/** Unit id and PDU, then the checksum, low byte first. */
export const RTU_FRAMING: Framing = {
  unitAt: 0,
  mbap: false,
  seal: (frame) => {
    const checksum = crc16(frame);
    return Uint8Array.of(...frame, checksum & 0xff, checksum >> 8);
  },
};

/** The first whole request in the stream, undefined when there is none yet, `broken` when there can never be one. */
export function firstRequest(stream: Uint8Array): Uint8Array | "broken" | undefined {
  const length = requestLength(stream);
  if (length === undefined || stream.length < length) return undefined;
  const frame = stream.subarray(0, length);
  const sealed = RTU_FRAMING.seal(frame.subarray(0, -CHECKSUM_BYTES));
  return sealed.every((byte, index) => byte === frame[index]) ? frame : "broken";
}

function requestLength(stream: Uint8Array): number | undefined {
  const functionCode = stream[1];
  if (functionCode !== FUNCTION.writeCoils && functionCode !== FUNCTION.writeRegisters) return SHORT_REQUEST_BYTES;
  const byteCount = stream[BYTE_COUNT_AT];
  return byteCount === undefined ? undefined : BYTE_COUNT_AT + 1 + byteCount + CHECKSUM_BYTES;
}
