import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import sharp from "sharp";
import { eventually, letPass } from "#bench/contract/eventually";
import { type OnvifRig, onvifRig } from "#bench/contract/rigs/camera-onvif";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { FreshnessGuard, StalePictureError } from "#devices/camera/onvif/freshness";
import { checkJpeg } from "#devices/camera/onvif/jpeg";
import { snapshotAddress } from "#devices/camera/onvif/simulator/answers";
import { hugeFrame, stampFrame, truncateFrame } from "#devices/camera/onvif/simulator/frames";

const image = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "#876" } });
const throwsCode = (bytes: Uint8Array, code: ErrorCode) =>
  assert.throws(
    () => checkJpeg(bytes),
    (error) => isLaneError(error, code),
    `${code} expected`,
  );

describe("B12 checking a JPEG", () => {
  it("reads the size of baseline, progressive and EXIF pictures", async () => {
    const exif = { IFD0: { Make: "camera", ImageDescription: "x".repeat(2000) } };
    for (const jpeg of [
      await image(641, 359).jpeg().toBuffer(),
      await image(641, 359).jpeg({ progressive: true }).toBuffer(),
      await image(641, 359).withExif(exif).jpeg().toBuffer(),
      await image(641, 359).toColourspace("cmyk").jpeg().toBuffer(),
    ]) {
      assert.deepEqual(checkJpeg(jpeg), { width: 641, height: 359 });
      assert.deepEqual(checkJpeg(stampFrame(jpeg, "frame 1")), { width: 641, height: 359 });
    }
    assert.deepEqual(checkJpeg(await image(1, 1).jpeg().toBuffer()), { width: 1, height: 1 });
  });

  it("takes the picture's size, not that of a thumbnail in front of it", async () => {
    const [thumbnail, picture] = await Promise.all([
      image(16, 16).jpeg().toBuffer(),
      image(320, 200).jpeg().toBuffer(),
    ]);
    const segment = Buffer.from([0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 0xff]);
    const carrying = Buffer.concat([picture.subarray(0, 2), segment, thumbnail, picture.subarray(2)]);
    assert.deepEqual(checkJpeg(carrying), { width: 320, height: 200 });
  });

  it("refuses more than 25 megapixels without decoding them", async () => {
    throwsCode(hugeFrame(), "IMAGE_TOO_LARGE");
    throwsCode(await image(5001, 5000).jpeg().toBuffer(), "IMAGE_TOO_LARGE");
    assert.deepEqual(checkJpeg(await image(5000, 5000).jpeg().toBuffer()), { width: 5000, height: 5000 });
  });

  it("refuses other formats, whatever they are called", async () => {
    const others = [image(9, 9).png(), image(9, 9).gif(), image(9, 9).tiff(), image(9, 9).webp()];
    for (const other of others) throwsCode(await other.toBuffer(), "IMAGE_INVALID");
    for (const text of ["", "x", '<svg xmlns="http://www.w3.org/2000/svg"/>', "<html>", "\0".repeat(100)]) {
      throwsCode(Buffer.from(text), "IMAGE_INVALID");
    }
  });

  it("refuses a picture cut short anywhere, and never throws anything else", async () => {
    const jpeg = await image(40, 30).jpeg().toBuffer();
    for (let length = 0; length < jpeg.length; length++) throwsCode(jpeg.subarray(0, length), "IMAGE_INVALID");
    throwsCode(truncateFrame(jpeg), "IMAGE_INVALID");
  });

  it("refuses frame headers without a size, and segments that lead nowhere", async () => {
    throwsCode(
      hugeFrame().map((byte, at) => (at >= 7 && at <= 8 ? 0 : byte)),
      "IMAGE_INVALID",
    );
    throwsCode(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0xff, 0xd9), "IMAGE_INVALID");
    throwsCode(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9), "IMAGE_INVALID");
    throwsCode(Uint8Array.of(0xff, 0xd8, 1, 2, 3, 4, 0xff, 0xd9), "IMAGE_INVALID");
    throwsCode(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), "IMAGE_INVALID");
  });
});

