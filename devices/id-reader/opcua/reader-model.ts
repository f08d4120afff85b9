import { LaneError } from "#contract/errors";
import type { OpcUaConnection } from "../../transport/opcua/connection.ts";

/** The part of OPC 30010 v1.01 (companion specification AutoID) that a lane looks at. */
export const AUTO_ID_URI = "http://opcfoundation.org/UA/AutoID/";

/** DeviceStatusEnumeration (section 9.2.2). */
export const DEVICE_STATUS = { idle: 0, error: 1, scanning: 2, busy: 3 } as const;

/** Binary encoding of ScanSettings in the published nodeset (section 9.3.7). */
const SCAN_SETTINGS_ENCODING = 5015;
/** AutoIdOperationStatusEnumeration (section 9.2.1): the only value that means yes. */
const SUCCESS = 0;

/** A reader at its server, found by walking its type. */
export interface ReaderNodes {
  readonly reader: string;
  readonly status: string;
  /** Undefined at a reader that cannot be started from outside. */
  readonly scanStart: string | undefined;
  /** Browse path of the field in its events. */
  readonly scanResult: string;
  readonly namespaceIndex: number;
}

/** Looks for the nodes of a reader. Rejects with LaneError DEVICE_EXCEPTION when it is none. */
export async function findReader(connection: OpcUaConnection, node: string): Promise<ReaderNodes> {
  const namespaceIndex = connection.namespaceIndex(AUTO_ID_URI);
  const reader = connection.resolve(node);
  const status = await connection.find(reader, `${namespaceIndex}:DeviceStatus`);
  if (status === undefined) throw new LaneError("DEVICE_EXCEPTION", `the reader ${node} has no DeviceStatus`);
  const scanStart = await connection.find(reader, `${namespaceIndex}:ScanStart`);
  return { reader, status, scanStart, scanResult: `${namespaceIndex}:ScanResult`, namespaceIndex };
}

/**
 * Lets an idle reader scan until somebody stops it; one that scans already is left alone.
 * Rejects with LaneError DEVICE_EXCEPTION when it does not let itself be started.
 */
export async function startScan(connection: OpcUaConnection, nodes: ReaderNodes): Promise<void> {
  const { reader, status, scanStart, namespaceIndex } = nodes;
  const [current] = await connection.read([status]);
  if (current?.value !== DEVICE_STATUS.idle || scanStart === undefined) return;
  const encodingId = `ns=${namespaceIndex};i=${SCAN_SETTINGS_ENCODING}`;
  const [outcome] = await connection.call(reader, scanStart, [{ encodingId, body: endlessScan() }]);
  if (outcome !== SUCCESS) throw new LaneError("DEVICE_EXCEPTION", `ScanStart was refused with ${String(outcome)}`);
}

/** ScanSettings without a limit: no optional field, Duration and Cycles 0, DataAvailable false. */
const endlessScan = (): Uint8Array => Buffer.alloc(4 + 8 + 4 + 1);
