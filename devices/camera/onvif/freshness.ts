import { createHash } from "node:crypto";
import { LaneError } from "#contract/errors";
import type { MonotonicMs, UtcMs } from "#contract/units";

/** A camera may hand out one frame for this long; after that the same bytes again mean that it stands still. */
export const SAME_FRAME_MS = 5_000;
/** Oldest picture accepted by the camera's own account, milliseconds. */
const AGE_LIMIT_MS = 10_000;
const REMEMBERED = 2_048;

/** An old picture: usable as a JPEG, useless as evidence of what stands in the lane now. */
export class StalePictureError extends LaneError {
  constructor(detail: string) {
    super("IMAGE_INVALID", detail);
  }
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Tells a camera that repeats itself from one that looks. Two pictures of a sensor are never equal to the last bit, so
 * bytes seen before are an old frame, be it of yesterday; and where the camera's web server tells when the picture was
 * made, that counts. An attacker who re-encodes old frames is not found here.
 */
export class FreshnessGuard {
  readonly #firstSeen = new Map<string, MonotonicMs>();

  /**
   * Throws StalePictureError.
   * @param cameraUtc time by the camera's clock, for answers without a Date: its clock may be wrong, its ages are right.
   */
  check(jpeg: Uint8Array, headers: Headers, now: MonotonicMs, cameraUtc: UtcMs): void {
    const answered = Date.parse(String(headers["date"]));
    const ageMs = (Number.isNaN(answered) ? cameraUtc : answered) - Date.parse(String(headers["last-modified"]));
    if (ageMs > AGE_LIMIT_MS) {
      throw new StalePictureError(`the camera sent a picture that it made ${Math.round(ageMs / 1000)} s earlier`);
    }
    const digest = createHash("sha256").update(jpeg).digest("base64");
    const seen = this.#firstSeen.get(digest);
    if (seen === undefined) this.#remember(digest, now);
    else if (now - seen > SAME_FRAME_MS) {
      throw new StalePictureError(`the camera sent the same picture ${Math.round((now - seen) / 1000)} s ago`);
    }
  }

  #remember(digest: string, now: MonotonicMs): void {
    this.#firstSeen.set(digest, now);
    const [oldest] = this.#firstSeen.keys();
    if (this.#firstSeen.size > REMEMBERED && oldest !== undefined) this.#firstSeen.delete(oldest);
  }
}
