import { createHash } from "node:crypto";
import { messageOf } from "#contract/errors";
import { checkJpeg } from "#devices/camera/onvif/jpeg";
import { check, linkCheck, type SelfCheck, type SelfTestContext, skipped, type TestPicture } from "./self-test.ts";

/** Narrower pictures show characters too small to be read, pixels. */
const LEAST_WIDTH = 1280;
/** The lane takes several pictures of a vehicle, so one must not take longer, milliseconds. */
const SLOWEST_MS = 1500;

export interface CameraTest {
  readonly checks: readonly SelfCheck[];
  readonly picture: TestPicture | null;
}

/** A camera: two fresh pictures, large enough, soon enough, and not the same one twice. */
export async function testCamera(context: SelfTestContext): Promise<CameraTest> {
  const { view, clock } = context;
  const link = linkCheck(view);
  try {
    const began = clock.monotonic();
    const { jpeg } = await context.picture();
    const tookMs = Math.round(clock.monotonic() - began);
    const { width, height } = checkJpeg(jpeg);
    const second = (await context.picture()).jpeg;
    const picture = { file: await context.keep(jpeg), sha256: hashOf(jpeg), bytes: jpeg.length, width, height };
    return { checks: [link, came(tookMs), size(width, height), alive(jpeg, second)], picture };
  } catch (error) {
    const failed = check("picture", false, {
      measured: messageOf(error),
      expected: "a fresh picture",
      advice: view.advice ?? "look at the camera's own page with the same user, and at the fault of this device",
    });
    return {
      checks: [link, failed, skipped("size", "no picture", `at least ${LEAST_WIDTH} pixels wide`)],
      picture: null,
    };
  }
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const came = (tookMs: number): SelfCheck =>
  check("picture", tookMs <= SLOWEST_MS, {
    measured: `${tookMs} ms`,
    expected: `within ${SLOWEST_MS} ms`,
    advice: "lower the camera's resolution or quality, and look at the network between",
  });

const size = (width: number, height: number): SelfCheck =>
  check("size", width >= LEAST_WIDTH, {
    measured: `${width} x ${height} pixels`,
    expected: `at least ${LEAST_WIDTH} pixels wide`,
    advice: "choose the camera's main stream, not its preview",
  });

function alive(first: Uint8Array, second: Uint8Array): SelfCheck {
  const differ = hashOf(first) !== hashOf(second);
  return check("live", differ, {
    measured: differ ? "two pictures differ" : "the same picture twice",
    expected: "no two pictures are equal",
    advice: "the camera hands out an old picture: restart it, and switch caching of pictures off",
  });
}
