import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import sharp from "sharp";
import { loadPhotos, type Photo } from "../photos.ts";
import { createRandom, shuffled } from "../scene/random.ts";

/** What is tuned is tuned on `development`; `other` says how much of it was luck. */
export type Half = "development" | "other";

export interface VisionPhoto extends Photo {
  /** As the labels name it. */
  readonly file: string;
  /** Arrangement of the characters, as the labels call it; "-" when they do not say. */
  readonly layout: string;
  /** Follows from what stands on the vehicle, so all pictures of one vehicle fall into the same half. */
  readonly half: Half;
}

/** Pictures with their labels, each once; `limit` takes that many at random, the same ones each time. */
export async function loadVisionPhotos(directory: string, limit: number | undefined): Promise<readonly VisionPhoto[]> {
  const layouts = await readLayouts(directory);
  const byPath = new Map(
    (await loadPhotos(directory)).map((photo) => {
      const file = relative(directory, photo.path);
      const layout = layouts.get(photo.path) || "-";
      return [photo.path, { ...photo, file, layout, half: halfOf(photo.truths, file) }];
    }),
  );
  const photos = [...byPath.values()];
  return limit === undefined ? photos : shuffled(photos, createRandom(1)).slice(0, limit);
}

export function halfOf(truths: readonly string[], file: string): Half {
  const vehicle = truths.toSorted()[0] ?? file;
  const [first = 0] = createHash("sha256").update(vehicle).digest();
  return first % 2 === 0 ? "development" : "other";
}

async function readLayouts(directory: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(directory, "labels.csv"), "utf8").catch(() => "");
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim());
  const [fileAt, layoutAt] = [names.indexOf("file"), names.indexOf("layout")];
  return new Map(
    lines.map((line) => {
      const fields = line.split(",").map((field) => field.trim());
      return [join(directory, fields[fileAt] ?? ""), fields[layoutAt] ?? ""];
    }),
  );
}

/** The bytes as a JPEG. Other formats are converted first, because the recogniser refuses them. */
export async function jpegOf(photo: Photo): Promise<{ readonly jpeg: Buffer; readonly converted: boolean }> {
  const bytes = await readFile(photo.path);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { jpeg: bytes, converted: false };
  const jpeg = await sharp(bytes).flatten({ background: "#fff" }).jpeg({ quality: 95 }).toBuffer();
  return { jpeg, converted: true };
}
