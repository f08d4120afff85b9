import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import sharp from "sharp";
import { LaneError, messageOf } from "#contract/errors";
import { MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS } from "../thresholds.ts";
import type { Raster } from "./raster.ts";

// One picture at a time is read and each only once: a cache would only hold memory, more threads only take the core.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Reads and decodes one evidence picture: JPEG only, turned upright by its EXIF tag, three colour channels.
 * Rejects with IMAGE_INVALID (missing, empty, altered, not a JPEG, truncated) or IMAGE_TOO_LARGE. The decoder never
 * sees a file that is not a JPEG by its first bytes, because it would also open formats that can fetch other files.
 */
export async function readPicture(path: string, sha256: string): Promise<Raster> {
  const bytes = await readBounded(path);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== sha256) throw new LaneError("IMAGE_INVALID", `the file on the disk has SHA-256 ${actual}`);
  return decodeJpeg(bytes);
}

/** Decodes JPEG bytes. Errors as readPicture. */
export async function decodeJpeg(bytes: Uint8Array): Promise<Raster> {
  if (bytes.length === 0) throw new LaneError("IMAGE_INVALID", "the file is empty");
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) {
    throw new LaneError("IMAGE_INVALID", "the file does not begin like a JPEG");
  }
  try {
    const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (format !== "jpeg") throw new LaneError("IMAGE_INVALID", `the decoder sees ${format}, not a JPEG`);
    if (width * height > MAX_PICTURE_PIXELS) throw new LaneError("IMAGE_TOO_LARGE", `${width} x ${height} pixels`);
    const { data, info } = await sharp(bytes, { failOn: "warning", limitInputPixels: MAX_PICTURE_PIXELS })
      .autoOrient()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new LaneError("IMAGE_INVALID", `${info.channels} colour channels`);
    return { pixels: data, width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("IMAGE_INVALID", messageOf(error), { cause: error });
  }
}

/** The whole file, but never more than the limit, whatever happens to the file meanwhile. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw new LaneError("IMAGE_INVALID", messageOf(error), { cause: error });
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_PICTURE_BYTES) throw new LaneError("IMAGE_TOO_LARGE", `${size} bytes`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("IMAGE_INVALID", messageOf(error), { cause: error });
  } finally {
    await file.close();
  }
}
