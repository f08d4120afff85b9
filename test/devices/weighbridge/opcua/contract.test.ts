import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { FaultyLink, type LinkFault } from "#devices/transport/common/faulty-link";
import { weighbridgeOpcUa } from "#devices/weighbridge/opcua/descriptor";
import { SCALE_MODELS, ScaleStation } from "#devices/weighbridge/opcua/simulator";
import { eventually, letPass } from "../../../contract/eventually.ts";
import { type WeighbridgePlantFault, type WeighbridgeRig, weighbridgeContract } from "../../../contract/weighbridge.ts";
import { FolderRecorder, noServer, type ServerRig, serverRig } from "../../transport/opcua/rig.ts";

const TIMEOUT_MS = 1000;

const LINK_FAULT: Partial<Record<WeighbridgePlantFault, LinkFault>> = {
  silence: { kind: "silent" },
  late: { kind: "late", ms: TIMEOUT_MS * 2 },
  garbage: { kind: "garbage", bytes: Buffer.from("ST,GS,+032480kg\r\n") },
  drop: { kind: "drop" },
};

// A server takes seconds to start, so that one serves all tests; each has a scale and a cable of its own.
let shared: ServerRig | undefined;
const stations: ScaleStation[] = [];
const unable = noServer();
before(async () => {
  if (unable === undefined) shared = await serverRig({ models: SCALE_MODELS });
});
after(async () => {
  for (const station of stations) station.stop();
  await shared?.stop();
});

interface OpcUaRig extends WeighbridgeRig {
  readonly station: ScaleStation;
}

async function build(): Promise<OpcUaRig> {
  assert.ok(shared !== undefined);
  const { server, dataDir } = shared;
  const station = new ScaleStation(server, { name: `Scale${stations.length}`, speed: 5, seed: 7 });
  stations.push(station);
  station.start();
  const link = new FaultyLink(() => ({ host: "127.0.0.1", port: server.port }));
  await link.start();
  const recorder = new FolderRecorder(dataDir);
  const create = await weighbridgeOpcUa.load();
  const device = create(
    "scale",
    {
      endpoint: `opc.tcp://127.0.0.1:${link.port}`,
      security: "Basic256Sha256",
      timeoutMs: TIMEOUT_MS,
      scale: station.nodeId,
      pollMs: 30,
      capacityKg: 80_000,
      legalForTrade: true,
    },
    recorder,
  );
  const plant = {
    powerOn: () => link.start(),
    powerOff: () => link.stop(),
    reboot: () => {
      station.setFrozen(false);
      link.cut();
    },
    setLoad: (kg: number) => station.setLoad(kg),
    setDrift: (kg: number) => station.setDrift(kg),
    setShake: (kg: number) => station.setShake(kg),
    setFrozen: (frozen: boolean) => station.setFrozen(frozen),
    setInvalid: (invalid: boolean) => station.setFault(invalid ? "uncertain" : undefined),
    misbehave: (fault: WeighbridgePlantFault) => {
      if (fault === "exception") station.setFault("bad-quality");
      else link.setFault(LINK_FAULT[fault]);
    },
    behave: () => {
      station.setFault(undefined);
      link.setFault(undefined);
    },
  };
  return { plant, device, recorder, station };
}

// To the library a channel with garbage on it is a lost one.
const limits = { garbage: ["OFFLINE", "TIMEOUT", "PROTOCOL"] };
if (unable === undefined) weighbridgeContract("opcua-weighbridge", build, limits);
else test("weighbridge contract: opcua-weighbridge", { skip: unable });

describe("opcua-weighbridge", { skip: unable ?? false }, () => {
  it("takes no weight that the scale does not mark as legal for trade", async () => {
    const { device, recorder, station, plant } = await build();
    try {
      await device.start();
      await eventually("healthy", () => recorder.healthy);
      station.setFault("not-legal");
      await eventually("fault RANGE", () => recorder.fault === "RANGE");
      const count = recorder.of("weight").length;
      await letPass(100);
      assert.equal(recorder.of("weight").length, count);
      station.setFault(undefined);
      await eventually("healthy again", () => recorder.healthy);
    } finally {
      await device.stop();
      await plant.powerOff();
    }
  });
});
