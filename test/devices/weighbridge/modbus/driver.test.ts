import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLaneError } from "#contract/errors";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { weighbridgeModbus } from "#devices/weighbridge/modbus/descriptor";
import { loadProfile, profileNames, type WeighbridgeProfile } from "#devices/weighbridge/modbus/profile";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import { eventually, letPass } from "../../../contract/eventually.ts";
import { Recorder } from "../../../contract/recorder.ts";
import {
  type WeighbridgeGap,
  type WeighbridgePlantFault,
  type WeighbridgeRig,
  weighbridgeContract,
} from "../../../contract/weighbridge.ts";

const TIMEOUT_MS = 300;

const WIRE_FAULT: Record<WeighbridgePlantFault, ServerFault> = {
  exception: { kind: "exception", code: 6 },
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("ST,GS,+032480kg\r\n") },
  drop: { kind: "drop" },
};

interface ModbusRig extends WeighbridgeRig {
  readonly simulator: WeighbridgeSimulator;
}

async function build(profile = "generic"): Promise<ModbusRig> {
  const simulator = new WeighbridgeSimulator({ profile, speed: 5, seed: 7 });
  await simulator.start();
  const recorder = new Recorder();
  const create = await weighbridgeModbus.load();
  const device = create(
    "scale",
    {
      host: simulator.host,
      port: simulator.port,
      unit: 1,
      pollMs: 20,
      timeoutMs: TIMEOUT_MS,
      profile,
      capacityKg: 80_000,
    },
    recorder,
  );
  const plant = {
    powerOn: () => simulator.start(),
    powerOff: () => simulator.stop(),
    reboot: () => simulator.reboot(),
    setLoad: (kg: number) => simulator.setLoad(kg),
    setDrift: (kg: number) => simulator.setDrift(kg),
    setShake: (kg: number) => simulator.setShake(kg),
    setFrozen: (frozen: boolean) => simulator.setFrozen(frozen),
    setInvalid: (invalid: boolean) => simulator.forceDisplay(invalid ? { valid: false } : {}),
    misbehave: (fault: WeighbridgePlantFault) => simulator.server.setFault(WIRE_FAULT[fault]),
    behave: () => simulator.server.clearFault(),
  };
  return { plant, device, recorder, simulator, lacks: gapsOf(await loadProfile(profile)) };
}

/** What a register map has no place for. */
function gapsOf({ status, sampleCounter }: WeighbridgeProfile): WeighbridgeGap[] {
  const gaps: WeighbridgeGap[] = sampleCounter === undefined ? ["standstill"] : [];
  if (status?.stable === undefined) gaps.push("stable");
  if (status?.underRange === undefined) gaps.push("under-range");
  if (status?.valid === undefined) gaps.push("validity");
  return gaps;
}

const profiles = await profileNames();
describe("modbus-weighbridge, every profile", { concurrency: profiles.length }, () => {
  for (const profile of profiles) {
    weighbridgeContract(`modbus-weighbridge, profile ${profile}`, () => build(profile));
  }
});

describe("modbus-weighbridge", { concurrency: true }, () => {
  for (const [name, count] of [
    ["0x80000000", -(2 ** 31)],
    ["0xffffffff", -1],
    ["0x7fffffff", 2 ** 31 - 1],
    ["minus a million", -1_000_000],
  ] as const) {
    it(`B4 ${name} in the weight registers is a fault and no number`, async () => {
      const { device, recorder, simulator } = await build();
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
