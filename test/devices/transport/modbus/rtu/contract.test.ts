import { describe } from "node:test";
import { gateContract } from "../../../../contract/gate.ts";
import { weighbridgeContract } from "../../../../contract/weighbridge.ts";
import { gateRig, tcpLine, weighbridgeRig } from "./rigs.ts";

describe("RTU over TCP", { concurrency: 2 }, () => {
  weighbridgeContract("modbus-rtu-weighbridge", () => weighbridgeRig(tcpLine()));
  gateContract("modbus-rtu-gate", () => gateRig(tcpLine()));
});
