import assert from "node:assert/strict";
import type { CameraDevice } from "#contract/device";
import { type ErrorCode, isLaneError } from "#contract/errors";
import type { Check, Measured, Need, Rig } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";

/** The camera on the other end of the wire, in the words of these checks. */
export interface CameraPlant {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  /**
   * The camera's own recognition reads a plate, this one where that can be chosen. Resolves with the plate when somebody
   * listened to the camera, otherwise with undefined.
   */
  showPlate(plate: string): Promise<string | undefined>;
  misbehave(
    fault: "refuse-login" | "silence" | "web-page" | "cut-short" | "50-megapixels" | "old-picture" | "garbage",
  ): void;
  behave(): void;
}

export interface CameraRig extends Rig {
  /** Powered on; a simulator has recognition of its own. */
  readonly plant: CameraPlant;
  /** Not started. */
  readonly device: CameraDevice;
}

type Body = (rig: CameraRig, measured: Measured) => Promise<void>;
const check = (name: string, needs: readonly Need[], run: Body): Check<CameraRig> => ({
  name,
  about: "camera",
  needs,
  run,
});

async function startHealthy({ device, recorder }: CameraRig): Promise<number> {
  const began = performance.now();
  await device.start();
  await eventually("healthy", () => recorder.healthy);
  return performance.now() - began;
}

function rejectsWith(rig: CameraRig, code: ErrorCode): Promise<void> {
  return assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, code), `a snapshot rejects with ${code}`);
}

/** Shows a plate until somebody listens. */
async function plateHeard(rig: CameraRig, plate: string): Promise<string> {
  const limit = performance.now() + 10_000;
  for (;;) {
    const shown = await rig.plant.showPlate(plate);
    if (shown !== undefined) return shown;
    if (performance.now() > limit) return assert.fail("nobody listened to the camera for 10 s");
    await letPass(20);
  }
}

const EVERYDAY: readonly Check<CameraRig>[] = [
  check("gives complete JPEGs, stamped with the time of asking", [], async (rig, measured) => {
    const before = Date.now();
    measured("start to healthy", await startHealthy(rig), "ms");
    const began = performance.now();
    const first = await rig.device.snapshot();
    measured("a picture, asked for", performance.now() - began, "ms");
    measured("size of a picture", first.jpeg.byteLength / 1024, "KiB");
    const second = await rig.device.snapshot();
    for (const { jpeg, takenAt } of [first, second]) {
      assert.deepEqual([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)], [0xff, 0xd8, 0xff, 0xd9]);
      assert.ok(takenAt >= before && takenAt <= Date.now());
    }
    assert.ok(second.takenAt >= first.takenAt);
  }),

  check("posts the plates that the camera reads, as text and under its own id", ["hands"], async (rig) => {
    await startHealthy(rig);
    const plate = await plateHeard(rig, "012345");
    const seen = await eventually("plate posted", () => rig.recorder.of("plate-seen")[0]);
    assert.equal(seen.plate, plate);
    assert.equal(seen.device, rig.device.id);
    assert.ok(Math.abs(seen.utc - Date.now()) < 60_000);
    assert.ok(seen.at <= rig.recorder.clock.monotonic());
  }),

  check("answers every one of several snapshots asked at once", [], async (rig, measured) => {
    await startHealthy(rig);
    const began = performance.now();
    const pictures = await Promise.all([1, 2, 3, 4].map(() => rig.device.snapshot()));
    measured("four pictures at once", performance.now() - began, "ms");
    assert.equal(pictures.length, 4);
  }),
];

const PICTURE_FAULTS = [
  ["refuse-login", "DEVICE_AUTH", "AUTH", "simulator"],
  ["silence", "DEVICE_TIMEOUT", "TIMEOUT", "wire"],
  ["web-page", "IMAGE_INVALID", "IMAGE_INVALID", "simulator"],
  ["cut-short", "IMAGE_INVALID", "IMAGE_INVALID", "simulator"],
  ["50-megapixels", "IMAGE_TOO_LARGE", "IMAGE_TOO_LARGE", "simulator"],
] as const;

