import { isLaneError, LaneError } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import { StructureReader } from "../../transport/opcua/structures.ts";

/** What a reader has scanned once: bytes of a tag, or the text of a code. */
export type Scanned =
  | { readonly kind: "scanned"; readonly data: Uint8Array | string; readonly scannedUtc: UtcMs }
  | { readonly kind: "misfit"; readonly why: string };

/** Longest name of a code type, and longest content, bytes. */
const MOST_TYPE_BYTES = 64;
const MOST_DATA_BYTES = 1024;

/** Members of the union ScanData (OPC 30010, 9.4.2), by its switch. */
const BYTE_STRING = 1;
const STRING = 2;
const EPC = 3;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the fields that every ScanResult begins with (OPC 30010, 9.3.8): which optional fields there are, the type of
 * code, the content and the time. What RFID and optical readers add follows them and is none of the lane's business.
 */
export function readScanResult(body: Uint8Array): Scanned {
  try {
    const fields = new StructureReader(body);
    fields.uint32();
    fields.bytes(MOST_TYPE_BYTES);
    const data = contentOf(fields);
    const scannedUtc = fields.dateTime();
    return { kind: "scanned", data, scannedUtc };
  } catch (error) {
    if (!isLaneError(error)) throw error;
    return { kind: "misfit", why: `a scan result that is none: ${error.detail}` };
  }
}

function contentOf(fields: StructureReader): Uint8Array | string {
  const member = fields.uint32();
  switch (member) {
    case BYTE_STRING:
      return needed(fields.bytes(MOST_DATA_BYTES));
    case STRING:
      return textOf(needed(fields.bytes(MOST_DATA_BYTES)));
    case EPC: {
      // Protocol control word before, two extended ones after the identifier (GS1 EPC UHF Gen2).
      fields.uint16();
      const identifier = needed(fields.bytes(MOST_DATA_BYTES));
      fields.uint16();
      fields.uint16();
      return identifier;
    }
    default:
      throw new LaneError("DEVICE_PROTOCOL", `its content is of kind ${member}`);
  }
}

function needed(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new LaneError("DEVICE_PROTOCOL", "its content is missing");
  return bytes;
}

/** Text in UTF-8. Throws LaneError DEVICE_PROTOCOL for anything else. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new LaneError("DEVICE_PROTOCOL", "its text is not UTF-8");
  }
}
