import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { modbusWeighbridges } from "#bench/contract/families/modbus";
import { Recorder } from "#bench/contract/recorder";
import { weighbridgeModbusRig } from "#bench/contract/rigs/weighbridge-modbus";
import { isLaneError } from "#contract/errors";
import { weighbridgeModbus } from "#devices/weighbridge/modbus/descriptor";
import { familyTests } from "../../../contract/family-tests.ts";

const families = await modbusWeighbridges();
describe("modbus-weighbridge, every profile", { concurrency: families.length }, () => familyTests(...families));

describe("modbus-weighbridge", { concurrency: true }, () => {
  for (const [name, count] of [
    ["0x80000000", -(2 ** 31)],
    ["0xffffffff", -1],
    ["0x7fffffff", 2 ** 31 - 1],
    ["minus a million", -1_000_000],
  ] as const) {
    it(`B4 ${name} in the weight registers is a fault and no number`, async () => {
      const { device, recorder, simulator } = await weighbridgeModbusRig();
      try {
        await device.start();
        await eventually("healthy", () => recorder.healthy);
        simulator.forceCount(count);
        await eventually("fault RANGE", () => recorder.fault === "RANGE");
        await letPass(50);
        assert.ok(recorder.of("weight").every(({ sample }) => sample.grossKg === 0));
        simulator.forceCount(undefined);
        await eventually("healthy again", () => recorder.healthy);
      } finally {
        await device.stop();
        await simulator.stop();
      }
    });
  }

  it("refuses to start without its profile", async () => {
    const create = await weighbridgeModbus.load();
    const options = { host: "127.0.0.1", port: 1, unit: 1, pollMs: 20, timeoutMs: 50, capacityKg: 80_000 };
    const device = create("scale", { ...options, profile: "no-such-product" }, new Recorder());
    await assert.rejects(device.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
    await device.stop();
  });
});
