import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recogniser } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { VisionProcess } from "#edge/vision/process";
import { DEGRADATIONS, type Degradation, degrade } from "../degrade/degradations.ts";
import { type Confusion, confusions } from "./vision-confusion.ts";
import { cropped, small } from "./vision-crops.ts";
import { type FrameFigures, fusedFrames } from "./vision-frames.ts";
import { measurePassages, type PassageFigures } from "./vision-passage.ts";
import type { PeerFigures, PeerRun } from "./vision-peer.ts";
import { jpegOf, loadVisionPhotos, type VisionPhoto } from "./vision-photos.ts";
import { isDangerous, isMiss, isRight, type Outcome, type Tally, tally } from "./vision-score.ts";
import { memoryOf } from "./vision-soak.ts";
import { measureStages, type StageFigures } from "./vision-stages.ts";
import { type Calibration, calibration, quantile } from "./vision-statistics.ts";
import { stockPeer } from "./vision-stock.ts";
import { tesseractPeer } from "./vision-tesseract.ts";

export interface VisionOptions {
  /** Folder with labels.csv. */
  readonly photos: string;
  /** Takes so many pictures at random, the same ones each time; all when absent. */
  readonly limit?: number | undefined;
  /** Also every kind of damage in every strength. */
  readonly degrade?: boolean;
  /** 1..3: only this strength of every damage; all three when absent. */
  readonly strength?: number | undefined;
  readonly seed?: number;
  readonly peer?: boolean;
  /** Keeps a small picture of every miss. */
  readonly keepMisses?: boolean;
  readonly progress?: (done: number, all: number) => void;
}

export interface Miss {
  readonly outcome: Outcome;
  /** A small JPEG. */
  readonly picture: Buffer;
  /** The line of each reading, enlarged; empty where it could not be cut out. */
  readonly crops: readonly Buffer[];
}

