/** First moment of the month that `utc` lies in, `months` later or (negative) earlier. */
export function monthStart(utc: number, months = 0): number {
  const date = new Date(utc);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** `2026-03`. */
export function monthName(utc: number): string {
  return new Date(utc).toISOString().slice(0, 7);
}
