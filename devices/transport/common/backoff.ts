/** First and longest delay between two attempts to connect, milliseconds. */
export const BACKOFF_FIRST_MS = 100;
export const BACKOFF_LONGEST_MS = 5000;
/** Share of the delay that is added at random, so that lanes do not knock in step after a power cut. */
const JITTER = 0.25;

/**
 * Delay before the next attempt to connect, milliseconds: doubles with every failure, then stays.
 * @param failures attempts that have failed since the device last answered, from 0.
 * @param random a number in 0..1.
 */
export function backoffMs(failures: number, random: number): number {
  const delay = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 16));
  return delay * (1 + JITTER * random);
}
