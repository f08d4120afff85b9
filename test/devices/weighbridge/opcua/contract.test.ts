import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { opcUaWeighbridge } from "#bench/contract/families/opcua";
import { type ServerRig, serverRig } from "#bench/contract/rigs/opcua-server";
import { weighbridgeOpcUaRig } from "#bench/contract/rigs/weighbridge-opcua";
import { Registration } from "#devices/weighbridge/opcua/registration";
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

  it("lets the scale register each load once, when it stands still, and says when it does not", async () => {
    const { device, recorder, station, dispose } = await weighbridgeOpcUaRig(server, "Registering");
    try {
      await device.start();
      await eventually("healthy", () => recorder.healthy);
      station.setLoad(32_480);
      await eventually("registered", () => station.registeredKg.length > 0);
      assert.deepEqual(station.registeredKg, [32_480]);
      station.setLoad(0);
      await eventually("empty", () => recorder.of("weight").at(-1)?.sample.atZero === true);
      station.setFault("refuses-register");
      station.setLoad(20_000);
      await eventually("fault EXCEPTION", () => recorder.fault === "EXCEPTION");
      assert.equal(recorder.health?.state, "degraded");
      assert.equal(recorder.of("weight").at(-1)?.sample.grossKg, 20_000, "the weight itself counts all the same");
      station.setFault(undefined);
      station.setLoad(0);
      await eventually("healthy again", () => recorder.healthy);
      assert.deepEqual(station.registeredKg, [32_480]);
    } finally {
      await dispose();
    }
  });
});

describe("the registration of a load", () => {
  it("waits for a second without motion, is made once, and again for another load", () => {
    const registration = new Registration();
    const due = (at: number, grossKg: number, stable = true) =>
      registration.due({ at, grossKg, stable, atZero: grossKg === 0 });
    assert.ok(!due(0, 0) && !due(2000, 0), "nothing to register on an empty deck");
    assert.ok(!due(3000, 8000) && !due(3999, 8000));
    assert.ok(due(4000, 8000));
    assert.ok(!due(5000, 8020) && !due(60_000, 8000), "the same load");
    assert.ok(!due(61_000, 20_000, false) && !due(62_000, 32_480));
    assert.ok(due(63_000, 32_480), "it has driven on");
    assert.ok(!due(64_000, 0) && !due(65_000, 32_480) && due(66_000, 32_480), "the next one weighs the same");
    registration.reset();
    assert.ok(!due(67_000, 32_480) && due(68_000, 32_480));
  });
});
