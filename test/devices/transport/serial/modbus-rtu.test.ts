import { describe } from "node:test";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import { gateContract } from "../../../contract/gate.ts";
import { weighbridgeContract } from "../../../contract/weighbridge.ts";
import { gateRig, rtuOptions, weighbridgeRig } from "../modbus/rtu/rigs.ts";
import { onCable, type Plant } from "./cable-plant.ts";
import { Cable, SKIP } from "./pseudo-terminals.ts";

async function on<Rig extends { readonly plant: Plant<never> }>(
  build: (line: { server: RtuLineServer; line(): string }) => Promise<Rig>,
): Promise<Rig> {
  const cable = new Cable();
  await cable.plug();
  const server = new RtuLineServer(rtuOptions(cable.far, 1));
  const rig = await build({ server, line: () => cable.near });
  return { ...rig, plant: onCable(rig.plant, cable) };
}

describe("RTU on serial ports", { concurrency: 2, skip: SKIP }, () => {
  weighbridgeContract("modbus-rtu-weighbridge", () => on(weighbridgeRig));
  gateContract("modbus-rtu-gate", () => on(gateRig));
});
