/** Waits that end early when someone calls `wake`, or when the signal is aborted. One waiter at a time. */
export class Pause {
  #end: (() => void) | undefined;

  /** Resolves after `ms`, on `wake`, or at once when the signal is aborted; never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.#end = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
      this.#end = end;
    });
  }

  wake(): void {
    this.#end?.();
  }
}
