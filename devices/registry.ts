import type {
  CameraDevice,
  Device,
  DeviceClass,
  DeviceContext,
  DriverDescriptor,
  GateDevice,
  IdReaderDevice,
  SealReaderDevice,
  VehicleLinkDevice,
  WeighbridgeDevice,
} from "#contract/device";
import { InvariantError } from "#contract/errors";
import { cameraOnvif } from "./camera/onvif/descriptor.ts";
import { gateModbus } from "./gate/modbus/descriptor.ts";
import { gateRtu } from "./gate/modbus/rtu-descriptor.ts";
import { gateOpcUa } from "./gate/opcua/descriptor.ts";
import { idReaderOpcUa } from "./id-reader/opcua/descriptor.ts";
import { idReaderText } from "./id-reader/text/descriptor.ts";
import { sealReaderText } from "./seal-reader/text/descriptor.ts";
import { vda5050Vehicles } from "./vehicle-link/vda5050/descriptor.ts";
import { weighbridgeAscii } from "./weighbridge/ascii/descriptor.ts";
import { weighbridgeModbus } from "./weighbridge/modbus/descriptor.ts";
import { weighbridgeRtu } from "./weighbridge/modbus/rtu-descriptor.ts";
import { weighbridgeOpcUa } from "./weighbridge/opcua/descriptor.ts";

/** A driver of some class whose options are not known here; `never` because only validated options may reach it. */
export type AnyDriver<D extends Device = Device> = DriverDescriptor<never, D>;

const GATES: readonly AnyDriver<GateDevice>[] = [gateModbus, gateRtu, gateOpcUa];
const WEIGHBRIDGES: readonly AnyDriver<WeighbridgeDevice>[] = [
  weighbridgeModbus,
  weighbridgeRtu,
  weighbridgeOpcUa,
  weighbridgeAscii,
];
const CAMERAS: readonly AnyDriver<CameraDevice>[] = [cameraOnvif];
const ID_READERS: readonly AnyDriver<IdReaderDevice>[] = [idReaderText, idReaderOpcUa];
const SEAL_READERS: readonly AnyDriver<SealReaderDevice>[] = [sealReaderText];

const VEHICLE_LINKS: readonly AnyDriver<VehicleLinkDevice>[] = [vda5050Vehicles];

/** Every driver there is. Listed by hand: what a configuration may name is decided in a review, not by a folder scan. */
export const DRIVERS: readonly AnyDriver[] = [
  ...GATES,
  ...WEIGHBRIDGES,
  ...CAMERAS,
  ...VEHICLE_LINKS,
  ...ID_READERS,
  ...SEAL_READERS,
];

/** The descriptor of `driver: <name>`, or undefined. */
export function driverNamed(name: string): AnyDriver | undefined {
  return DRIVERS.find(({ driver }) => driver === name);
}

/** One device of the configuration: `options` were validated against the descriptor of `driver`. */
export interface DeviceSpec {
  readonly id: string;
  readonly driver: string;
  readonly options: object;
}

/** Loads the code of a driver and builds the device, not yet started. */
export const openGate = opener("gate", GATES);
export const openWeighbridge = opener("weighbridge", WEIGHBRIDGES);
export const openCamera = opener("camera", CAMERAS);
export const openVehicleLink = opener("vehicle-link", VEHICLE_LINKS);
export const openReader = opener<IdReaderDevice | SealReaderDevice>("reader", [...ID_READERS, ...SEAL_READERS]);

function opener<D extends Device>(deviceClass: DeviceClass | "reader", drivers: readonly AnyDriver<D>[]) {
  return async ({ id, driver, options }: DeviceSpec, context: DeviceContext): Promise<D> => {
    const descriptor = drivers.find((candidate) => candidate.driver === driver);
    if (descriptor === undefined) throw new InvariantError(`${driver} is not a driver of the class ${deviceClass}`);
    const create = await descriptor.load();
    return create(id, options as never, context);
  };
}
