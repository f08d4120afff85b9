import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { OnnxRecogniser, type RecognitionStage } from "#devices/recogniser/onnx/recogniser";
import { jpegOf, type VisionPhoto } from "./vision-photos.ts";
import { quantile } from "./vision-statistics.ts";

/** Where the time of one picture goes, milliseconds. */
export interface StageFigures {
  readonly threads: number;
  readonly task: "container" | "plate";
  readonly pictures: number;
  readonly stages: Readonly<
    Record<string, { readonly p50: number; readonly p99: number; readonly perPicture: number }>
  >;
}

/** Pictures of each task that are measured; more would only take longer. */
const SAMPLE = 20;
const STAGES: readonly RecognitionStage[] = ["decode", "detect", "line", "picture"];

/** Reads the same pictures with one thread and with two. `scratch` is a file that may be written. */
export async function measureStages(photos: readonly VisionPhoto[], scratch: string): Promise<readonly StageFigures[]> {
  const figures: StageFigures[] = [];
  for (const threads of [1, 2]) {
    for (const task of ["container", "plate"] as const) {
      const sample = photos.filter(({ kind }) => (kind === "container") === (task === "container")).slice(0, SAMPLE);
      if (sample.length > 0) figures.push(await measure(sample, task, threads, scratch));
    }
  }
  return figures;
}

async function measure(
  photos: readonly VisionPhoto[],
  task: "container" | "plate",
  threads: number,
  scratch: string,
): Promise<StageFigures> {
  const times = new Map<RecognitionStage, number[]>(STAGES.map((stage) => [stage, []]));
  const recogniser = new OnnxRecogniser({ threads, onStage: (stage, elapsedMs) => times.get(stage)?.push(elapsedMs) });
  await recogniser.start();
  try {
    for (const [index, photo] of photos.entries()) {
      const { jpeg } = await jpegOf(photo);
      await writeFile(scratch, jpeg);
      const sha256 = createHash("sha256").update(jpeg).digest("hex");
      // Pictures that are refused count in the main run.
      await recogniser.read({ jpegPath: scratch, sha256, task }).catch(() => undefined);
      // The first picture warms up.
      if (index === 0) for (const list of times.values()) list.length = 0;
    }
  } finally {
    await recogniser.stop();
  }
  const pictures = times.get("picture")?.length ?? 0;
  const stages = [...times].map(([stage, list]) => {
    const sum = list.reduce((total, one) => total + one, 0);
    const perPicture = pictures === 0 ? 0 : sum / pictures;
    return [stage, { p50: quantile(list, 0.5) ?? 0, p99: quantile(list, 0.99) ?? 0, perPicture }];
  });
  return { threads, task, pictures, stages: Object.fromEntries(stages) };
}
