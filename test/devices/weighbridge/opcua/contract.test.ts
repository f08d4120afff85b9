import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { opcUaWeighbridge } from "#bench/contract/families/opcua";
import { type ServerRig, serverRig } from "#bench/contract/rigs/opcua-server";
import { weighbridgeOpcUaRig } from "#bench/contract/rigs/weighbridge-opcua";
import { SCALE_MODELS } from "#devices/weighbridge/opcua/simulator";
import { familyTests } from "../../../contract/family-tests.ts";

familyTests(opcUaWeighbridge());

describe("opcua-weighbridge", () => {
  let server: ServerRig;
  before(async () => {
    server = await serverRig({ models: SCALE_MODELS });
  });
  after(() => server.stop());

  it("takes no weight that the scale does not mark as legal for trade", async () => {
    const { device, recorder, station, dispose } = await weighbridgeOpcUaRig(server, "Scale");
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
      await dispose();
    }
  });
});
