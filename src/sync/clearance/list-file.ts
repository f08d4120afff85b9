import type { Clearance } from "#contract/clearance";
import { LaneError } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import { laneTopics, SNAPSHOT_LIMIT_BYTES } from "#contract/upstream";
import type { InboundReader } from "../inbound.ts";

/** A clearance list out of a file: everything in it was signed by operations. */
export interface FiledList {
  readonly version: number;
  /** When operations signed the last part of it. */
  readonly at: UtcMs;
  readonly records: readonly Clearance[];
}

const NEWLINE = 0x0a;

/**
 * Reads a file of signed messages, one a line: a whole list, then changes to it in order. The same messages as on the
 * topics of operations, so a file can be made by writing down what is published. Rejects with LaneError MESSAGE_REFUSED
 * or the code of the message that is bad.
 */
export async function readListFile(bytes: Uint8Array, site: string, reader: InboundReader): Promise<FiledList> {
  if (bytes.byteLength > SNAPSHOT_LIMIT_BYTES) {
    throw new LaneError("MESSAGE_TOO_LARGE", `${bytes.byteLength} bytes, at most ${SNAPSHOT_LIMIT_BYTES}`);
  }
  const topics = laneTopics(site, "any");
  const [first, ...rest] = linesOf(bytes);
  if (first === undefined) throw new LaneError("MESSAGE_REFUSED", "the file is empty");
  const list = await reader.read({ topic: topics.clearanceSnapshot, payload: first, retained: false });
  if (list.kind !== "clearance-snapshot") throw new LaneError("MESSAGE_REFUSED", "it does not begin with a list");
  const records = new Map(list.message.records.map((record) => [record.id, record]));
  let { version, at } = list.message;
  for (const line of rest) {
    const change = await reader.read({ topic: topics.clearanceDelta, payload: line, retained: false });
    if (change.kind !== "clearance-delta" || change.message.version !== version + 1) {
      throw new LaneError("MESSAGE_REFUSED", `the changes after version ${version} are not those that follow it`);
    }
    for (const id of change.message.remove) records.delete(id);
    for (const record of change.message.upsert) records.set(record.id, record);
    ({ version, at } = change.message);
  }
  return { version, at: Date.parse(at), records: [...records.values()] };
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  while (from < bytes.byteLength) {
    const end = bytes.indexOf(NEWLINE, from);
    const line = bytes.subarray(from, end === -1 ? bytes.byteLength : end);
    if (line.byteLength > 0) lines.push(line);
    from = end === -1 ? bytes.byteLength : end + 1;
  }
  return lines;
}
