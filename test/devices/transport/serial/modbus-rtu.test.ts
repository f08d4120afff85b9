import { describe } from "node:test";
import { simulated } from "#bench/contract/check";
import { gateChecks } from "#bench/contract/checks/gate";
import { weighbridgeChecks } from "#bench/contract/checks/weighbridge";
import { gateRtuRig, rtuOptions, type TestLine, weighbridgeRtuRig } from "#bench/contract/rigs/rtu";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import { familyTests } from "../../../contract/family-tests.ts";
import { type CabledRig, onCable } from "./cable-plant.ts";
import { Cable, SKIP } from "./pseudo-terminals.ts";

async function on<R extends CabledRig>(build: (line: TestLine) => Promise<R>): Promise<R> {
  const cable = new Cable();
  await cable.plug();
  const server = new RtuLineServer(rtuOptions(cable.far, 1));
  return onCable(await build({ server, line: () => cable.near }), cable);
}

describe("RTU on serial ports", { concurrency: 2, skip: SKIP }, () => {
  const scale = { driver: "modbus-rtu-weighbridge", class: "weighbridge" } as const;
  const gate = { driver: "modbus-rtu-gate", class: "gate" } as const;
  familyTests(
    simulated({ name: "modbus-rtu-weighbridge on a serial port", ...scale }, weighbridgeChecks(), () =>
      on(weighbridgeRtuRig),
    ),
    simulated({ name: "modbus-rtu-gate on a serial port", ...gate }, gateChecks(), () => on(gateRtuRig)),
  );
});
