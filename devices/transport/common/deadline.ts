import { LaneError } from "#contract/errors";

/**
 * The outcome of `work`, unless it takes longer than `limitMs` (DEVICE_TIMEOUT) or `ended` comes first. The library
 * leaves promises unsettled when a server falls silent at the wrong moment, so nothing of it is awaited without this.
 */
export async function within<T>(
  work: Promise<T>,
  limitMs: number,
  what: string,
  ended?: Promise<LaneError>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new LaneError("DEVICE_TIMEOUT", `${what} took longer than ${limitMs} ms`);
    timer = setTimeout(() => reject(error), limitMs);
  });
  const over = ended?.then((reason): never => {
    throw reason;
  });
  try {
    return await Promise.race(over === undefined ? [work, late] : [work, late, over]);
  } finally {
    clearTimeout(timer);
    // What loses the race may still reject later.
    work.catch(() => undefined);
    late.catch(() => undefined);
    over?.catch(() => undefined);
  }
}
