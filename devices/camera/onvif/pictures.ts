import type { Snapshot } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { Clock } from "#contract/units";
import type { OnvifSession } from "#devices/transport/onvif/session";
import { FreshnessGuard } from "./freshness.ts";
import { checkJpeg } from "./jpeg.ts";

export interface PictureLimits {
  /** From the question to the last byte, waiting for a picture already under way included. Milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Takes pictures one after another: cameras serve a second request at the same time badly. */
export class PictureSource {
  readonly #clock: Clock;
  readonly #limits: PictureLimits;
  readonly #freshness = new FreshnessGuard();
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock, limits: PictureLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * One fresh, complete JPEG. Rejects with DEVICE_OFFLINE, DEVICE_TIMEOUT, DEVICE_AUTH, DEVICE_PROTOCOL, IMAGE_INVALID
   * (also for a picture that is an old one) or IMAGE_TOO_LARGE.
   */
  take(session: OnvifSession): Promise<Snapshot> {
    const deadline = performance.now() + this.#limits.timeoutMs;
    const picture = this.#last.then(() => this.#take(session, deadline));
    this.#last = picture.catch(() => undefined);
    return picture;
  }

  async #take(session: OnvifSession, deadline: number): Promise<Snapshot> {
    const url = session.snapshotUrl;
    if (url === undefined) throw new LaneError("DEVICE_OFFLINE", "the camera has not told its snapshot address yet");
    const timeoutMs = deadline - performance.now();
    if (timeoutMs < 1) throw new LaneError("DEVICE_TIMEOUT", "an earlier picture took all the time");
    // Asking is the latest time at which the frame surely was not older than it seems.
    const takenAt = this.#clock.utc();
    const reply = await session.fetchPicture(url, this.#limits.maxBytes, timeoutMs);
    if (reply.status !== 200) {
      throw new LaneError(
        "DEVICE_PROTOCOL",
        `the camera answers with HTTP status ${reply.status} instead of a picture`,
      );
    }
    checkJpeg(reply.body);
    const cameraUtc = this.#clock.utc() + session.clockOffsetMs;
    this.#freshness.check(reply.body, reply.headers, this.#clock.monotonic(), cameraUtc);
    return { jpeg: reply.body, takenAt };
  }
}
