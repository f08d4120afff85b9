import type { GateInputs } from "#contract/device";
import { gateRtu } from "#devices/gate/modbus/rtu-descriptor";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { weighbridgeRtu } from "#devices/weighbridge/modbus/rtu-descriptor";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type { GatePlantFault, GateRig } from "../../../../contract/gate.ts";
import { Recorder } from "../../../../contract/recorder.ts";
import type { WeighbridgePlantFault, WeighbridgeRig } from "../../../../contract/weighbridge.ts";

export const TIMEOUT_MS = 300;
/** Longer than the latest answer of these tests. */
const SETTLE_MS = 2 * TIMEOUT_MS + 100;

/** How a line of these tests is reached from both of its ends. */
export interface TestLine {
  readonly server: RtuLineServer;
  /** The option `line` of a driver; known once the server is started. */
  line(): string;
}

export const tcpLine = (): TestLine => {
  const server = new RtuLineServer();
  return { server, line: () => server.line };
};

const WIRE_FAULT: Record<GatePlantFault | WeighbridgePlantFault, ServerFault> = {
  exception: { kind: "exception", code: 6 },
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  "wrong-echo": { kind: "wrong-echo" },
  garbage: { kind: "garbage", bytes: Buffer.from("ST,GS,+032480kg\r\n") },
  drop: { kind: "drop" },
};

export const rtuOptions = (line: string, unit: number) => ({
  line,
  baudRate: 115_200 as const,
  dataBits: 8 as const,
  parity: "none" as const,
  stopBits: 1 as const,
  unit,
  timeoutMs: TIMEOUT_MS,
  settleMs: SETTLE_MS,
  profile: "generic",
});

/** A weighing indicator, unit 1, alone on its line. */
export async function weighbridgeRig({ server, line }: TestLine): Promise<WeighbridgeRig> {
  const simulator = new WeighbridgeSimulator({ speed: 5, seed: 7, place: (model) => server.unit(1, model) });
  await simulator.start();
  await server.start();
  const recorder = new Recorder();
  const create = await weighbridgeRtu.load();
  const device = create("scale", { ...rtuOptions(line(), 1), pollMs: 20, capacityKg: 80_000 }, recorder);
  const plant = {
    powerOn: () => server.start(),
    powerOff: () => server.stop(),
    reboot: () => simulator.reboot(),
    setLoad: (kg: number) => simulator.setLoad(kg),
    setDrift: (kg: number) => simulator.setDrift(kg),
    setShake: (kg: number) => simulator.setShake(kg),
    setFrozen: (frozen: boolean) => simulator.setFrozen(frozen),
    setInvalid: (invalid: boolean) => simulator.forceDisplay(invalid ? { valid: false } : {}),
    misbehave: (fault: WeighbridgePlantFault) => simulator.server.setFault(WIRE_FAULT[fault]),
    behave: () => simulator.server.clearFault(),
  };
  return { plant, device, recorder };
}

/** A gate PLC, unit 1, alone on its line. */
export async function gateRig({ server, line }: TestLine): Promise<GateRig> {
  const simulator = new GatePlcSimulator({ speed: 15, place: (model) => server.unit(1, model) });
  await simulator.start();
  await server.start();
  const recorder = new Recorder();
  const create = await gateRtu.load();
  const device = create("gate", { ...rtuOptions(line(), 1), pollMs: 10 }, recorder);
  const plant = {
    powerOn: async () => {
      await simulator.start();
      await server.start();
    },
    powerOff: async () => {
      await server.stop();
      await simulator.stop();
    },
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
