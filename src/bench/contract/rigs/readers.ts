import { idReaderText } from "#devices/id-reader/text/descriptor";
import { IdReaderSimulator } from "#devices/id-reader/text/simulator";
import { sealReaderText } from "#devices/seal-reader/text/descriptor";
import { SealReaderSimulator } from "#devices/seal-reader/text/simulator";
import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { ReaderRig } from "../checks/reader.ts";
import { Recorder } from "../recorder.ts";

const SERIAL = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;
export const LIMITS = { heartbeat: "ALIVE", silenceMs: 300, repeatMs: 400, mostPerSecond: 20 };

/** How the thing number n is named, and which number a name is. */
export const identifiersOf = (kind: "tag" | "code") => NAMES[kind];

const NAMES = {
  tag: { of: (n: number) => n.toString(16).padStart(24, "0"), read: (id: string) => Number.parseInt(id, 16) },
  code: { of: (n: number) => `https://qr.example/?t=${n}`, read: (id: string) => Number(id.split("=")[1]) },
};

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

async function lineThrough(simulator: { readonly line: string }, cable?: FaultyLink): Promise<string> {
  await cable?.start();
  return cable === undefined ? simulator.line : `tcp://127.0.0.1:${cable.port}`;
}

/** What the two kinds of simulated reader share. */
function lineOf(simulator: IdReaderSimulator | SealReaderSimulator) {
  return {
    powerOn: () => simulator.start(),
    powerOff: () => simulator.stop(),
    setCut: (cut: boolean) => {
      if (cut) simulator.server.dropConnections();
    },
    setSilent: (silent: boolean) => simulator.setSilent(silent),
    sendRaw: (bytes: Uint8Array) => simulator.sendRaw(bytes),
  };
}

export interface IdReaderRig extends ReaderRig {
  readonly simulator: IdReaderSimulator;
}

export async function idReaderRig(kind: "tag" | "code", cable?: FaultyLink): Promise<IdReaderRig> {
  const simulator = new IdReaderSimulator({ everyMs: 20, heartbeat: LIMITS.heartbeat });
  await simulator.start();
  const recorder = new Recorder();
  const create = await idReaderText.load();
  const line = await lineThrough(simulator, cable);
  const device = create("reader", { line, ...SERIAL, ...LIMITS, epcDigits: 24, kind }, recorder);
  const show = (from: number, count: number) => simulator.hold(...numbers(from, count).map(NAMES[kind].of));
  const seen = () => recorder.of("id-seen").map(({ id }) => NAMES[kind].read(id));
  const dispose = async () => {
    await device.stop();
    await cable?.stop();
    await simulator.stop();
  };
  return { device, recorder, plant: { ...lineOf(simulator), show }, seen, simulator, simulated: true, dispose };
}

export interface SealReaderRig extends ReaderRig {
  readonly simulator: SealReaderSimulator;
}

export const sealNumber = (n: number) => `VN-${String(n).padStart(7, "0")}`;

export async function sealReaderRig(cable?: FaultyLink): Promise<SealReaderRig> {
  const simulator = new SealReaderSimulator({ everyMs: 20, heartbeat: LIMITS.heartbeat });
  await simulator.start();
  const recorder = new Recorder();
  const create = await sealReaderText.load();
  const line = await lineThrough(simulator, cable);
  const device = create("seals", { line, ...SERIAL, ...LIMITS, lowBatteryPercent: 20 }, recorder);
  const sealed = (n: number) => ({ seal: sealNumber(n), state: "sealed" as const, batteryPercent: 80 });
  const show = (from: number, count: number) => simulator.bring(...numbers(from, count).map(sealed));
  const seen = () => recorder.of("seal-read").map(({ seal }) => Number(seal.slice(2)));
  const dispose = async () => {
    await device.stop();
    await cable?.stop();
    await simulator.stop();
  };
  return { device, recorder, plant: { ...lineOf(simulator), show }, seen, simulator, simulated: true, dispose };
}
