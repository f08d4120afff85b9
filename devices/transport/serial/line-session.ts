import { setTimeout as delay } from "node:timers/promises";
import { isLaneError, LaneError } from "#contract/errors";
import { backoffMs } from "../common/backoff.ts";
import { type Line, openLine } from "./line.ts";
import type { LineSettings } from "./line-options.ts";

/** Told by a session about its line. None of its functions may throw. */
export interface SessionListener {
  /** A new line is open; nothing that came before it counts. */
  opened(): void;
  bytes(chunk: Uint8Array): void;
  /** The line was lost, could not be opened, or was given up; the session goes on trying by itself. */
  lost(reason: LaneError): void;
}

/** Keeps one line open for a device that talks by itself: opens it again after 100 ms to 5 s plus jitter. */
export class LineSession {
  readonly #settings: LineSettings;
  readonly #listener: SessionListener;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #giveUp: ((reason: LaneError) => void) | undefined;
  #line: Line | undefined;
  #failures = 0;

  /** @param random gives numbers in 0..1, for the jitter of the back-off. */
  constructor(settings: LineSettings, listener: SessionListener, random: () => number) {
    this.#settings = settings;
    this.#listener = listener;
    this.#random = random;
  }

  /** Begins to open the line and returns at once. Once only. */
  start(): void {
    this.#running ??= this.#keepOpen();
  }

  /** Closes the line. Safe to call twice; a stopped session stays stopped. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.reopen(new LaneError("DEVICE_OFFLINE", "the driver was stopped"));
    await this.#running;
  }

  /** The device has said something sensible: the next attempt to open the line need not wait long. */
  proven(): void {
    this.#failures = 0;
  }

  /** Gives the present line up and opens a new one. */
  reopen(reason: LaneError): void {
    this.#giveUp?.(reason);
  }

  /** Sends bytes on the present line; they are lost when there is none. */
  write(bytes: Uint8Array): void {
    this.#line?.write(bytes);
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const reason = await this.#once(signal);
      if (signal.aborted) return;
      this.#listener.lost(reason);
      this.#failures += 1;
      await delay(backoffMs(this.#failures - 1, this.#random()), undefined, { signal }).catch(() => undefined);
    }
  }

  /** One line from its opening to its end. Resolves with why it ended. */
  async #once(signal: AbortSignal): Promise<LaneError> {
    try {
      const line = await openLine(this.#settings, signal);
      this.#line = line;
      const ended = new Promise<LaneError>((resolve) => {
        this.#giveUp = resolve;
        line.listen({
          bytes: (chunk) => {
            if (this.#line === line) this.#listener.bytes(chunk);
          },
          ended: (detail) => resolve(new LaneError("DEVICE_OFFLINE", `${this.#settings.line}: ${detail}`)),
        });
      });
      if (signal.aborted) this.reopen(new LaneError("DEVICE_OFFLINE", "the driver was stopped"));
      else this.#listener.opened();
      const reason = await ended;
      this.#line = undefined;
      this.#giveUp = undefined;
      line.close();
      return reason;
    } catch (error) {
      if (!isLaneError(error)) throw error;
      return error;
    }
  }
}