describe("F47 T13 telling an old picture", () => {
  const noon = Date.UTC(2026, 2, 1, 12);
  const http = (utc: number) => new Date(utc).toUTCString();
  const frame = (n: number) => Uint8Array.of(n);
  const stale = (run: () => void) => assert.throws(run, (error) => error instanceof StalePictureError);

  it("accepts one frame again for 5 s, and never after", () => {
    const guard = new FreshnessGuard();
    guard.check(frame(1), {}, 0, noon);
    guard.check(frame(1), {}, 5_000, noon);
    stale(() => guard.check(frame(1), {}, 5_001, noon));
    guard.check(frame(2), {}, 6_000, noon);
    stale(() => guard.check(frame(1), {}, 86_400_000, noon));
  });

  it("believes what the camera says of the time of the picture, by the camera's own clock", () => {
    const guard = new FreshnessGuard();
    const check = (n: number, madeAt: number, answeredAt?: number) =>
      guard.check(
        frame(n),
        { "last-modified": http(madeAt), ...(answeredAt === undefined ? {} : { date: http(answeredAt) }) },
        n,
        noon,
      );
    check(1, 5_000, 12_000);
    check(2, noon - 10_000);
    check(3, noon + 60_000, noon);
    stale(() => check(4, 0, 86_400_000));
    stale(() => check(5, noon - 11_000));
    guard.check(frame(6), { "last-modified": "long ago", date: http(noon) }, 6, noon);
  });

  it("forgets the oldest of very many frames rather than grow", () => {
    const guard = new FreshnessGuard();
    for (let n = 0; n < 3_000; n++) guard.check(Buffer.from(String(n)), {}, n, noon);
    guard.check(Buffer.from("0"), {}, 100_000, noon);
    stale(() => guard.check(Buffer.from("2999"), {}, 100_000, noon));
  });
});

describe("pictures through the driver", { concurrency: 4 }, () => {
  const started = async (test: TestContext, ...given: Parameters<typeof onvifRig>) => {
    const rig = await onvifRig(...given);
    test.after(() => rig.dispose());
    await rig.device.start();
    await eventually("healthy", () => rig.recorder.healthy);
    return rig;
  };
  const rejects = (rig: OnvifRig, code: ErrorCode) =>
    assert.rejects(rig.device.snapshot(), (error) => isLaneError(error, code), `${code} expected`);

  it("hands on the bytes as they came", async (test) => {
    const drawing = await image(200, 100).jpeg().toBuffer();
    const rig = await started(test, { picture: () => drawing, stampFrames: false });
    assert.deepEqual((await rig.device.snapshot()).jpeg, drawing);
  });

  it("asks for one at a time", async (test) => {
    const drawing = await image(200, 100).jpeg().toBuffer();
    let [underWay, most] = [0, 0];
    const picture = async () => {
      most = Math.max(most, ++underWay);
      await letPass(20);
      underWay--;
      return drawing;
    };
    const rig = await started(test, { picture });
    await Promise.all([1, 2, 3, 4].map(() => rig.device.snapshot()));
    assert.equal(most, 1);
  });

  it("asks with one round trip once it has been challenged", async (test) => {
    const rig = await started(test, {}, { plateEvents: false }, { watchMs: 60_000 });
    await rig.device.snapshot();
    const before = rig.simulator.counters;
    for (let i = 0; i < 5; i++) await rig.device.snapshot();
    const { requests, refusals, snapshots } = rig.simulator.counters;
    assert.deepEqual([requests - before.requests, refusals - before.refusals, snapshots - before.snapshots], [5, 0, 5]);
  });

  it("F47 notices a frozen camera, and a repeated frame of earlier", async (test) => {
    const rig = await started(test);
    await rig.device.snapshot();
    rig.simulator.faults.picture = "yesterday";
    await rejects(rig, "IMAGE_INVALID");
    await eventually("STALE", () => rig.recorder.fault === "STALE");
    assert.equal(rig.recorder.health?.state, "degraded");
  });

  it("refuses more bytes than configured", async (test) => {
    const rig = await started(test, {}, { maxImageBytes: 65_536 });
    rig.simulator.answers.set("snapshot", Buffer.alloc(65_537, 0xff));
    await rejects(rig, "IMAGE_TOO_LARGE");
    await eventually("IMAGE_TOO_LARGE", () => rig.recorder.fault === "IMAGE_TOO_LARGE");
  });

  it("says PROTOCOL where the snapshot address leads nowhere", async (test) => {
    const rig = await onvifRig();
    test.after(() => rig.dispose());
    rig.simulator.answers.set("GetSnapshotUri", snapshotAddress("/elsewhere"));
    await rig.device.start();
    await eventually("PROTOCOL", () => rig.recorder.fault === "PROTOCOL");
    assert.equal(rig.recorder.health?.state, "degraded");
    await rejects(rig, "DEVICE_PROTOCOL");
  });

  it("says TIMEOUT to all that wait when an earlier picture took the time", async (test) => {
    const rig = await started(test, {}, { timeoutMs: 800 }, { watchMs: 60_000 });
    rig.simulator.faults.silent = "snapshot";
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => rig.device.snapshot()));
    for (const outcome of outcomes) {
      assert.ok(outcome.status === "rejected" && isLaneError(outcome.reason, "DEVICE_TIMEOUT"));
    }
    rig.simulator.clearFaults();
    await rig.device.snapshot();
  });
});
