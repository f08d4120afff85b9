import { setTimeout as pause } from "node:timers/promises";

/** Long enough for a loaded machine; a test that waits this long has failed, it was not slow. */
const LIMIT_MS = 60_000;
const LOOK_MS = 20;

/**
 * Looks again and again until `look` gives something other than undefined, null and false, and returns that. Rejects
 * after a minute, with `what` and whatever `explain` adds.
 */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | null | false | Promise<Value | undefined | null | false>,
  explain: () => string = () => "",
): Promise<Value> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`did not happen within ${LIMIT_MS} ms: ${what}${explain()}`);
    await pause(LOOK_MS);
  }
}

/** Lets real time pass, for the few places that show that something does not happen. */
export async function letPass(ms: number): Promise<void> {
  await pause(ms);
}