const FAULTS: readonly Check<CameraRig>[] = [
  ...PICTURE_FAULTS.map(([fault, code, raised, need]) =>
    check(`F46 ${fault}: the snapshot rejects, ${raised} is raised and cleared`, [need], async (rig) => {
      await startHealthy(rig);
      rig.plant.misbehave(fault);
      await rejectsWith(rig, code);
      await eventually(`${raised} raised`, () => rig.recorder.fault === raised);
      rig.plant.behave();
      await eventually("healthy again", () => rig.recorder.healthy, 60_000);
      await rig.device.snapshot();
    }),
  ),

  check("F47 T13 a picture of yesterday is refused and STALE is raised and cleared", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await rig.device.snapshot();
    rig.plant.misbehave("old-picture");
    await rejectsWith(rig, "IMAGE_INVALID");
    await eventually("STALE raised", () => rig.recorder.fault === "STALE");
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  }),

  check(
    "garbage in place of its protocol raises PROTOCOL, and the camera is used again after it",
    ["simulator"],
    async (rig) => {
      await startHealthy(rig);
      rig.plant.misbehave("garbage");
      await eventually("PROTOCOL raised", () => rig.recorder.fault === "PROTOCOL");
      rig.plant.behave();
      await eventually("healthy again", () => rig.recorder.healthy);
    },
  ),
];

const LIFE_CYCLE: readonly Check<CameraRig>[] = [
  check("starts without a camera, says so, and finds it when it comes", ["wire"], async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("OFFLINE raised", () => rig.recorder.fault === "OFFLINE");
    assert.equal(rig.recorder.health?.state, "down");
    await rejectsWith(rig, "DEVICE_OFFLINE");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy, 60_000);
    await rig.device.snapshot();
  }),

  check("F46 loses the camera and finds it again", ["wire"], async (rig, measured) => {
    await startHealthy(rig);
    const began = performance.now();
    await rig.plant.powerOff();
    await eventually("OFFLINE raised", () => rig.recorder.fault === "OFFLINE", 30_000);
    measured("camera gone to the fault raised", performance.now() - began, "ms");
    const back = performance.now();
    await rig.plant.powerOn();
    await eventually("healthy again", () => rig.recorder.healthy, 60_000);
    measured("camera back to healthy", performance.now() - back, "ms");
    await rig.device.snapshot();
  }),

  check("F46 takes plates again from a camera that was lost", ["wire", "hands"], async (rig) => {
    await startHealthy(rig);
    await plateHeard(rig, "29H67890");
    await eventually("plate posted", () => rig.recorder.of("plate-seen").length > 0);
    await rig.plant.powerOff();
    await eventually("OFFLINE raised", () => rig.recorder.fault === "OFFLINE", 30_000);
    await rig.plant.powerOn();
    await eventually("healthy again", () => rig.recorder.healthy, 60_000);
    const plate = await plateHeard(rig, "12C12345");
    await eventually("second plate posted", () => rig.recorder.of("plate-seen").some((one) => one.plate === plate));
  }),

  check("gives no picture before the start and after the stop", [], async (rig) => {
    await rejectsWith(rig, "DEVICE_OFFLINE");
    await startHealthy(rig);
    await rig.device.stop();
    await rejectsWith(rig, "DEVICE_OFFLINE");
  }),

  check("posts nothing after the stop, and stops twice", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await Promise.all([rig.device.stop(), rig.device.stop()]);
    await rig.device.stop();
    const before = rig.recorder.events.length;
    await rig.plant.showPlate("29H67890");
    await rig.plant.powerOff();
    await letPass(300);
    assert.equal(rig.recorder.events.length, before);
  }),

  check("starts again after a stop", [], async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    rig.recorder.events.length = 0;
    await startHealthy(rig);
    await rig.device.snapshot();
  }),
];

/** What every camera must do, whatever its protocol. */
export const CAMERA_CHECKS: readonly Check<CameraRig>[] = [...EVERYDAY, ...FAULTS, ...LIFE_CYCLE];
