import type { DataValue } from "node-opcua-client";
import type { UtcMs } from "#contract/units";

/** One value as a server gave it. Whatever is not of good quality is no value (FAULTS of the field: treat as missing). */
export interface NodeValue {
  /** Undefined unless the quality is Good. */
  readonly value: unknown;
  /** Name of the status, `Good` or why there is no value. */
  readonly status: string;
  /** When the source had it, by the clock of the source. */
  readonly sourceUtc: UtcMs | undefined;
}

export function nodeValue({ value, statusCode, sourceTimestamp }: DataValue): NodeValue {
  const good = statusCode.isGood();
  // A scalar only: an array where one value belongs is a mistake of the profile and no value.
  const scalar = good && !Array.isArray(value?.value) ? value?.value : undefined;
  const status = good && (scalar === undefined || scalar === null) ? "Good, but no single value" : statusCode.name;
  return { value: scalar ?? undefined, status, sourceUtc: sourceTimestamp?.getTime() };
}
