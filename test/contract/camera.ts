import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CameraDevice } from "#contract/device";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { eventually, letPass } from "./eventually.ts";
import type { Recorder } from "./recorder.ts";

/** The camera on the other end of the wire, in the words of this suite. */
export interface CameraPlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  /** The camera's own recognition reads this plate. Returns how many listeners it has. */
  showPlate(plate: string): number;
  misbehave(
    fault: "refuse-login" | "silence" | "web-page" | "cut-short" | "50-megapixels" | "old-picture" | "garbage",
  ): void;
  behave(): void;
}

export interface CameraRig {
  /** Powered on, with recognition of its own. */
  readonly plant: CameraPlant;
  /** Not started. */
  readonly device: CameraDevice;
  readonly recorder: Recorder;
}

/** What every camera driver must do, whatever its protocol. */
export function cameraContract(family: string, build: () => Promise<CameraRig>): void {
  // Each test has its own rig, so that they can wait side by side.
  describe(`camera contract: ${family}`, { concurrency: 4 }, () => {
    const test: RigTest = (name, body) =>
      it(name, async () => {
        const rig = await build();
        try {
          await body(rig);
        } finally {
          await rig.device.stop();
          await rig.plant.powerOff();
        }
      });
    everydayTests(test);
    faultTests(test);
    lifeCycleTests(test);
  });
}

type RigTest = (name: string, body: (rig: CameraRig) => Promise<void>) => void;

async function startHealthy({ device, recorder }: CameraRig): Promise<void> {
  await device.start();
  await eventually("healthy", () => recorder.healthy);
}

function rejectsWith(rig: CameraRig, code: ErrorCode): Promise<void> {
  return assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, code), `a snapshot rejects with ${code}`);
}

function everydayTests(test: RigTest): void {
  test("gives complete JPEGs, stamped with the time of asking", async (rig) => {
    const before = Date.now();
    await startHealthy(rig);
    const first = await rig.device.snapshot();
    const second = await rig.device.snapshot();
    for (const { jpeg, takenAt } of [first, second]) {
      assert.deepEqual([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)], [0xff, 0xd8, 0xff, 0xd9]);
      assert.ok(takenAt >= before && takenAt <= Date.now());
    }
    assert.ok(second.takenAt >= first.takenAt);
  });

  test("posts the plates that the camera reads, as text and under its own id", async (rig) => {
    await startHealthy(rig);
    await eventually("a plate was heard", () => rig.plant.showPlate("012345") > 0);
    const seen = await eventually("plate posted", () => rig.recorder.of("plate-seen")[0]);
    assert.equal(seen.plate, "012345");
    assert.equal(seen.device, rig.device.id);
    assert.ok(Math.abs(seen.utc - Date.now()) < 60_000);
    assert.ok(seen.at <= rig.recorder.clock.monotonic());
  });

  test("answers every one of several snapshots asked at once", async (rig) => {
    await startHealthy(rig);
    const pictures = await Promise.all([1, 2, 3, 4].map(() => rig.device.snapshot()));
    assert.equal(pictures.length, 4);
  });
}

function faultTests(test: RigTest): void {
  const cases = [
    ["refuse-login", "DEVICE_AUTH", "AUTH"],
    ["silence", "DEVICE_TIMEOUT", "TIMEOUT"],
    ["web-page", "IMAGE_INVALID", "IMAGE_INVALID"],
    ["cut-short", "IMAGE_INVALID", "IMAGE_INVALID"],
    ["50-megapixels", "IMAGE_TOO_LARGE", "IMAGE_TOO_LARGE"],
  ] as const;
  for (const [fault, code, raised] of cases) {
    test(`F46 ${fault}: the snapshot rejects, ${raised} is raised and cleared`, async (rig) => {
      await startHealthy(rig);
      rig.plant.misbehave(fault);
      await rejectsWith(rig, code);
      await eventually(`${raised} raised`, () => rig.recorder.fault === raised);
      rig.plant.behave();
      await eventually("healthy again", () => rig.recorder.healthy);
      await rig.device.snapshot();
    });
  }

  test("F47 T13 a picture of yesterday is refused and STALE is raised and cleared", async (rig) => {
    await startHealthy(rig);
    await rig.device.snapshot();
    rig.plant.misbehave("old-picture");
    await rejectsWith(rig, "IMAGE_INVALID");
    await eventually("STALE raised", () => rig.recorder.fault === "STALE");
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  });

  test("garbage in place of its protocol raises PROTOCOL, and the camera is used again after it", async (rig) => {
    await startHealthy(rig);
    rig.plant.misbehave("garbage");
    await eventually("PROTOCOL raised", () => rig.recorder.fault === "PROTOCOL");
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  });
}

function lifeCycleTests(test: RigTest): void {
  test("starts without a camera, says so, and finds it when it comes", async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("OFFLINE raised", () => rig.recorder.fault === "OFFLINE");
    assert.equal(rig.recorder.health?.state, "down");
    await rejectsWith(rig, "DEVICE_OFFLINE");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    await rig.device.snapshot();
  });

  test("F46 loses the camera and finds it again, plates too", async (rig) => {
    await startHealthy(rig);
    await eventually("a plate was heard", () => rig.plant.showPlate("29H67890") > 0);
    await eventually("plate posted", () => rig.recorder.of("plate-seen").length > 0);
    await rig.plant.powerOff();
    await eventually("OFFLINE raised", () => rig.recorder.fault === "OFFLINE");
    await rig.plant.powerOn();
    await eventually("healthy again", () => rig.recorder.healthy);
    await eventually("a plate was heard", () => rig.plant.showPlate("12C12345") > 0);
    await eventually("second plate posted", () =>
      rig.recorder.of("plate-seen").some(({ plate }) => plate === "12C12345"),
    );
  });

  test("gives no picture before the start and after the stop", async (rig) => {
    await rejectsWith(rig, "DEVICE_OFFLINE");
    await startHealthy(rig);
    await rig.device.stop();
    await rejectsWith(rig, "DEVICE_OFFLINE");
  });

  test("posts nothing after the stop, and stops twice", async (rig) => {
    await startHealthy(rig);
    await Promise.all([rig.device.stop(), rig.device.stop()]);
    await rig.device.stop();
    const before = rig.recorder.events.length;
    rig.plant.showPlate("29H67890");
    await rig.plant.powerOff();
    await letPass(300);
    assert.equal(rig.recorder.events.length, before);
  });

  test("starts again after a stop", async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    rig.recorder.events.length = 0;
    await startHealthy(rig);
    await rig.device.snapshot();
  });
}
