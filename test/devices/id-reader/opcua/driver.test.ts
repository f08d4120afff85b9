import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { idReaderOpcUaRig, type OpcUaIdReaderRig } from "#bench/contract/rigs/id-reader-opcua";
import { type ServerRig, serverRig } from "#bench/contract/rigs/opcua-server";
import { readScanResult } from "#devices/id-reader/opcua/scan-result";
import { AUTO_ID_MODELS } from "#devices/id-reader/opcua/simulator";
import { codeResult, epcResult, hostileScanResults } from "../../../contract/corpus/scan-results.ts";

const EPC = "30340bd6f4000000000000a1";
const UTC = 1_777_622_400_000;

describe("scan results of OPC 30010", () => {
  it("are tags as bytes, codes as text or bytes, each with its time", () => {
    const tag = readScanResult(epcResult(EPC, UTC));
    assert.ok(tag.kind === "scanned" && tag.scannedUtc === UTC);
    assert.equal(Buffer.from(tag.data).toString("hex"), EPC);
    assert.deepEqual(readScanResult(codeResult("Nguyễn 桂", UTC)), {
      kind: "scanned",
      data: "Nguyễn 桂",
      scannedUtc: UTC,
    });
    const bytes = readScanResult(codeResult(Buffer.from("T-1"), UTC));
    assert.ok(bytes.kind === "scanned" && Buffer.from(bytes.data).toString() === "T-1");
  });

  it("none of the hostile ones is a scan, and each says why", () => {
    const cases = hostileScanResults();
    assert.ok(cases.length >= 100, `${cases.length} cases`);
    for (const [name, body] of cases) {
      const scanned = readScanResult(body);
      assert.equal(scanned.kind, "misfit", name);
      assert.ok(scanned.kind === "misfit" && scanned.why.length < 200, name);
    }
  });
});

describe("opcua-id-reader", () => {
  let server: ServerRig;
  let count = 0;
  before(async () => {
    server = await serverRig({ models: AUTO_ID_MODELS });
  });
  after(() => server.stop());

  /** A healthy reader of tags, ended afterwards. */
  async function reader(run: (rig: OpcUaIdReaderRig) => Promise<void>): Promise<void> {
    count += 1;
    const rig = await idReaderOpcUaRig(server, `Reader${count}`, "tag");
    try {
      await rig.device.start();
      await eventually("healthy", () => rig.recorder.healthy);
      await run(rig);
    } finally {
      await rig.dispose();
    }
  }

  it("lets an idle reader scan, and again when somebody has stopped it", () =>
    reader(async ({ recorder, station, plant, seen }) => {
      const from = recorder.events.length;
      station.setStatus("idle");
      await eventually("fault", () => recorder.events.slice(from).some(({ type }) => type === "health"));
      await eventually("scanning again", () => recorder.healthy);
      await plant.show(4, 1);
      await eventually("told", () => seen().includes(4));
    }));

  it("is down while its reader reports an error, and tells nothing meanwhile", () =>
    reader(async ({ recorder, station, plant, seen }) => {
      station.setStatus("error");
      await eventually("fault EXCEPTION", () => recorder.fault === "EXCEPTION");
      assert.equal(recorder.health?.state, "down");
      await plant.show(4, 1);
      await letPass(300);
      assert.deepEqual(seen(), []);
      station.setStatus("scanning");
      await eventually("told", () => seen().includes(4));
      assert.ok(recorder.healthy);
    }));

  it("tells nothing that was scanned long ago, nor what lies ahead of its own message", () =>
    reader(async ({ recorder, station, plant, seen }) => {
      station.setClockOffset(-3_600_000);
      await plant.show(4, 1);
      await eventually("fault STALE", () => recorder.fault === "STALE");
      station.setClockOffset(3_600_000);
      await eventually("fault CLOCK", () => recorder.fault === "CLOCK");
      assert.deepEqual(seen(), []);
      station.setClockOffset(0);
      await eventually("told", () => seen().includes(4));
      await eventually("healthy", () => recorder.healthy);
    }));

  it("B33 tags of another length are strangers", () =>
    reader(async ({ recorder, station, seen }) => {
      station.hold("0011223344", EPC.slice(0, 16), "00".repeat(12));
      await eventually("told", () => seen().length > 0);
      assert.deepEqual(new Set(seen()), new Set([0]));
      assert.ok(recorder.healthy);
    }));

  it("survives every hostile scan result on the wire, and then tells the next tag", () =>
    reader(async ({ recorder, station, plant, seen }) => {
      for (const [, body] of hostileScanResults()) if (body.length < 100_000) station.sendRaw(body);
      await eventually("fault PROTOCOL", () => recorder.fault === "PROTOCOL");
      assert.deepEqual(seen(), []);
      await plant.show(9, 1);
      await eventually("told", () => seen().includes(9));
      await eventually("healthy", () => recorder.healthy);
    }));
});
