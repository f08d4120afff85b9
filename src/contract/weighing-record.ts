/** The verification under which a weighbridge may be used in trade. */
export interface WeighbridgeCertificate {
  readonly number: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly validUntil: string;
}

/** Marks of one weight in a trace, added up. */
export const TRACE_MARKS = { stable: 1, atZero: 2, overRange: 4, underRange: 8 } as const;

/** One weight of a trace: milliseconds before the last one, kilograms, and the sum of its marks. */
export type TracePoint = readonly [agoMs: number, grossKg: number, marks: number];

/**
 * How a weight came about, for whoever doubts it later. It stands in the journal beside the weight, and is kept and
 * signed with it.
 */
export interface WeighingRecord {
  /** Counts the weights of one start of the daemon, from 1; with the boot id of its row it is unique. */
  readonly number: number;
  /** How long before the last weight the scale last stood at a stable zero, milliseconds; null when it was not seen. */
  readonly zeroAgoMs: number | null;
  /** What the indicator said before that, oldest first: the last 20 s, thinned out when there is more than 256. */
  readonly trace: readonly TracePoint[];
  /** Null when the configuration names none. */
  readonly certificate: WeighbridgeCertificate | null;
}
