import { type DeviceConfig, devicesOf, type LaneConfig } from "#config/lane-config";
import type { Device } from "#contract/device";
import { InvariantError } from "#contract/errors";
import { openCamera, openGate, openReader, openVehicleLink, openWeighbridge } from "#devices/registry";
import type { LanePolicy } from "#lanes/decision/policy";
import { type Check, casesOf, type Family, type Need, type Rig } from "../check.ts";
import { CAMERA_CHECKS } from "../checks/camera.ts";
import { gateChecks } from "../checks/gate.ts";
import { readerChecks } from "../checks/reader.ts";
import { VEHICLE_LINK_CHECKS } from "../checks/vehicle-link.ts";
import { weighbridgeChecks } from "../checks/weighbridge.ts";
import { OPC_UA_GATE_LIMITS, OPC_UA_WEIGHBRIDGE_LIMITS } from "../families/opcua.ts";
import type { Recorder } from "../recorder.ts";
import { type Cable, cableFor } from "./cable.ts";
import { cameraRig, readerRig, vehicleLinkRig } from "./edge.ts";
import { type FieldDevice, openField } from "./field-device.ts";
import { gateRig } from "./gate.ts";
import type { Person } from "./person.ts";
import { weighbridgeRig } from "./scale.ts";

export interface FieldBench {
  readonly lane: LaneConfig;
  readonly interlock: LanePolicy["interlock"];
  readonly person: Person;
  /** Somebody is there to be asked. */
  readonly attended: boolean;
  readonly allowMotion: boolean;
}

/** Every device that a lane configuration names, as it stands there, with what can be asked of it. */
export function laneFamilies(bench: FieldBench): Family[] {
  return devicesOf(bench.lane).map((device) => familyOf(device, bench));
}

type Opener<D extends Device> = (
  spec: { readonly id: string; readonly driver: string; readonly options: object },
  context: Recorder,
) => Promise<D>;

function familyOf(config: DeviceConfig, bench: FieldBench): Family {
  const { person } = bench;
  const opcUa = config.driver.startsWith("opcua-");
  switch (config.class) {
    case "gate":
      return family(config, bench, openGate, gateChecks(opcUa ? OPC_UA_GATE_LIMITS : {}), async (field) =>
        gateRig(field, person, bench.interlock),
      );
    case "weighbridge":
      return family(
        config,
        bench,
        openWeighbridge,
        weighbridgeChecks(opcUa ? OPC_UA_WEIGHBRIDGE_LIMITS : {}),
        (field) => weighbridgeRig(field, person, config.options),
      );
    case "camera":
      return family(config, bench, openCamera, CAMERA_CHECKS, async (field) => cameraRig(field, person));
    case "id-reader":
    case "seal-reader":
      return family(config, bench, openReader, readerChecks(config.class), async (field) => readerRig(field, person));
    case "vehicle-link":
      return family(config, bench, openVehicleLink, VEHICLE_LINK_CHECKS, async (field) => vehicleLinkRig(field));
    case "recogniser":
      throw new InvariantError("a recogniser is not configured as a device");
  }
}

function family<D extends Device, R extends Rig>(
  config: DeviceConfig,
  bench: FieldBench,
  opener: Opener<D>,
  checks: readonly Check<R>[],
  rigOf: (field: FieldDevice<D>) => Promise<R>,
): Family {
  const { id, driver, options } = config;
  const { dataDir } = bench.lane;
  const cable = cableFor(options);
  const open = (given: object, recorder: Recorder) => opener({ id, driver, options: given }, recorder);
  const build = async () => rigOf(await openField({ options, dataDir, cable, open }));
  const nothing = async () => undefined;
  const offers = offersOf(config, bench, cable);
  return {
    name: id,
    driver,
    class: config.class,
    offers,
    cases: casesOf(checks, build),
    start: nothing,
    stop: nothing,
  };
}

function offersOf(config: DeviceConfig, bench: FieldBench, cable: Cable | undefined): ReadonlySet<Need> {
  const offers = new Set<Need>();
  if (cable !== undefined) offers.add("wire");
  if (bench.allowMotion) offers.add("motion");
  if (bench.attended) {
    for (const need of ["power", "eyes"] as const) offers.add(need);
    // A camera whose own recognition is not used posts no plates, whatever is held before it.
    if (config.class !== "camera" || config.options["plateEvents"] === true) offers.add("hands");
  }
  return offers;
}
