import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { GateInputs } from "#contract/device";
import { gateOpcUa } from "#devices/gate/opcua/descriptor";
import { GateStation } from "#devices/gate/opcua/simulator";
import { FaultyLink, type LinkFault } from "#devices/transport/common/faulty-link";
import { type GatePlantFault, type GateRig, gateContract } from "../../../contract/gate.ts";
import { FolderRecorder, noServer, type ServerRig, serverRig } from "../../transport/opcua/rig.ts";

const TIMEOUT_MS = 1000;

const LINK_FAULT: Partial<Record<GatePlantFault, LinkFault>> = {
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("HTTP/1.1 400 Bad Request\r\n") },
  drop: { kind: "drop" },
};

// A server takes seconds to start, so that one serves all tests; each has a gate and a cable of its own.
let shared: ServerRig | undefined;
const stations: GateStation[] = [];
const unable = noServer();
before(async () => {
  if (unable !== undefined) return;
  shared = await serverRig();
});
after(async () => {
  for (const station of stations) station.stop();
  await shared?.stop();
});

async function build(): Promise<GateRig> {
  assert.ok(shared !== undefined);
  const { server, dataDir } = shared;
  const name = `Gate${stations.length}`;
  const profile = stations.length % 2 === 0 ? "packed-word" : "generic";
  const station = new GateStation(server, { station: name, profile, speed: 15 });
  stations.push(station);
  await station.start();
  const link = new FaultyLink(() => ({ host: "127.0.0.1", port: server.port }));
  await link.start();
  const recorder = new FolderRecorder(dataDir);
  const create = await gateOpcUa.load();
  const device = create(
    "gate",
    {
      endpoint: `opc.tcp://127.0.0.1:${link.port}`,
      security: "Basic256Sha256",
      timeoutMs: TIMEOUT_MS,
      profile,
      station: name,
      publishingMs: 50,
      samplingMs: 10,
    },
    recorder,
  );
  const plant = {
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
    misbehave: (fault: GatePlantFault, on: "reads" | "writes") => misbehave(station, link, fault, on),
    behave: () => {
      station.onCommand = () => undefined;
      station.setFault(undefined);
      link.setFault(undefined);
    },
    get boomPosition() {
      return station.boomPosition;
    },
    get lights() {
      return station.lights;
    },
    get counters() {
      return station.counters;
    },
  };
  return { plant, device, recorder };
}

function misbehave(station: GateStation, link: FaultyLink, fault: GatePlantFault, on: "reads" | "writes"): void {
  if (fault === "exception") return station.setFault(on === "reads" ? "bad-quality" : "refuses-writes");
  // What is written is encrypted, so the cable cannot tell; the PLC says when a command has arrived.
  if (on === "reads") link.setFault(LINK_FAULT[fault]);
  else station.onCommand = () => link.setFault(LINK_FAULT[fault]);
}

// OPC UA answers a write with a status and echoes nothing. To the library a channel with garbage on it is a lost one.
const limits = {
  without: ["wrong-echo"],
  garbage: { code: "DEVICE_TIMEOUT", faults: ["OFFLINE", "TIMEOUT", "PROTOCOL"] },
} as const;
if (unable === undefined) gateContract("opcua-gate", build, limits);
else test("gate contract: opcua-gate", { skip: unable });
