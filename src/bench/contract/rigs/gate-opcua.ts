import type { GateInputs } from "#contract/device";
import { gateOpcUa } from "#devices/gate/opcua/descriptor";
import { GateStation } from "#devices/gate/opcua/simulator";
import { FaultyLink, type LinkFault } from "#devices/transport/common/faulty-link";
import type { GatePlant, GatePlantFault, GateRig } from "../checks/gate-rig.ts";
import { FolderRecorder, type ServerRig } from "./opcua-server.ts";

const TIMEOUT_MS = 1000;

const LINK_FAULT: Partial<Record<GatePlantFault, LinkFault>> = {
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n") },
  drop: { kind: "drop" },
};

export interface OpcUaGateRig extends GateRig {
  readonly station: GateStation;
  readonly link: FaultyLink;
}

/** A gate with a cable of its own at a server that several share. @param name unique at the server. */
export async function gateOpcUaRig(
  { server, dataDir }: ServerRig,
  name: string,
  profile: string,
): Promise<OpcUaGateRig> {
  const station = new GateStation(server, { station: name, profile, speed: 15 });
  await station.start();
  const link = new FaultyLink(() => ({ host: "127.0.0.1", port: server.port }));
  await link.start();
  const recorder = new FolderRecorder(dataDir);
  const create = await gateOpcUa.load();
  const options = {
    endpoint: `opc.tcp://127.0.0.1:${link.port}`,
    security: "Basic256Sha256" as const,
    timeoutMs: TIMEOUT_MS,
    profile,
    station: name,
    publishingMs: 50,
    samplingMs: 10,
  };
  const device = create("gate", options, recorder);
  const dispose = async () => {
    await device.stop();
    await link.stop();
    station.stop();
  };
  return { plant: stationPlant(station, link), station, link, device, recorder, simulated: true, dispose };
}

function stationPlant(station: GateStation, link: FaultyLink): GatePlant {
  return {
    powerOn: () => link.start(),
    powerOff: async () => {
      await link.stop();
      station.reboot();
    },
    reboot: () => {
      station.reboot();
      link.cut();
    },
    setInputs: (changes: Partial<GateInputs>) => station.setInputs(changes),
    setFrozen: (frozen: boolean) => station.setFrozen(frozen),
    misbehave: (fault, on) => misbehave(station, link, fault, on),
    behave: () => {
      station.onCommand = () => undefined;
      station.setFault(undefined);
      link.setFault(undefined);
    },
    lights: async () => station.lights,
    get moves() {
      const { raise, lower } = station.counters;
      return { raise, lower };
    },
    get watchdogToggles() {
      return station.counters.watchdogToggles;
    },
  };
}

function misbehave(station: GateStation, link: FaultyLink, fault: GatePlantFault, on: "reads" | "writes"): void {
  if (fault === "exception") return station.setFault(on === "reads" ? "bad-quality" : "refuses-writes");
  // What is written is encrypted, so the cable cannot tell; the PLC says when a command has arrived.
  if (on === "reads") link.setFault(LINK_FAULT[fault]);
  else station.onCommand = () => link.setFault(LINK_FAULT[fault]);
}
