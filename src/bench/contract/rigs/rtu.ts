import { gateRtu } from "#devices/gate/modbus/rtu-descriptor";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { weighbridgeRtu } from "#devices/weighbridge/modbus/rtu-descriptor";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type { GatePlantFault, GateRig } from "../checks/gate-rig.ts";
import type { WeighbridgePlantFault, WeighbridgeRig } from "../checks/weighbridge-rig.ts";
import { Recorder } from "../recorder.ts";
import { plcPlant } from "./gate-modbus.ts";
import { indicatorPlant } from "./weighbridge-modbus.ts";

export const TIMEOUT_MS = 300;
/** Longer than the latest answer of these rigs. */
const SETTLE_MS = 2 * TIMEOUT_MS + 100;

/** How a line is reached from both of its ends. */
export interface TestLine {
  readonly server: RtuLineServer;
  /** The option `line` of a driver; known once the server is started. */
  line(): string;
}

/** RTU over TCP, as behind a serial device server. */
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
export async function weighbridgeRtuRig({
  server,
  line,
}: TestLine): Promise<WeighbridgeRig & { readonly simulator: WeighbridgeSimulator }> {
  const simulator = new WeighbridgeSimulator({ speed: 5, seed: 7, place: (model) => server.unit(1, model) });
  await simulator.start();
  await server.start();
  const recorder = new Recorder();
  const create = await weighbridgeRtu.load();
  const device = create("scale", { ...rtuOptions(line(), 1), pollMs: 20, capacityKg: 80_000 }, recorder);
  const power = { powerOn: () => server.start(), powerOff: () => server.stop() };
  const plant = indicatorPlant(simulator, WIRE_FAULT, power);
  const dispose = async () => {
    await device.stop();
    await server.stop();
    await simulator.stop();
  };
  return { plant, device, recorder, simulator, simulated: true, dispose };
}

/** A gate PLC, unit 1, alone on its line. */
export async function gateRtuRig({
  server,
  line,
}: TestLine): Promise<GateRig & { readonly simulator: GatePlcSimulator }> {
  const simulator = new GatePlcSimulator({ speed: 15, place: (model) => server.unit(1, model) });
  await simulator.start();
  await server.start();
  const recorder = new Recorder();
  const create = await gateRtu.load();
  const device = create("gate", { ...rtuOptions(line(), 1), pollMs: 10 }, recorder);
  const powerOff = async () => {
    await server.stop();
    await simulator.stop();
  };
  const powerOn = async () => {
    await simulator.start();
    await server.start();
  };
  const plant = plcPlant(simulator, WIRE_FAULT, { powerOn, powerOff });
  const dispose = async () => {
    await device.stop();
    await powerOff();
  };
  return { plant, device, recorder, simulator, simulated: true, dispose };
}
