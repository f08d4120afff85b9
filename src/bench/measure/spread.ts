/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** Median and 99th percentile. Not numbers when there are no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
