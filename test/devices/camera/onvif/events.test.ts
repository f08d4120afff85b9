import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { type OnvifRig, onvifRig } from "#bench/contract/rigs/camera-onvif";
import { envelope } from "#devices/camera/onvif/simulator/answers";

/** A rig that ends with its test, so that tests can wait side by side. */
async function build(test: TestContext, ...given: Parameters<typeof onvifRig>): Promise<OnvifRig> {
  const rig = await onvifRig(...given);
  test.after(() => rig.dispose());
  return rig;
}

async function listening(test: TestContext, ...given: Parameters<typeof onvifRig>): Promise<OnvifRig> {
  const rig = await build(test, ...given);
  await rig.device.start();
  await subscribed(rig);
  return rig;
}

const subscribed = ({ simulator, recorder }: OnvifRig) =>
  eventually("subscribed and healthy", () => recorder.healthy && simulator.counters.subscribed > 0);

const plates = ({ recorder }: OnvifRig) => recorder.of("plate-seen").map(({ plate }) => plate);

describe("plate events", { concurrency: 4 }, () => {
  it("arrive as the camera gave them, in order, with likelihood and country", async (test) => {
    const rig = await listening(test);
    rig.simulator.emitPlate({ plate: "012345", likelihood: 0.87, country: "VN" });
    rig.simulator.emitPlate({ plate: "２９Ｃ１２３４５", likelihood: 93 });
    rig.simulator.emitPlate({ plate: "A".repeat(500) });
    rig.simulator.emitPlate({ plate: "桂A·12345", likelihood: 7000 });
    await eventually("all posted", () => plates(rig).length === 3);
    const seen = rig.recorder.of("plate-seen").map(({ plate, confidence, country }) => [plate, confidence, country]);
    assert.deepEqual(seen, [
      ["012345", 0.87, "VN"],
      ["２９Ｃ１２３４５", 0.93, undefined],
      ["桂A·12345", undefined, undefined],
    ]);
  });

  it("carry the time at which the camera saw them, also when its clock is 8 h off (B15)", async (test) => {
    const rig = await listening(test);
    rig.simulator.faults.clockOffsetMs = 8 * 3_600_000;
    rig.simulator.emitPlate({ plate: "29H67890", utc: Date.now() + 8 * 3_600_000 - 4_000 });
    const seen = await eventually("posted", () => rig.recorder.of("plate-seen")[0]);
    assert.ok(Date.now() - seen.utc >= 4_000 && Date.now() - seen.utc < 14_000);
    assert.ok(performance.now() - seen.at >= 4_000 && performance.now() - seen.at < 14_000);
    await eventually("the clock is a fault", () => rig.recorder.fault === "CLOCK");
    assert.equal(rig.recorder.health?.state, "degraded");
    rig.simulator.faults.clockOffsetMs = 0;
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  it("F46 come again after a reboot of the camera, over a new subscription, without the plate of before", async (test) => {
    const rig = await listening(test);
    rig.simulator.events.repeatsLastPlate = true;
    rig.simulator.emitPlate({ plate: "29H67890" });
    await eventually("first", () => plates(rig).length === 1);
    const before = rig.simulator.counters.subscriptions;
    await rig.simulator.reboot(100);
    await subscribed(rig);
    assert.ok(rig.simulator.counters.subscriptions > before);
    rig.simulator.emitPlate({ plate: "12C12345" });
    await eventually("second", () => plates(rig).length > 1);
    assert.deepEqual(plates(rig), ["29H67890", "12C12345"]);
  });

  it("come again when the camera has forgotten the subscription and nothing else", async (test) => {
    const rig = await listening(test);
    rig.simulator.events.subscriptions.clear();
    await eventually("PROTOCOL raised", () => rig.recorder.fault === "PROTOCOL");
    assert.equal(rig.recorder.health?.state, "degraded");
    await rig.device.snapshot();
    await subscribed(rig);
    rig.simulator.emitPlate({ plate: "12C12345" });
    await eventually("posted", () => plates(rig).includes("12C12345"));
  });

  it("B13 survive hostile answers to a pull", async (test) => {
    const rig = await listening(test);
    for (const answer of [
      "<html/>",
      `<!DOCTYPE a [<!ENTITY x "ha">]>${envelope("&x;")}`,
      envelope("<a>".repeat(100_000) + "</a>".repeat(100_000)),
      envelope("x".repeat(10_000_000)),
      envelope("<tev:PullMessagesResponse><__proto__/></tev:PullMessagesResponse>"),
    ]) {
      rig.simulator.answers.set("PullMessages", answer);
      await eventually("PROTOCOL raised", () => rig.recorder.fault === "PROTOCOL");
      rig.simulator.answers.clear();
      await eventually("healthy again", () => rig.recorder.healthy);
    }
    await subscribed(rig);
    rig.simulator.emitPlate({ plate: "29H67890" });
    await eventually("posted", () => plates(rig).includes("29H67890"));
  });
});

describe("the subscription", { concurrency: 4 }, () => {
  it("is renewed before its end", async (test) => {
    const rig = await build(test);
    rig.simulator.events.lifetimeMs = 2_000;
    await rig.device.start();
    await eventually("renewed twice", () => rig.simulator.counters.renewals >= 2);
    assert.equal(rig.simulator.counters.subscriptions, 1);
  });

  it("is given back at the stop", async (test) => {
    const rig = await listening(test);
    await rig.device.stop();
    assert.equal(rig.simulator.counters.subscribed, 0);
    assert.equal(rig.simulator.counters.unsubscribes, 1);
  });

  it("is not asked for more often than ten times a second, even of a camera that answers at once", async (test) => {
    const rig = await listening(test, {}, {}, { pullMs: 1 });
    const [began, before] = [performance.now(), rig.simulator.counters.pulls];
    await eventually("six more pulls", () => rig.simulator.counters.pulls >= before + 6);
    // Six pulls have five pauses between them; a slow machine makes it more.
    assert.ok(performance.now() - began > 450);
  });

  it("does not take the camera down when only the event service is out of order", async (test) => {
    const rig = await build(test);
    rig.simulator.answers.set("CreatePullPointSubscription", "<html/>");
    await rig.device.start();
    await eventually("PROTOCOL raised", () => rig.recorder.fault === "PROTOCOL");
    await rig.device.snapshot();
    assert.ok(rig.recorder.of("health").every(({ health }) => health.state !== "down"));
  });

  it("is not made where it is not asked for", async (test) => {
    const rig = await build(test, {}, { plateEvents: false });
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    await rig.device.snapshot();
    assert.equal(rig.simulator.counters.subscriptions, 0);
  });
});
