import type { DeviceContext } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { LineSettings } from "../../serial/line-options.ts";
import { ModbusBus } from "../bus.ts";
import type { ModbusRequest } from "../requests.ts";
import { overRtu } from "./wire.ts";

/** One device on the line, as the line sees it. None of its functions may throw. */
export interface Station {
  /** The line can be used. */
  lineUp(): void;
  /** The line cannot be used, by anybody. */
  lineDown(reason: LaneError): void;
}

/**
 * After so many breaks without one good reply in between the line itself is at fault, not one of its devices: noise, a
 * wrong bit rate, or a second master.
 */
const BREAKS_OF_A_BAD_LINE = 3;

/**
 * Owns one serial line for all devices that hang on it. Requests go out one at a time. A device that does not answer
 * costs the others the time of its timeout and of reopening the line, and nothing else: they are not told.
 */
export class SharedLine {
  readonly settings: LineSettings;
  readonly #bus: ModbusBus;
  readonly #stations = new Set<Station>();
  readonly #emptied: () => void;
  #breaks = 0;

  /** @param emptied called when the last station has left. @param random gives numbers in 0..1. */
  constructor(settings: LineSettings, emptied: () => void, random: () => number) {
    this.settings = settings;
    this.#emptied = emptied;
    const listener = { connected: () => this.#up(), disconnected: (reason: LaneError) => this.#down(reason) };
    // Every request brings its own time limit.
    this.#bus = new ModbusBus({ open: overRtu(settings), timeoutMs: 0 }, listener, random);
  }

  get connected(): boolean {
    return this.#bus.connected;
  }

  join(station: Station): void {
    this.#stations.add(station);
    this.#bus.start();
  }

  /** The last one closes the line. */
  async leave(station: Station): Promise<void> {
    if (this.#stations.delete(station) && this.#stations.size === 0) {
      this.#emptied();
      await this.#bus.stop();
    }
  }

  /** See ModbusConnection.request for the errors. */
  async request<Value>(request: ModbusRequest<Value>, timeoutMs: number): Promise<Value> {
    const value = await this.#bus.request(request, timeoutMs);
    this.#breaks = 0;
    return value;
  }

  #up(): void {
    for (const station of this.#stations) station.lineUp();
  }

  #down(reason: LaneError): void {
    this.#breaks += 1;
    // A timeout or a broken reply has ended this connection only; whoever had asked hears of it as the answer.
    if (reason.code === "DEVICE_OFFLINE" || this.#breaks >= BREAKS_OF_A_BAD_LINE) {
      for (const station of this.#stations) station.lineDown(reason);
    }
  }
}

/** The lines of one lane: everything that was given the same context shares them. */
const LINES = new WeakMap<DeviceContext, Map<string, SharedLine>>();

/**
 * The line of that name, made when nobody uses it yet.
 * Throws LaneError CONFIG_INVALID when another device of the lane describes the same line differently.
 */
export function sharedLine(context: DeviceContext, settings: LineSettings, random: () => number): SharedLine {
  const lines = LINES.get(context) ?? new Map<string, SharedLine>();
  LINES.set(context, lines);
  const known = lines.get(settings.line);
  if (known === undefined) {
    const line = new SharedLine(settings, () => lines.delete(settings.line), random);
    lines.set(settings.line, line);
    return line;
  }
  for (const key of ["baudRate", "dataBits", "parity", "stopBits"] as const) {
    if (known.settings[key] !== settings[key]) {
      const detail = `${settings.line}: two devices give it different values of ${key}`;
      throw new LaneError("CONFIG_INVALID", `${detail}, ${known.settings[key]} and ${settings[key]}`);
    }
  }
  return known;
}
