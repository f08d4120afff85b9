import type { LaneError } from "#contract/errors";
import { Pause } from "../common/pause.ts";
import { Backoff, type BackoffLimits } from "./backoff.ts";
import { asLaneError } from "./library.ts";
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
  /** Called at each failure of subscribing or pulling, and with undefined at each answer. */
  readonly onFault: (fault: LaneError | undefined) => void;
}

/** Least time between two questions: a camera that answers at once must not make us spin. */
const PACE_MS = 100;
const FIRST_WAIT_MS = 1_000;

/**
 * Keeps a pull-point subscription at a camera. After any fault (a reboot, a subscription it has forgotten, an answer
 * that is no answer) there is a new subscription after a growing pause.
 */
export class PullLoop {
  readonly #settings: PullLoopSettings;
  readonly #backoff: Backoff;
  readonly #pause = new Pause();

  constructor(settings: PullLoopSettings) {
    this.#settings = settings;
    this.#backoff = new Backoff(settings.backoff);
  }

  /** Runs until aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const fault = await this.#subscribed(signal).then(() => undefined, asLaneError);
      if (signal.aborted || fault === undefined) return;
      this.#settings.onFault(fault);
      // A camera locks out whoever is refused again and again.
      const refused = fault.code === "DEVICE_AUTH";
      await this.#pause.wait(refused ? this.#settings.backoff.maxMs : this.#backoff.next(), signal);
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
    // The first answer, which shows that all is well, shall not be long in coming.
    let patienceMs = Math.min(waitMs, FIRST_WAIT_MS);
    while (!signal.aborted) {
      const asked = performance.now();
      const pulled = await point.pull(patienceMs, timeoutMs, signal);
      patienceMs = waitMs;
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
