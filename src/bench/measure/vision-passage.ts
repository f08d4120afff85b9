import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recogniser } from "#contract/device";
import type { RecognitionTask } from "#contract/reading";
import { createRandom, shuffled } from "../scene/random.ts";
import { jpegOf, type VisionPhoto } from "./vision-photos.ts";
import { quantile } from "./vision-statistics.ts";

/** How long the pictures of one passage take that all cameras give at the same moment, milliseconds. */
export interface PassageFigures {
  readonly passages: number;
  /** Pictures of each: half of them for plates, half for container numbers, as far as there are both. */
  readonly cameras: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

const PASSAGES = 60;
const CAMERAS = 4;

/**
 * Draws passages from the pictures, the same ones each time, and waits until the last camera is answered; pictures that
 * are refused are answered, too. `scratch` is a folder that may be written.
 */
export async function measurePassages(
  recogniser: Pick<Recogniser, "read">,
  photos: readonly VisionPhoto[],
  scratch: string,
  passages = PASSAGES,
): Promise<PassageFigures> {
  const random = createRandom(1);
  const times: number[] = [];
  for (let passage = 0; passage < passages && photos.length > 0; passage++) {
    const requests = [];
    for (const [camera, photo] of camerasOf(shuffled(photos, random)).entries()) {
      const { jpeg } = await jpegOf(photo);
      const jpegPath = join(scratch, `camera-${camera}.jpg`);
      await writeFile(jpegPath, jpeg);
      requests.push({ jpegPath, sha256: createHash("sha256").update(jpeg).digest("hex"), task: taskOf(photo) });
    }
    const began = performance.now();
    await Promise.allSettled(requests.map((request) => recogniser.read(request)));
    times.push(performance.now() - began);
  }
  return { passages: times.length, cameras: CAMERAS, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const taskOf = ({ kind }: VisionPhoto): RecognitionTask => (kind === "container" ? "container" : "plate");

/** Plates before containers; where one kind has too few pictures the other fills up. */
function camerasOf(photos: readonly VisionPhoto[]): readonly VisionPhoto[] {
  const plates = photos.filter((photo) => taskOf(photo) === "plate");
  const containers = photos.filter((photo) => taskOf(photo) === "container");
  const half = CAMERAS / 2;
  const [front, sides] = [plates.slice(0, half), containers.slice(0, half)];
  return [...front, ...sides, ...plates.slice(half), ...containers.slice(half)].slice(0, CAMERAS);
}
