import { setTimeout as delay } from "node:timers/promises";

/** Waits until `condition` gives a value other than undefined and false, and returns it; fails after `limitMs`. */
export async function eventually<Value>(
  what: string,
  condition: () => Value | undefined | false,
  limitMs = 10_000,
): Promise<Value> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (performance.now() > limit) {
      throw new Error(`did not happen within ${limitMs / 1000} s: ${what}`);
    }
    await delay(5);
  }
}

/** Lets real time pass, for the few tests that prove that nothing happens. */
export async function letPass(ms: number): Promise<void> {
  await delay(ms);
}
