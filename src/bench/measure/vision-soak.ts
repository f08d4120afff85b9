import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import type { RecognitionTask } from "#contract/reading";
import { VisionProcess } from "#edge/vision/process";
import { renderEmptyLane, renderScene, type SceneDescription } from "../scene/scene.ts";
import { jpegOf, loadVisionPhotos } from "./vision-photos.ts";
import { quantile } from "./vision-statistics.ts";

/** A long day of the recognition process: the same pictures again and again. */
export interface SoakOptions {
  /** How many are read. */
  readonly pictures: number;
  /** Folder with labels.csv; pictures of lanes are drawn when absent. */
  readonly photos?: string | undefined;
  readonly threads: number;
  readonly progress?: (done: number, all: number) => void;
}

export interface SoakFigures {
  readonly pictures: number;
  readonly threads: number;
  /** Milliseconds of one picture, by what was looked for. */
  readonly latencyMs: Readonly<Record<string, { readonly p50: number | null; readonly p99: number | null }>>;
  /** Most memory that any child held, bytes; null where the system does not tell. */
  readonly peakBytes: number | null;
  /** Resident memory at equal distances through the run, bytes. */
  readonly residentBytes: readonly number[];
  /** Mean growth over the last four fifths of the run, bytes for 1,000 pictures. */
  readonly growthPerThousand: number;
  /** Children after the first: a steady process needs none. */
  readonly restarts: number;
  readonly failed: number;
}

interface SoakPicture {
  readonly jpegPath: string;
  readonly sha256: string;
  readonly task: RecognitionTask;
}

const SAMPLES = 20;
/** A slow machine is no failure. */
const DEADLINE_MS = 300_000;
/** The drawn pictures are enlarged to two megapixels, as most lane cameras give. */
const WIDTH = 1920;

export async function soakVision(options: SoakOptions): Promise<SoakFigures> {
  const folder = await mkdtemp(join(tmpdir(), "gatelane-soak-"));
  const recogniser = new VisionProcess({ threads: options.threads, deadlineMs: DEADLINE_MS });
  try {
    const pictures = await stored(folder, options.photos);
    await recogniser.start();
    return await run(recogniser, pictures, options);
  } finally {
    await recogniser.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  recogniser: VisionProcess,
  pictures: readonly SoakPicture[],
  options: SoakOptions,
): Promise<SoakFigures> {
  const times = new Map<string, number[]>();
  const resident: number[] = [];
  const every = Math.max(1, Math.floor(options.pictures / SAMPLES));
  let [peakBytes, restarts, failed]: [number | null, number, number] = [null, -1, 0];
  let pid: number | undefined;
  for (let index = 0; index < options.pictures; index++) {
    const picture = pictures[index % pictures.length];
    if (picture === undefined) break;
    const read = await recogniser.read(picture).catch(() => undefined);
    if (read === undefined) failed++;
    else note(times, picture.task, read.elapsedMs);
    if (recogniser.pid !== pid) restarts++;
    pid = recogniser.pid;
    if ((index + 1) % every !== 0) continue;
    const memory = await memoryOf(pid);
    if (memory !== null) resident.push(memory.resident);
    if (memory !== null) peakBytes = Math.max(peakBytes ?? 0, memory.peak);
    options.progress?.(index + 1, options.pictures);
  }
  const latencyMs = [...times].map(([task, list]) => [task, { p50: quantile(list, 0.5), p99: quantile(list, 0.99) }]);
  const growthPerThousand = (slopeOf(resident.slice(Math.ceil(resident.length / 5))) / every) * 1000;
  return {
    pictures: options.pictures,
    threads: options.threads,
    latencyMs: Object.fromEntries(latencyMs),
    peakBytes,
    residentBytes: resident,
    growthPerThousand,
    restarts: Math.max(0, restarts),
    failed,
  };
}

function note(times: Map<string, number[]>, task: string, elapsedMs: number): void {
  const list = times.get(task);
  if (list === undefined) times.set(task, [elapsedMs]);
  else list.push(elapsedMs);
}

/** Least-squares slope over equal steps. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [above, below] = values.reduce<readonly [number, number]>(
    ([up, down], value, at) => [up + (at - middle) * (value - mean), down + (at - middle) ** 2],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}

/** Present and most memory of a process, where Linux tells it. */
export async function memoryOf(pid: number | undefined): Promise<{ resident: number; peak: number } | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [resident, peak] = ["VmRSS", "VmHWM"].map(
    (name) => new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1],
  );
  return resident === undefined || peak === undefined
    ? null
    : { resident: Number(resident) * 1024, peak: Number(peak) * 1024 };
}

async function stored(folder: string, photos: string | undefined): Promise<readonly SoakPicture[]> {
  const sources = photos === undefined ? drawn() : photographed(photos);
  const pictures: SoakPicture[] = [];
  for await (const { jpeg, task } of sources) {
    const jpegPath = join(folder, `${pictures.length}.jpg`);
    await writeFile(jpegPath, jpeg);
    pictures.push({ jpegPath, sha256: createHash("sha256").update(jpeg).digest("hex"), task });
  }
  return pictures;
}

async function* photographed(folder: string): AsyncGenerator<{ jpeg: Buffer; task: RecognitionTask }> {
  for (const photo of await loadVisionPhotos(folder, undefined)) {
    yield { jpeg: (await jpegOf(photo)).jpeg, task: photo.kind === "container" ? "container" : "plate" };
  }
}

/** Vehicles by day and night, and empty lanes, which take longest: everything is tried before nothing is found. */
async function* drawn(): AsyncGenerator<{ jpeg: Buffer; task: RecognitionTask }> {
  const container = "MSKU4135329";
  const scenes: readonly SceneDescription[] = [
    { view: "front", plate: "12C12345", container, seed: 1 },
    { view: "front", plate: "桂A67890", seed: 2, night: true },
    { view: "rear", plate: "98R01234", container, seed: 3, weather: "rain" },
    { view: "side", container, seed: 4 },
    { view: "side", container: "TGBU7083337", sizeType: "45G1", seed: 5, dirt: 0.2 },
    { view: "side", container: "TGHU8707023", seed: 6, night: true },
  ];
  for (const scene of scenes) {
    yield { jpeg: await enlarged(await renderScene(scene)), task: scene.view === "side" ? "container" : "plate" };
  }
  yield { jpeg: await enlarged(await renderEmptyLane("side", 7)), task: "container" };
  yield { jpeg: await enlarged(await renderEmptyLane("front", 8)), task: "plate" };
}

async function enlarged(jpeg: Uint8Array): Promise<Buffer> {
  return sharp(jpeg).resize({ width: WIDTH }).jpeg({ quality: 90 }).toBuffer();
}
