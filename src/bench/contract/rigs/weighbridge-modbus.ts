import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { weighbridgeModbus } from "#devices/weighbridge/modbus/descriptor";
import { loadProfile, type WeighbridgeProfile } from "#devices/weighbridge/modbus/profile";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type {
  WeighbridgeGap,
  WeighbridgePlant,
  WeighbridgePlantFault,
  WeighbridgeRig,
} from "../checks/weighbridge-rig.ts";
import { Recorder } from "../recorder.ts";

const TIMEOUT_MS = 300;

const WIRE_FAULT: Record<WeighbridgePlantFault, ServerFault> = {
  exception: { kind: "exception", code: 6 },
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("ST,GS,+032480kg\r\n") },
  drop: { kind: "drop" },
};

/** A simulated indicator in the words of the checks. */
export function indicatorPlant(
  simulator: WeighbridgeSimulator,
  faults: Record<WeighbridgePlantFault, ServerFault>,
  power: Pick<WeighbridgePlant, "powerOn" | "powerOff">,
): WeighbridgePlant {
  return {
    ...power,
    reboot: () => simulator.reboot(),
    setLoad: async (kg) => {
      simulator.setLoad(kg);
      return kg;
    },
    setDrift: (kg) => simulator.setDrift(kg),
    setShake: (kg) => simulator.setShake(kg),
    setFrozen: (frozen) => simulator.setFrozen(frozen),
    setInvalid: (invalid) => simulator.forceDisplay(invalid ? { valid: false } : {}),
    misbehave: (fault) => simulator.server.setFault(faults[fault]),
    behave: () => simulator.server.clearFault(),
  };
}

export interface ModbusWeighbridgeRig extends WeighbridgeRig {
  readonly simulator: WeighbridgeSimulator;
}

/** An indicator on Modbus TCP with one of the profiles. @param cable between the two, where there is to be one. */
export async function weighbridgeModbusRig(profile = "generic", cable?: FaultyLink): Promise<ModbusWeighbridgeRig> {
  const simulator = new WeighbridgeSimulator({ profile, speed: 5, seed: 7 });
  await simulator.start();
  const recorder = new Recorder();
  const create = await weighbridgeModbus.load();
  await cable?.start();
  const { host } = simulator;
  const options = {
    host,
    port: cable?.port ?? simulator.port,
    unit: 1,
    pollMs: 20,
    timeoutMs: TIMEOUT_MS,
    profile,
    capacityKg: 80_000,
  };
  const device = create("scale", options, recorder);
  const power = { powerOn: () => simulator.start(), powerOff: () => simulator.stop() };
  const plant = indicatorPlant(simulator, WIRE_FAULT, power);
  const dispose = async () => {
    await device.stop();
    await cable?.stop();
    await simulator.stop();
  };
  const lacks = gapsOf(await loadProfile(profile));
  return { plant, device, recorder, simulator, simulated: true, lacks, dispose };
}

/** What a register map has no place for. */
export function gapsOf({ status, sampleCounter }: WeighbridgeProfile): WeighbridgeGap[] {
  const gaps: WeighbridgeGap[] = sampleCounter === undefined ? ["standstill"] : [];
  if (status?.stable === undefined) gaps.push("stable");
  if (status?.underRange === undefined) gaps.push("under-range");
  if (status?.valid === undefined) gaps.push("validity");
  return gaps;
}
