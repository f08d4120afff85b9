import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { GateInputs } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import { gateProfileNames } from "#devices/gate/modbus/profile";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { type GatePlantFault, type GateRig, gateContract } from "../../../contract/gate.ts";
import { Recorder } from "../../../contract/recorder.ts";

const TIMEOUT_MS = 300;

const WIRE_FAULT: Record<GatePlantFault, ServerFault> = {
  exception: { kind: "exception", code: 4 },
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  "wrong-echo": { kind: "wrong-echo" },
  garbage: { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n") },
  drop: { kind: "drop" },
};

async function build(profile: string): Promise<GateRig> {
  const simulator = new GatePlcSimulator({ speed: 15, profile });
  await simulator.start();
  const recorder = new Recorder();
  const create = await gateModbus.load();
  const { host, port } = simulator;
  const options = { host, port, unit: 1, pollMs: 10, timeoutMs: TIMEOUT_MS, profile };
  const device = create("gate", options, recorder);
  const plant = {
    powerOn: () => simulator.start(),
    powerOff: () => simulator.stop(),
    reboot: () => simulator.reboot(),
    setInputs: (changes: Partial<GateInputs>) => simulator.setInputs(changes),
    setFrozen: (frozen: boolean) => simulator.setFrozen(frozen),
    misbehave: (fault: GatePlantFault, on: "reads" | "writes") => simulator.server.setFault(WIRE_FAULT[fault], { on }),
    behave: () => simulator.server.clearFault(),
    get boomPosition() {
      return simulator.boomPosition;
    },
    get lights() {
      return simulator.lights;
    },
    get counters() {
      return simulator.counters;
    },
  };
  return { plant, device, recorder };
}

const profiles = await gateProfileNames();
describe("modbus-gate, every profile", { concurrency: profiles.length }, () => {
  for (const profile of profiles) {
    gateContract(`modbus-gate, profile ${profile}`, () => build(profile));
  }
});

it("refuses to start without its profile", async () => {
  const create = await gateModbus.load();
  const options = { host: "127.0.0.1", port: 1, unit: 1, pollMs: 20, timeoutMs: 50, profile: "no-such-plc" };
  const device = create("gate", options, new Recorder());
  await assert.rejects(device.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
  await device.stop();
});
