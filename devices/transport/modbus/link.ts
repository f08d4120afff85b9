import type { LaneError } from "#contract/errors";
import type { ModbusRequest } from "./requests.ts";

/** Told by a link about itself. Neither may throw. */
export interface BusListener {
  /** The device can be asked again. Nothing is known yet about what is behind the connection. */
  connected(): void;
  /** The device cannot be asked, and why; the link goes on trying by itself. */
  disconnected(reason: LaneError): void;
}

/** What a driver has of its Modbus device: a connection of its own, or a place on a line shared with others. */
export interface ModbusLink {
  readonly connected: boolean;
  /**
   * Begins to connect and returns at once. Once only.
   * @param proofs harmless reads whose replies have different lengths, none of them that of another read of this driver.
   * Where replies carry no number some of them go first after a break, so that no old reply can pass for a new one.
   */
  start(proofs: readonly ModbusRequest<unknown>[]): void;
  /** Safe to call twice; a stopped link stays stopped. */
  stop(): Promise<void>;
  /** Sends one request; see ModbusConnection.request for the errors. It is never sent a second time. */
  request<Value>(request: ModbusRequest<Value>): Promise<Value>;
}

/** Builds the link of one driver. */
export type OpenLink = (listener: BusListener) => ModbusLink;
