import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import mqtt from "mqtt";
import { eventually, letPass } from "#bench/contract/eventually";
import { onvifRig } from "#bench/contract/rigs/camera-onvif";
import { Broker } from "#bench/operations/broker";

const TOPIC = "site/cam-1/onvif-ej/RuleEngine/Recognition/LicensePlate";
const event = (plate: string) =>
  JSON.stringify({
    UtcTime: new Date().toISOString(),
    Source: { VideoSource: "000" },
    Data: { Likelihood: 0.9, LicensePlateInfo: { PlateNumber: plate } },
  });

async function rig(test: TestContext) {
  const broker = new Broker();
  await broker.start();
  const options = { eventsUrl: broker.url, eventsPrefix: "site/cam-1" };
  const { recorder, device, dispose, simulator } = await onvifRig({}, options);
  const camera = await mqtt.connectAsync(broker.url);
  test.after(async () => {
    await camera.endAsync(true);
    await dispose();
    await broker.stop();
  });
  return { broker, camera, recorder, device, simulator };
}

describe("a camera that publishes its plates through a broker", { concurrency: 2 }, () => {
  it("is followed there: every report is kept, what the broker has kept and what is of other topics is not", async (test) => {
    const { camera, recorder, device, simulator } = await rig(test);
    await camera.publishAsync(TOPIC, event("51C99999"), { retain: true, qos: 1 });
    await device.start();
    await eventually("healthy", () => recorder.healthy);
    await eventually("followed", () => {
      camera.publish(`${TOPIC}/lane`, event("29H67890"));
      return recorder.of("plate-seen").length > 1;
    });
    await camera.publishAsync("site/cam-1/onvif-ej/RuleEngine/Recognition/Face", event("12C12345"));
    await camera.publishAsync("site/cam-2/onvif-ej/RuleEngine/Recognition/LicensePlate", event("12C12345"));
    await camera.publishAsync(TOPIC, "{");
    await letPass(200);
    const [seen] = recorder.of("plate-seen");
    assert.deepEqual([seen?.plate, seen?.confidence, seen?.device], ["29H67890", 0.9, device.id]);
    assert.deepEqual([...new Set(recorder.of("plate-seen").map(({ plate }) => plate))], ["29H67890"]);
    assert.equal(simulator.counters.subscribed, 0, "the camera itself is not asked");
  });

  it("is degraded without its broker, still takes pictures, and recovers by itself", async (test) => {
    const { broker, recorder, device } = await rig(test);
    await device.start();
    await eventually("healthy", () => recorder.healthy);
    await eventually("connected", () => (broker.aedes?.connectedClients ?? 0) > 1);
    await broker.stop();
    await eventually("OFFLINE", () => recorder.fault === "OFFLINE");
    assert.equal(recorder.health?.state, "degraded");
    await device.snapshot();
    await broker.start();
    await eventually("healthy again", () => recorder.healthy);
  });
});
