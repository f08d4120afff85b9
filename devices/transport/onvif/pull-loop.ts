import type { LaneError } from "#contract/errors";
import { Backoff, type BackoffLimits } from "./backoff.ts";
import { asLaneError } from "./library.ts";
import { Pause } from "./pause.ts";
import type { PulledMessages } from "./plates.ts";
import { type EventsSession, PullPoint } from "./pull-point.ts";

export interface PullLoopSettings {
  readonly session: EventsSession;
  readonly events: URL;
  /** How long the camera may hold a question while nothing happens, milliseconds. */
  readonly waitMs: number;
  /** How long an answer may take, milliseconds. */
  readonly timeoutMs: number;
  readonly backoff: BackoffLimits;
  /** Called for each answer. */
  readonly onMessages: (pulled: PulledMessages) => void;
  /** Called when subscribing or pulling begins to fail in a way that leaves the connection usable, and when it works. */
  readonly onFault: (fault: LaneError | undefined) => void;
}

/** Least time between two questions: a camera that answers at once must not make us spin. */
const PACE_MS = 100;

/**
 * Keeps a pull-point subscription at a camera. A fault that the camera states (a subscription it has forgotten, an
 * answer that is no answer) makes a new subscription after a growing pause.
 */
export class PullLoop {
  readonly #settings: PullLoopSettings;
  readonly #backoff: Backoff;
  readonly #pause = new Pause();

  constructor(settings: PullLoopSettings) {
    this.#settings = settings;
    this.#backoff = new Backoff(settings.backoff);
  }

  /** Runs until aborted. Rejects when the connection itself fails: DEVICE_OFFLINE, DEVICE_TIMEOUT or DEVICE_AUTH. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#subscribed(signal);
      } catch (error) {
        const fault = asLaneError(error);
        if (signal.aborted) return;
        if (fault.code !== "DEVICE_PROTOCOL") throw fault;
        this.#settings.onFault(fault);
        await this.#pause.wait(this.#backoff.next(), signal);
      }
    }
  }

  /** One subscription, from its creation to its end. */
  async #subscribed(signal: AbortSignal): Promise<void> {
    const { session, events, timeoutMs } = this.#settings;
    const point = await PullPoint.create(session, events);
    const fault = await this.#pull(point, signal).then(() => undefined, asLaneError);
    if (fault === undefined || fault.code === "DEVICE_PROTOCOL" || signal.aborted) {
      await point.unsubscribe(Math.min(timeoutMs, 1000));
    }
    if (fault !== undefined) throw fault;
  }

  async #pull(point: PullPoint, signal: AbortSignal): Promise<void> {
    const { waitMs, timeoutMs, onMessages, onFault } = this.#settings;
    let renewed = performance.now();
    while (!signal.aborted) {
      const asked = performance.now();
      const pulled = await point.pull(waitMs, timeoutMs, signal);
      if (signal.aborted) return;
      onFault(undefined);
      onMessages(pulled);
      this.#backoff.reset();
      if (performance.now() - renewed > point.renewAfterMs) {
        await point.renew();
        renewed = performance.now();
      }
      await this.#pause.wait(Math.max(0, PACE_MS - (performance.now() - asked)), signal);
    }
  }
}
