import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { LineSettings } from "#devices/transport/serial/line-options";
import { weighbridgeAscii } from "#devices/weighbridge/ascii/descriptor";
import { loadFormat } from "#devices/weighbridge/ascii/format";
import { AsciiWeighbridgeSimulator, type TextFault } from "#devices/weighbridge/ascii/simulator";
import type {
  WeighbridgeGap,
  WeighbridgePlant,
  WeighbridgePlantFault,
  WeighbridgeRig,
} from "../checks/weighbridge-rig.ts";
import { Recorder } from "../recorder.ts";

export interface AsciiRig extends WeighbridgeRig {
  readonly simulator: AsciiWeighbridgeSimulator;
}

const TEXT_FAULT: Record<WeighbridgePlantFault, TextFault> = {
  exception: { kind: "silent" },
  late: { kind: "silent" },
  silence: { kind: "silent" },
  garbage: { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n\u0002\u0003\r") },
  drop: { kind: "silent" },
};

/** @param ends the two serial ports of a line; a TCP port when absent, behind the cable where there is one. */
export async function asciiRig(
  format: string,
  ends?: { readonly near: string; readonly far: string },
  cable?: FaultyLink,
): Promise<AsciiRig> {
  const serial = { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 } as const;
  const place: { place?: LineSettings } = ends === undefined ? {} : { place: { line: ends.far, ...serial } };
  const simulator = new AsciiWeighbridgeSimulator({ format, speed: 5, seed: 7, everyMs: 10, ...place });
  await simulator.start();
  const recorder = new Recorder();
  const create = await weighbridgeAscii.load();
  await cable?.start();
  const line = ends?.near ?? (cable === undefined ? simulator.line : `tcp://127.0.0.1:${cable.port}`);
  const options = { line, ...serial, format, sampleMs: 20, silenceMs: 300, capacityKg: 80_000 };
  const device = create("scale", options, recorder);
  const plant = textPlant(simulator);
  const dispose = async () => {
    await device.stop();
    await cable?.stop();
    await plant.powerOff();
  };
  const lacks = gapsOf(await loadFormat(format));
  return { plant, device, recorder, simulator, simulated: true, lacks, dispose };
}

function textPlant(simulator: AsciiWeighbridgeSimulator): WeighbridgePlant {
  let dropping: NodeJS.Timeout | undefined;
  return {
    powerOn: () => simulator.start(),
    powerOff: async () => {
      clearInterval(dropping);
      await simulator.stop();
    },
    reboot: () => simulator.reboot(),
    setLoad: async (kg) => {
      simulator.setLoad(kg);
      return kg;
    },
    setDrift: (kg) => simulator.setDrift(kg),
    setShake: (kg) => simulator.setShake(kg),
    setFrozen: () => undefined,
    setInvalid: (invalid) => simulator.forceText(invalid ? { weight: "------" } : {}),
    misbehave: (fault) => {
      if (fault === "drop") dropping = setInterval(() => simulator.reboot(), 5);
      else simulator.setFault(TEXT_FAULT[fault]);
    },
    behave: () => {
      clearInterval(dropping);
      simulator.setFault(undefined);
    },
  };
}

/** What a format has no place for. An indicator that talks by itself has no answers, and no counter to stand still. */
export function gapsOf({ underRange }: { readonly underRange?: unknown }): WeighbridgeGap[] {
  return ["standstill", "answers", ...(underRange === undefined ? ["under-range" as const] : [])];
}
