import { setTimeout as delay } from "node:timers/promises";
import { isLaneError, LaneError } from "#contract/errors";
import { backoffMs } from "../common/backoff.ts";
import type { ModbusConnection } from "./connection.ts";
import type { BusListener, ModbusLink } from "./link.ts";
import type { ModbusRequest } from "./requests.ts";

/** How a bus reaches its device. */
export interface BusSettings {
  /** Opens one connection. Rejects with a LaneError when it cannot, or when `signal` is aborted. */
  readonly open: (signal: AbortSignal) => Promise<ModbusConnection>;
  /** Longest wait for one reply, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Owns the one connection to a Modbus device or line: connects, gives the connection up when it is no longer to be trusted,
 * and connects again after 100 ms to 5 s plus jitter. It never sends a request a second time.
 */
export class ModbusBus implements ModbusLink {
  readonly #settings: BusSettings;
  readonly #listener: BusListener;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  #connection: ModbusConnection | undefined;
  #running: Promise<void> | undefined;

  /** @param random gives numbers in 0..1, for the jitter of the back-off. */
  constructor(settings: BusSettings, listener: BusListener, random: () => number) {
    this.#settings = settings;
    this.#listener = listener;
    this.#random = random;
  }

  get connected(): boolean {
    return this.#connection?.open === true;
  }

  /** Begins to connect and returns at once. Once only. */
  start(): void {
    this.#running ??= this.#keepConnected();
  }

  /** Ends the connection and rejects what is outstanding. Safe to call twice; a stopped bus stays stopped. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.close(new LaneError("DEVICE_OFFLINE", "the driver was stopped"));
    await this.#running;
  }

  /** One request on the present connection; see ModbusConnection.request for the errors. */
  async request<Value>(request: ModbusRequest<Value>, timeoutMs = this.#settings.timeoutMs): Promise<Value> {
    if (this.#connection === undefined) {
      throw new LaneError("DEVICE_OFFLINE", `${request.what}: not sent, not connected`);
    }
    return this.#connection.request(request, timeoutMs);
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const answered = await this.#once(signal);
      failures = answered ? 0 : failures + 1;
      // A device that accepts connections and never answers is left alone just as one that is absent.
      await pause(backoffMs(answered ? 0 : failures - 1, this.#random()), signal);
    }
  }

  /** One connection from beginning to end. Tells whether the device ever answered on it. */
  async #once(signal: AbortSignal): Promise<boolean> {
    try {
      const connection = await this.#settings.open(signal);
      this.#connection = connection;
      if (signal.aborted) {
        connection.close(new LaneError("DEVICE_OFFLINE", "the driver was stopped"));
      } else {
        this.#listener.connected();
      }
      const reason = await connection.closed;
      this.#connection = undefined;
      this.#report(reason, signal);
      return connection.answered;
    } catch (error) {
      if (!isLaneError(error)) {
        throw error;
      }
      this.#report(error, signal);
      return false;
    }
  }

  #report(reason: LaneError, signal: AbortSignal): void {
    if (!signal.aborted) {
      this.#listener.disconnected(reason);
    }
  }
}

/** Waits, or returns at once when `signal` is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
