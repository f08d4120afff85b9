/** Waits for a line to fall silent. */
export interface Silence {
  /** To be called with everything that is heard. */
  heard(): void;
  /** Ends the wait: there will be no more to hear. */
  end(): void;
  /** True once nothing was heard for the time asked for, false when that did not happen within the limit. */
  readonly fallen: Promise<boolean>;
}

/** @param quietMs silence asked for, @param limitMs longest wait for it, both milliseconds. */
export function silence(quietMs: number, limitMs: number, signal: AbortSignal): Silence {
  let heard = () => {};
  let end = () => {};
  const fallen = new Promise<boolean>((resolve) => {
    const settle = (fell: boolean) => {
      clearTimeout(quiet);
      clearTimeout(limit);
      signal.removeEventListener("abort", end);
      resolve(fell);
    };
    const quiet = setTimeout(() => settle(true), quietMs);
    const limit = setTimeout(() => settle(false), limitMs);
    heard = () => void quiet.refresh();
    end = () => settle(false);
    signal.addEventListener("abort", end);
  });
  return { heard: () => heard(), end: () => end(), fallen };
}
