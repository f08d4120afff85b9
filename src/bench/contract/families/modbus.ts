import { gateProfileNames } from "#devices/gate/modbus/profile";
import { profileNames } from "#devices/weighbridge/modbus/profile";
import { type Family, simulated } from "../check.ts";
import { gateChecks } from "../checks/gate.ts";
import { weighbridgeChecks } from "../checks/weighbridge.ts";
import { gateModbusRig } from "../rigs/gate-modbus.ts";
import { gateRtuRig, tcpLine, weighbridgeRtuRig } from "../rigs/rtu.ts";
import { weighbridgeModbusRig } from "../rigs/weighbridge-modbus.ts";

/** `modbus-gate`, with every profile. */
export async function modbusGates(): Promise<Family[]> {
  const driver = { driver: "modbus-gate", class: "gate" } as const;
  return (await gateProfileNames()).map((profile) =>
    simulated({ name: `modbus-gate, profile ${profile}`, ...driver }, gateChecks(), () => gateModbusRig(profile)),
  );
}

/** `modbus-weighbridge`, with every profile. */
export async function modbusWeighbridges(): Promise<Family[]> {
  const driver = { driver: "modbus-weighbridge", class: "weighbridge" } as const;
  return (await profileNames()).map((profile) =>
    simulated({ name: `modbus-weighbridge, profile ${profile}`, ...driver }, weighbridgeChecks(), () =>
      weighbridgeModbusRig(profile),
    ),
  );
}

/** Both classes over RTU, behind a serial device server. */
export const rtuFamilies = (): Family[] => [
  simulated({ name: "modbus-rtu-gate", driver: "modbus-rtu-gate", class: "gate" }, gateChecks(), () =>
    gateRtuRig(tcpLine()),
  ),
  simulated(
    { name: "modbus-rtu-weighbridge", driver: "modbus-rtu-weighbridge", class: "weighbridge" },
    weighbridgeChecks(),
    () => weighbridgeRtuRig(tcpLine()),
  ),
];
