import type { GateInputs } from "#contract/device";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import type { GatePlant, GatePlantFault, GateRig } from "../checks/gate-rig.ts";
import { Recorder } from "../recorder.ts";

const TIMEOUT_MS = 300;

const WIRE_FAULT: Record<GatePlantFault, ServerFault> = {
  exception: { kind: "exception", code: 4 },
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  "wrong-echo": { kind: "wrong-echo" },
  garbage: { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n") },
  drop: { kind: "drop" },
};

/** A simulated gate PLC in the words of the checks. */
export function plcPlant(
  simulator: GatePlcSimulator,
  faults: Record<GatePlantFault, ServerFault>,
  power: Pick<GatePlant, "powerOn" | "powerOff">,
): GatePlant {
  return {
    ...power,
    reboot: () => simulator.reboot(),
    setInputs: (changes: Partial<GateInputs>) => simulator.setInputs(changes),
    setFrozen: (frozen: boolean) => simulator.setFrozen(frozen),
    misbehave: (fault, on) => simulator.server.setFault(faults[fault], { on }),
    behave: () => simulator.server.clearFault(),
    lights: async () => simulator.lights,
    get moves() {
      const { raise, lower } = simulator.counters;
      return { raise, lower };
    },
    get watchdogToggles() {
      return simulator.counters.watchdogToggles;
    },
  };
}

export interface ModbusGateRig extends GateRig {
  readonly simulator: GatePlcSimulator;
}

/** A gate PLC on Modbus TCP with one of the profiles. @param cable between the two, where there is to be one. */
export async function gateModbusRig(profile: string, cable?: FaultyLink): Promise<ModbusGateRig> {
  const simulator = new GatePlcSimulator({ speed: 15, profile });
  await simulator.start();
  const recorder = new Recorder();
  const create = await gateModbus.load();
  await cable?.start();
  const { host } = simulator;
  const options = { host, port: cable?.port ?? simulator.port, unit: 1, pollMs: 10, timeoutMs: TIMEOUT_MS, profile };
  const device = create("gate", options, recorder);
  const power = { powerOn: () => simulator.start(), powerOff: () => simulator.stop() };
  const dispose = async () => {
    await device.stop();
    await cable?.stop();
    await simulator.stop();
  };
  return { plant: plcPlant(simulator, WIRE_FAULT, power), simulator, device, recorder, simulated: true, dispose };
}
