/** Milliseconds on this machine's monotonic clock, the same in all its processes. Only differences mean anything. */
export type MonotonicMs = number & { readonly __unit?: "monotonic-ms" };

/** Milliseconds since 1970-01-01T00:00:00Z. Follows clock corrections, so it is never used to measure a duration. */
export type UtcMs = number & { readonly __unit?: "utc-ms" };

/** The two clocks. The pure core receives times inside events; everything else is handed one of these. */
export interface Clock {
  monotonic(): MonotonicMs;
  utc(): UtcMs;
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export type Sha256 = string;

/** RFC 3339 in UTC with milliseconds, the only form in which a time leaves the lane. */
export function isoUtc(utc: UtcMs): string {
  // A pure formatter over a given number; the clock itself is never read here.
  const days = Math.floor(utc / 86_400_000);
  const inDay = utc - days * 86_400_000;
  const [year, month, day] = civilFromDays(days);
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = Math.floor(inDay / 3_600_000);
  const minute = Math.floor(inDay / 60_000) % 60;
  const second = Math.floor(inDay / 1000) % 60;
  const ms = String(Math.floor(inDay % 1000)).padStart(3, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}.${ms}Z`;
}

/** Days since 1970-01-01 to a proleptic Gregorian date (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function civilFromDays(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
