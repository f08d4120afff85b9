import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, it, type TestContext } from "node:test";
import { Ajv } from "ajv";
import { eventually, letPass } from "#bench/contract/eventually";
import { type OnvifRig, onvifRig, PASSWORD } from "#bench/contract/rigs/camera-onvif";
import { isLaneError } from "#contract/errors";
import { cameraOnvif } from "#devices/camera/onvif/descriptor";
import { Backoff } from "#devices/transport/onvif/backoff";

/** A rig that ends with its test, so that tests can wait side by side. */
async function build(test: TestContext, ...given: Parameters<typeof onvifRig>): Promise<OnvifRig> {
  const rig = await onvifRig(...given);
  test.after(() => rig.dispose());
  return rig;
}

describe("the camera's password", { concurrency: 4 }, () => {
  it("is taken from the file anew at every log-in", async (test) => {
    const rig = await build(test);
    await writeFile(rig.passwordFile, "wrong\n");
    await rig.device.start();
    await eventually("AUTH", () => rig.recorder.fault === "AUTH");
    await assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, "DEVICE_AUTH"));
    await writeFile(rig.passwordFile, PASSWORD);
    await eventually("healthy", () => rig.recorder.healthy);
  });

  it("is reported when its file is absent or unusable, and never shown", async (test) => {
    for (const content of ["", "two\nlines", "mật khẩu", "x".repeat(129)]) {
      const rig = await build(test);
      await writeFile(rig.passwordFile, content);
      await rig.device.start();
      await eventually("AUTH", () => rig.recorder.fault === "AUTH");
      assert.match(rig.recorder.health?.fault?.detail ?? "", /^the password file does not hold one line/);
    }
    const absent = await build(test, {}, { passwordFile: "no-such-file" });
    await absent.device.start();
    const fault = await eventually("AUTH", () => absent.recorder.health?.fault);
    assert.match(fault.detail, /ENOENT/);
  });

  it("is not tried again and again when the camera refuses it", async (test) => {
    const rig = await build(test, {}, {}, { backoffMinMs: 10, backoffMaxMs: 60_000 });
    rig.simulator.faults.unauthorised = true;
    await rig.device.start();
    await eventually("AUTH", () => rig.recorder.fault === "AUTH");
    await letPass(300);
    assert.ok(rig.simulator.counters.refusals <= 2, `${rig.simulator.counters.refusals} refusals`);
  });
});

describe("health", { concurrency: 4 }, () => {
  it("is down without a session and degraded with one, and is posted when it changes only", async (test) => {
    const rig = await build(test);
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    rig.simulator.faults.picture = "html";
    await rig.device.snapshot().catch(() => undefined);
    await rig.device.snapshot().catch(() => undefined);
    await rig.simulator.stop();
    await eventually("OFFLINE", () => rig.recorder.health?.state === "down");
    rig.simulator.clearFaults();
    await rig.simulator.start();
    await eventually("healthy again", () => rig.recorder.healthy);
    const states = rig.recorder.of("health").map(({ health }) => `${health.state} ${health.fault?.code ?? ""}`);
    assert.equal(states[0], "up ");
    assert.equal(states[1], "degraded IMAGE_INVALID");
    assert.equal(states.at(-1), "up ");
    assert.ok(states.includes("down OFFLINE"));
    for (let i = 1; i < states.length; i++) assert.notEqual(states[i], states[i - 1]);
  });

  it("B15 shows a wrong clock from the start", async (test) => {
    const rig = await build(test, {}, {}, { watchMs: 60_000 });
    rig.simulator.faults.clockOffsetMs = -40_000;
    await rig.device.start();
    await eventually("CLOCK", () => rig.recorder.fault === "CLOCK");
    await rig.device.snapshot();
  });

  it("finds out without being asked that a camera has gone or hangs, and that its picture is good again", async (test) => {
    const rig = await build(test, {}, { plateEvents: false });
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    rig.simulator.faults.silent = "always";
    await eventually("TIMEOUT", () => rig.recorder.fault === "TIMEOUT");
    assert.equal(rig.recorder.health?.state, "down");
    rig.simulator.faults.silent = "never";
    rig.simulator.faults.picture = "truncated";
    await eventually("IMAGE_INVALID", () => rig.recorder.fault === "IMAGE_INVALID");
    rig.simulator.clearFaults();
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  it("F46 a camera that takes its time is waited for, one that takes too long is a TIMEOUT", async (test) => {
    const rig = await build(test);
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    rig.simulator.faults.lateMs = 100;
    await rig.device.snapshot();
    rig.simulator.faults.lateMs = 2_000;
    await assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, "DEVICE_TIMEOUT"));
  });
});

describe("stopping", () => {
  it("ends a snapshot under way with OFFLINE, and a driver that is still connecting", async (test) => {
    const rig = await build(test, {}, { timeoutMs: 20_000 });
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    rig.simulator.faults.silent = "always";
    const before = rig.recorder.events.length;
    const pending = assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, "DEVICE_OFFLINE"));
    await rig.device.stop();
    await pending;
    assert.equal(rig.recorder.events.length, before);
    await rig.device.start();
    await eventually("connecting", () => rig.simulator.counters.requests > 0);
    await rig.device.stop();
  });
});

describe("back-off", () => {
  it("grows from 1 s to 30 s, with chance in between, and starts again after a reset", () => {
    const limits = { minMs: 1_000, maxMs: 30_000 };
    const pauses = (random: number) => {
      const backoff = new Backoff({ ...limits, random: () => random });
      return Array.from({ length: 7 }, () => backoff.next());
    };
    assert.deepEqual(pauses(0), Array(7).fill(1_000));
    assert.deepEqual(pauses(1), [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    const backoff = new Backoff({ ...limits, random: () => 1 });
    backoff.next();
    backoff.reset();
    assert.equal(backoff.next(), 2_000);
  });
});

describe("options", () => {
  const validate = new Ajv({ strict: true, useDefaults: true }).compile(cameraOnvif.options);
  const good = { url: "http://10.0.0.7/onvif/device_service", username: "lane", passwordFile: "f", task: "plate" };

  it("fill in what is not given", () => {
    const given = { ...good };
    assert.equal(validate(given), true);
    assert.deepEqual(given, { ...good, plateEvents: false, timeoutMs: 3_000, maxImageBytes: 16_777_216 });
  });

  it("refuse what would not work", () => {
    for (const bad of [
      { url: "rtsp://10.0.0.7/" },
      { url: "http://user:word@10.0.0.7/" },
      { url: "http://" },
      { username: 'a"b' },
      { username: "a<b" },
      { username: "" },
      { task: "face" },
      { timeoutMs: 199 },
      { timeoutMs: 30_001 },
      { maxImageBytes: 16_777_217 },
      { password: "no secrets in the configuration" },
    ]) {
      assert.equal(validate({ ...good, ...bad }), false, JSON.stringify(bad));
    }
  });

  it("come with code that is loaded when asked for", async (test) => {
    const create = await cameraOnvif.load();
    const rig = await build(test);
    const options = { ...good, task: "plate", plateEvents: false, timeoutMs: 3_000, maxImageBytes: 65_536 } as const;
    assert.equal(create("rear", options, rig.recorder).id, "rear");
  });
});
