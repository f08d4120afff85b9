import type { InferenceSession } from "onnxruntime-node";
import type { Recogniser } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { Recognition, RecognitionTask, TextReading } from "#contract/reading";
import type { Calibration } from "./calibration.ts";
import { ContainerReader } from "./container/container-reader.ts";
import { TextDetector } from "./detection/text-detector.ts";
import { LineReader } from "./lines/line-reader.ts";
import { loadModels, type Models } from "./models.ts";
import { readPicture } from "./picture/jpeg.ts";
import type { Raster } from "./picture/raster.ts";
import { PlateReader } from "./plate/plate-reader.ts";

export interface OnnxRecogniserOptions {
  /** Threads for inference, 1..64. One leaves the other cores to the lane. */
  readonly threads?: number;
  /** Another manifest than the one that is shipped. */
  readonly manifestPath?: string;
  /** Told how long each step took, milliseconds: where the time goes is measured, not guessed. */
  readonly onStage?: (stage: RecognitionStage, elapsedMs: number) => void;
}

/** Decoding the JPEG, one run of text detection, one line read, and all of a picture together. */
export type RecognitionStage = "decode" | "detect" | "line" | "picture";

/**
 * Reads container numbers and plates with two small networks on the processor. Blocks the thread it runs on, so it
 * lives in a process of its own. One picture at a time.
 */
export class OnnxRecogniser implements Recogniser {
  readonly #options: OnnxRecogniserOptions;
  #models: Models | undefined;
  #containers: ContainerReader | undefined;
  #plates: PlateReader | undefined;

  constructor(options: OnnxRecogniserOptions = {}) {
    this.#options = options;
  }

  /** Loads and checks the models. Rejects with MODEL_INVALID. */
  async start(): Promise<void> {
    const models = await loadModels({ threads: 1, ...this.#options });
    const detector = new TextDetector(this.#timed("detect", models.detection));
    const stock = new LineReader(this.#timed("line", models.stock.session), models.stock.columns);
    const tuned = new LineReader(this.#timed("line", models.tuned.session), models.tuned.columns);
    this.#containers = new ContainerReader(detector, { stock, tuned });
    this.#plates = new PlateReader(detector, { stock, tuned });
    this.#models = models;
  }

  /** Frees the models. Safe to call twice. */
  async stop(): Promise<void> {
    const models = this.#models;
    this.#models = undefined;
    await models?.detection.release();
    await models?.stock.session.release();
    await models?.tuned.session.release();
  }

  /** Rejects with IMAGE_INVALID or IMAGE_TOO_LARGE; VISION_DOWN before `start`. Boxes are in upright picture pixels. */
  async read(request: {
    readonly jpegPath: string;
    readonly sha256: string;
    readonly task: RecognitionTask;
  }): Promise<Recognition> {
    const models = this.#models;
    if (models === undefined) throw new LaneError("VISION_DOWN", "the models are not loaded");
    const began = performance.now();
    const picture = await readPicture(request.jpegPath, request.sha256);
    this.#options.onStage?.("decode", performance.now() - began);
    const readings = await this.#readTask(picture, request.task, models.calibration);
    const elapsedMs = performance.now() - began;
    this.#options.onStage?.("picture", elapsedMs);
    return {
      readings,
      modelHash: models.modelHash,
      elapsedMs,
      width: picture.width,
      height: picture.height,
    };
  }

  #timed(stage: RecognitionStage, session: InferenceSession): Pick<InferenceSession, "run"> {
    const { onStage } = this.#options;
    if (onStage === undefined) return session;
    const run = async (feeds: InferenceSession.FeedsType) => {
      const began = performance.now();
      const result = await session.run(feeds);
      onStage(stage, performance.now() - began);
      return result;
    };
    return { run };
  }

  async #readTask(picture: Raster, task: RecognitionTask, calibration: Calibration): Promise<readonly TextReading[]> {
    const reader = task === "container" ? this.#containers : this.#plates;
    return (await reader?.read(picture, calibration)) ?? [];
  }
}
