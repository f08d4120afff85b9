import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modbusGates } from "#bench/contract/families/modbus";
import { Recorder } from "#bench/contract/recorder";
import { isLaneError } from "#contract/errors";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import { familyTests } from "../../../contract/family-tests.ts";

const families = await modbusGates();
describe("modbus-gate, every profile", { concurrency: families.length }, () => familyTests(...families));

it("refuses to start without its profile", async () => {
  const create = await gateModbus.load();
  const options = { host: "127.0.0.1", port: 1, unit: 1, pollMs: 20, timeoutMs: 50, profile: "no-such-plc" };
  const device = create("gate", options, new Recorder());
  await assert.rejects(device.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
  await device.stop();
});
