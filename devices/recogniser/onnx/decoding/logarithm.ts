/** Stands for the logarithm of zero; finite, so that sums and differences stay numbers. */
export const NEVER = -1e9;

/** log(exp(a) + exp(b)) without leaving the range of numbers. */
export function addLogs(a: number, b: number): number {
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

export function sumLogs(values: readonly number[]): number {
  return values.reduce(addLogs, NEVER);
}
