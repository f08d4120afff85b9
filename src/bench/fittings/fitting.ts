import type { SimulatedPlate } from "#devices/camera/onvif/simulator";
import type { BoomCounters } from "../hardware/hardware.ts";
import type { PresenceInputs } from "../twin/sensors.ts";
import type { OpcUaPlants } from "./opcua-plants.ts";
import type { SerialPlant } from "./serial-plant.ts";

/** One device of a lane file as it stands there: its driver, and the options of that driver. */
export interface DeviceEntry {
  readonly driver: string;
  readonly [option: string]: unknown;
}

/** The block `devices` of a lane file. */
export type LaneDevices = Readonly<Record<string, DeviceEntry>>;

/** What changes in the lane file so that the lane meets the simulator in place of the device. */
export interface Wiring {
  /** Options that take the place of those in the file. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Certificate of an OPC UA server, DER, that the lane is to trust. */
  readonly certificate?: Uint8Array;
}

/** A simulator on the wire that a lane file names. */
export interface Fitting {
  start(): Promise<Wiring>;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/** A gate PLC with its barrier and lights, whichever wire it is on. */
export interface GateFitting extends Fitting {
  readonly boomOpen: boolean;
  readonly lights: { readonly entry: string; readonly exit: string };
  /** Boom commands that arrived. */
  readonly boom: BoomCounters;
  setInputs(inputs: PresenceInputs): void;
}

export interface ScaleFitting extends Fitting {
  setLoad(kg: number): void;
}

/** A reader of tags, codes or seals. */
export interface ReaderFitting extends Fitting {
  /** What it reads: `tag` and `code` of an id reader, `seal`. */
  readonly reads: string;
  /** Puts these before it, instead of what was there. */
  hold(...identifiers: readonly string[]): void;
}

export interface CameraFitting extends Fitting {
  emitPlate(plate: SimulatedPlate): void;
}

/** What the simulators of one lane share. */
export interface FittingContext {
  /** How many times faster than in reality boom and platform move. */
  readonly speed: number;
  /** The password of every simulated device that asks for one. */
  readonly password: string;
  readonly serial: SerialPlant;
  readonly opcua: OpcUaPlants;
}

/** An option that is a text. */
export function textOption(entry: DeviceEntry, name: string): string | undefined {
  const value = entry[name];
  return typeof value === "string" ? value : undefined;
}

/** An option that is a number. */
export function numberOption(entry: DeviceEntry, name: string): number | undefined {
  const value = entry[name];
  return typeof value === "number" ? value : undefined;
}