/** How well one kind of picture is read. */
export interface GroupFigures {
  readonly kind: string;
  readonly all: Tally;
  readonly layouts: Readonly<Record<string, Tally>>;
  readonly halves: Readonly<Record<string, Tally>>;
  readonly calibration: Calibration;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface DamageFigures {
  readonly name: string;
  readonly strength: number;
  readonly unit: string;
  readonly kinds: Readonly<Record<string, Tally>>;
}

export interface VisionFigures {
  readonly modelHash: string;
  readonly pictures: number;
  readonly converted: number;
  readonly seed: number;
  readonly kinds: readonly GroupFigures[];
  readonly damages: readonly DamageFigures[];
  /** By kind, from the damaged versions of each picture; empty without them. */
  readonly fused: Readonly<Record<string, FrameFigures>>;
  readonly confusions: { readonly development: readonly Confusion[]; readonly all: readonly Confusion[] };
  /** Of one picture of any kind, milliseconds. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
  /** Most memory that the recognition process held; null where the system does not tell. */
  readonly peakBytes: number | null;
  /** Where the time goes; empty when peers were left out, to be quick. */
  readonly stages: readonly StageFigures[];
  /** Four cameras at once; null when peers were left out, to be quick. */
  readonly passageMs: PassageFigures | null;
  /** By name; null when it is not installed or was left out. */
  readonly peers: Readonly<Record<"tesseract" | "stock", PeerFigures | null>>;
}

/** Longest side of the small pictures; on a dangerous one people must be able to read the plate themselves. */
const MISS_PIXELS = 320;
const DANGEROUS_PIXELS = 960;
/** As in a lane computer with four cores: two are for the lane. */
const THREADS = 2;
/** What is read is measured here, not how an overloaded machine is supervised. */
const DEADLINE_MS = 300_000;

/** Reads every picture as the lane would, and the peers read the same ones. Rejects with CONFIG_INVALID when the labels are bad. */
export async function measureVision(options: VisionOptions): Promise<{
  readonly figures: VisionFigures;
  readonly misses: readonly Miss[];
  readonly outcomes: readonly Outcome[];
}> {
  const photos = await loadVisionPhotos(options.photos, options.limit);
  const scratch = await mkdtemp(join(tmpdir(), "gatelane-vision-"));
  const picture = join(scratch, "picture.jpg");
  const recogniser = new VisionProcess({ threads: THREADS, deadlineMs: DEADLINE_MS });
  const peers = options.peer === false ? {} : { tesseract: tesseractPeer(), stock: await stockPeer(THREADS) };
  const run = new VisionRun(recogniser, picture, options, peers);
  try {
    await recogniser.start();
    for (const [index, photo] of photos.entries()) {
      await run.photo(photo);
      options.progress?.(index + 1, photos.length);
    }
    const passageMs = options.peer === false ? null : await measurePassages(recogniser, photos, scratch);
    const peakBytes = (await memoryOf(recogniser.pid))?.peak ?? null;
    await recogniser.stop();
    const stages = options.peer === false ? [] : await measureStages(photos, picture);
    return { figures: { ...run.figures(), passageMs, peakBytes, stages }, misses: run.misses, outcomes: run.outcomes };
  } finally {
    await recogniser.stop();
    for (const peer of Object.values(peers)) await peer?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

type Peers = Partial<Readonly<Record<"tesseract" | "stock", PeerRun | undefined>>>;

class VisionRun {
  readonly misses: Miss[] = [];
  readonly #recogniser: Recogniser;
  readonly #file: string;
  readonly #options: VisionOptions;
  readonly #seed: number;
  readonly #peers: Peers;
  readonly outcomes: Outcome[] = [];
  #converted = 0;
  #modelHash = "";

  constructor(recogniser: Recogniser, file: string, options: VisionOptions, peers: Peers) {
    this.#recogniser = recogniser;
    this.#file = file;
    this.#options = options;
    this.#seed = options.seed ?? 1;
    this.#peers = peers;
  }

  async photo(photo: VisionPhoto): Promise<void> {
    const { jpeg, converted } = await jpegOf(photo);
    if (converted) this.#converted++;
    await this.#read(photo, jpeg, null);
    for (const peer of Object.values(this.#peers)) await peer?.read(photo, this.#file);
    if (this.#options.degrade !== true) return;
    for (const kind of DEGRADATIONS) {
      for (const strength of chosen(kind, this.#options.strength)) {
        const damaged = await degrade(jpeg, kind, strength, this.#seed);
        await this.#read(photo, damaged, { name: kind.name, strength });
      }
    }
  }

  async #read(photo: VisionPhoto, jpeg: Buffer, damage: Outcome["damage"]): Promise<void> {
    await writeFile(this.#file, jpeg);
    const sha256 = createHash("sha256").update(jpeg).digest("hex");
    const outcome = { photo, damage, ...(await this.#answer(photo, sha256)) };
    this.outcomes.push(outcome);
    if (this.#options.keepMisses !== true || !isMiss(outcome)) return;
    const picture = await small(jpeg, isDangerous(outcome) ? DANGEROUS_PIXELS : MISS_PIXELS);
    const crops = await Promise.all(outcome.readings.map(({ box }) => cropped(jpeg, box)));
    this.misses.push({ outcome, picture, crops });
  }

  async #answer(photo: VisionPhoto, sha256: string): Promise<Pick<Outcome, "readings" | "elapsedMs" | "refused">> {
    const task = photo.kind === "container" ? "container" : "plate";
    try {
      const { readings, elapsedMs, modelHash } = await this.#recogniser.read({ jpegPath: this.#file, sha256, task });
      this.#modelHash = modelHash;
      return { readings, elapsedMs, refused: null };
    } catch (error) {
      if (!isLaneError(error)) throw error;
      return { readings: [], elapsedMs: 0, refused: error.message };
    }
  }

  figures(): Omit<VisionFigures, "passageMs" | "peakBytes" | "stages"> {
    const whole = this.outcomes.filter(({ damage }) => damage === null);
    const times = timesOf(whole);
    return {
      modelHash: this.#modelHash,
      pictures: whole.length,
      converted: this.#converted,
      seed: this.#seed,
      kinds: [...grouped(whole, ({ photo }) => photo.kind)].map(([kind, outcomes]) => groupFigures(kind, outcomes)),
      damages: this.#options.degrade === true ? damageFigures(this.outcomes) : [],
      fused: this.#options.degrade === true ? fusedFrames(this.outcomes) : {},
      confusions: {
        development: confusions(this.outcomes.filter(({ photo }) => photo.half === "development")),
        all: confusions(this.outcomes),
      },
      latencyMs: { p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
      peers: { tesseract: this.#peers.tesseract?.figures() ?? null, stock: this.#peers.stock?.figures() ?? null },
    };
  }
}

function chosen({ strengths }: Degradation, strength: number | undefined): readonly number[] {
  return strength === undefined ? strengths : strengths.slice(strength - 1, strength);
}

function timesOf(outcomes: readonly Outcome[]): number[] {
  return outcomes.filter(({ refused }) => refused === null).map(({ elapsedMs }) => elapsedMs);
}

function groupFigures(kind: string, outcomes: readonly Outcome[]): GroupFigures {
  const claims = outcomes.flatMap(({ photo, readings }) =>
    readings.map((reading) => ({ confidence: reading.confidence, right: isRight(photo, reading) })),
  );
  const times = timesOf(outcomes);
  return {
    kind,
    all: tally(outcomes),
    layouts: tallies(outcomes, ({ photo }) => photo.layout),
    halves: tallies(outcomes, ({ photo }) => photo.half),
    calibration: calibration(claims),
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

function damageFigures(outcomes: readonly Outcome[]): readonly DamageFigures[] {
  return DEGRADATIONS.flatMap(({ name, unit, strengths }) =>
    strengths.map((strength) => {
      const hit = outcomes.filter(({ damage }) => damage?.name === name && damage.strength === strength);
      return { name, strength, unit, kinds: tallies(hit, ({ photo }) => photo.kind) };
    }),
  ).filter(({ kinds }) => Object.keys(kinds).length > 0);
}

function tallies(outcomes: readonly Outcome[], keyOf: (outcome: Outcome) => string): Readonly<Record<string, Tally>> {
  return Object.fromEntries([...grouped(outcomes, keyOf)].map(([key, members]) => [key, tally(members)]));
}

/** In the order of the keys. */
function grouped(outcomes: readonly Outcome[], keyOf: (outcome: Outcome) => string): ReadonlyMap<string, Outcome[]> {
  const keys = [...new Set(outcomes.map(keyOf))].sort();
  return new Map(keys.map((key) => [key, outcomes.filter((outcome) => keyOf(outcome) === key)]));
}
