import { setTimeout as delay } from "node:timers/promises";
import type { DeviceContext } from "#contract/device";
import { InvariantError, LaneError } from "#contract/errors";
import { backoffMs } from "../common/backoff.ts";
import { type OpcUaConnection, openConnection } from "./connection.ts";
import { asLaneError } from "./errors.ts";
import { loadLibrary, type OpcUaLibrary } from "./library.ts";
import type { OpcUaConnectionOptions } from "./options.ts";
import { OpcUaPki } from "./pki.ts";

/** Rest after a refused certificate or password, milliseconds: servers lock out who knocks too often. */
const REFUSED_REST_MS = 5000;
/** A connection that lasted this long makes the next failure a first one, milliseconds. */
const STEADY_MS = 10_000;

export interface SessionListener {
  /** A new session: whatever was known from an earlier one counts no more. May subscribe; a rejection ends the session. */
  opened(connection: OpcUaConnection): Promise<void>;
  /** The session is over, or could not be opened. Told after every attempt. */
  lost(reason: LaneError): void;
}

/**
 * Keeps one session at one server, for as long as it takes: connects, and after any failure throws everything away and
 * begins again. A session or subscription is never repaired, because a repaired one may carry values of before.
 */
export class OpcUaSession {
  readonly #options: OpcUaConnectionOptions;
  readonly #context: DeviceContext;
  readonly #listener: SessionListener;
  readonly #random: () => number;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #connection: OpcUaConnection | undefined;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(
    options: OpcUaConnectionOptions,
    context: DeviceContext,
    listener: SessionListener,
    random: () => number = Math.random,
  ) {
    this.#options = options;
    this.#context = context;
    this.#listener = listener;
    this.#random = random;
  }

  /** The session in use, or undefined. */
  get connection(): OpcUaConnection | undefined {
    return this.#connection?.reason === undefined ? this.#connection : undefined;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    const { dataDir } = this.#context;
    if (dataDir === undefined) throw new InvariantError("an OPC UA device needs a folder for its keys");
    this.#stopping = new AbortController();
    this.#running = this.#run(dataDir, this.#stopping.signal);
  }

  /** Resolves when the server has been left. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#connection?.fail(new LaneError("DEVICE_OFFLINE", "the driver is stopped"));
    await this.#running;
    this.#stopping = undefined;
  }

  async #run(dataDir: string, stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      const began = this.#context.clock.monotonic();
      const reason = await this.#once(dataDir, stop);
      failures = this.#context.clock.monotonic() - began > STEADY_MS ? 0 : failures + 1;
      const rest = reason.code === "DEVICE_AUTH" ? REFUSED_REST_MS : backoffMs(failures, this.#random());
      await delay(rest, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  /** One session from beginning to end. Returns why it ended. */
  async #once(dataDir: string, stop: AbortSignal): Promise<LaneError> {
    let pki: OpcUaPki | undefined;
    try {
      const library = await loadLibrary();
      pki = await OpcUaPki.open(library, dataDir);
      const reason = await this.#serve(library, pki, stop);
      // Told before the leave-taking, which takes its time with a server that is silent.
      if (!stop.aborted) this.#listener.lost(reason);
      return reason;
    } finally {
      await this.#connection?.close();
      this.#connection = undefined;
      await pki?.close();
    }
  }

  async #serve(library: OpcUaLibrary, pki: OpcUaPki, stop: AbortSignal): Promise<LaneError> {
    try {
      const connection = await openConnection(library, pki, this.#options, this.#context.clock);
      this.#connection = connection;
      if (stop.aborted) return new LaneError("DEVICE_OFFLINE", "the driver is stopped");
      await this.#listener.opened(connection);
      return await connection.ended;
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      return asLaneError(error, "the OPC UA session");
    }
  }
}
