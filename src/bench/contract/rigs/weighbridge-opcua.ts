import { FaultyLink, type LinkFault } from "#devices/transport/common/faulty-link";
import { weighbridgeOpcUa } from "#devices/weighbridge/opcua/descriptor";
import { ScaleStation } from "#devices/weighbridge/opcua/simulator";
import type { WeighbridgePlant, WeighbridgePlantFault, WeighbridgeRig } from "../checks/weighbridge-rig.ts";
import { FolderRecorder, type ServerRig } from "./opcua-server.ts";

const TIMEOUT_MS = 1000;

const LINK_FAULT: Partial<Record<WeighbridgePlantFault, LinkFault>> = {
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("ST,GS,+032480kg\r\n") },
  drop: { kind: "drop" },
};

export interface OpcUaWeighbridgeRig extends WeighbridgeRig {
  readonly station: ScaleStation;
  readonly link: FaultyLink;
}

/** A scale with a cable of its own at a server that several share. @param name unique at the server. */
export async function weighbridgeOpcUaRig({ server, dataDir }: ServerRig, name: string): Promise<OpcUaWeighbridgeRig> {
  const station = new ScaleStation(server, { name, speed: 5, seed: 7 });
  station.start();
  const link = new FaultyLink(() => ({ host: "127.0.0.1", port: server.port }));
  await link.start();
  const recorder = new FolderRecorder(dataDir);
  const create = await weighbridgeOpcUa.load();
  const options = {
    endpoint: `opc.tcp://127.0.0.1:${link.port}`,
    security: "Basic256Sha256" as const,
    timeoutMs: TIMEOUT_MS,
    scale: station.nodeId,
    pollMs: 30,
    capacityKg: 80_000,
    legalForTrade: true,
    registers: true,
  };
  const device = create("scale", options, recorder);
  const dispose = async () => {
    await device.stop();
    await link.stop();
    station.stop();
  };
  return { plant: stationPlant(station, link), device, recorder, station, link, simulated: true, dispose };
}

function stationPlant(station: ScaleStation, link: FaultyLink): WeighbridgePlant {
  return {
    powerOn: () => link.start(),
    powerOff: () => link.stop(),
    reboot: () => {
      station.setFrozen(false);
      link.cut();
    },
    setLoad: async (kg) => {
      station.setLoad(kg);
      return kg;
    },
    setDrift: (kg) => station.setDrift(kg),
    setShake: (kg) => station.setShake(kg),
    setFrozen: (frozen) => station.setFrozen(frozen),
    setInvalid: (invalid) => station.setFault(invalid ? "uncertain" : undefined),
    misbehave: (fault: WeighbridgePlantFault) => {
      if (fault === "exception") station.setFault("bad-quality");
      else link.setFault(LINK_FAULT[fault]);
    },
    behave: () => {
      station.setFault(undefined);
      link.setFault(undefined);
    },
  };
}
