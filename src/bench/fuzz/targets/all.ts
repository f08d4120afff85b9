import type { FuzzTarget } from "../target.ts";
import { cameraTargets } from "./camera.ts";
import { modbusTargets } from "./modbus.ts";
import { opcUaTargets } from "./opcua.ts";
import { textTargets } from "./text.ts";
import { vehicleMessages } from "./vehicles.ts";

/** Every parser of devices/ that reads what comes from outside. */
export async function allTargets(): Promise<readonly FuzzTarget[]> {
  return [...(await modbusTargets()), ...(await textTargets()), ...cameraTargets, ...opcUaTargets, vehicleMessages];
}
