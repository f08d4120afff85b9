import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { InferenceSession } from "onnxruntime-node";
import Type, { type Static } from "typebox";
import { LaneError, messageOf } from "#contract/errors";
import { type Calibration, CalibrationSchema } from "./calibration.ts";
import { type Columns, columnsOf } from "./lines/alphabet.ts";
import * as thresholds from "./thresholds.ts";

const FileSchema = Type.Object({
  path: Type.String({ minLength: 1 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  bytes: Type.Integer({ minimum: 1 }),
});

/** The part of models/manifest.json that the recogniser needs; the rest of it is for people. */
const ManifestSchema = Type.Object({
  package: Type.String({ minLength: 1 }),
  detection: FileSchema,
  recognition: FileSchema,
  dictionary: FileSchema,
  /** These two lie in models/ itself. */
  tuned: FileSchema,
  symbols: FileSchema,
});
export type ModelManifest = Static<typeof ManifestSchema>;

const OWN_FOLDER = new URL("../../../models/", import.meta.url);
/** The manifest that is shipped with the product. */
export const MANIFEST_PATH = fileURLToPath(new URL("manifest.json", OWN_FOLDER));
/** How often readings come true; see calibration.ts. */
const CALIBRATION_PATH = fileURLToPath(new URL("calibration.json", OWN_FOLDER));

/**
 * Part of the model hash, like the thresholds: raise it whenever a change of code may give another reading of the same
 * picture.
 */
export const RECOGNISER_VERSION = "6";

/** A network that reads lines, with the meaning of its output. */
export interface LineModel {
  readonly session: InferenceSession;
  readonly columns: Columns;
}

export interface Models {
  readonly detection: InferenceSession;
  /** Knows all characters and words of the world. */
  readonly stock: LineModel;
  /** The same network after training on plates and container numbers. */
  readonly tuned: LineModel;
  readonly calibration: Calibration;
  /** SHA-256 over the file hashes, the thresholds, the calibration and the recogniser's version. */
  readonly modelHash: string;
}

/** Rejects with MODEL_INVALID when a file is missing, is not the pinned one, or cannot be loaded. */
export async function loadModels(options: {
  readonly manifestPath?: string;
  readonly calibrationPath?: string;
  readonly threads: number;
}): Promise<Models> {
  try {
    const manifest = await readManifest(options.manifestPath ?? MANIFEST_PATH);
    const calibration = await readCalibration(options.calibrationPath ?? CALIBRATION_PATH);
    const shipped = new URL(`../../../node_modules/${manifest.package}/`, import.meta.url);
    const [detection, recognition, dictionary, tuned, symbols] = await Promise.all([
      readPinned(shipped, manifest.detection),
      readPinned(shipped, manifest.recognition),
      readPinned(shipped, manifest.dictionary),
      readPinned(OWN_FOLDER, manifest.tuned),
      readPinned(OWN_FOLDER, manifest.symbols),
    ]);
    const session: InferenceSession.SessionOptions = {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Plans one block of memory for each input shape; crops have many shapes, so it only holds memory.
      enableMemPattern: false,
      // A thread that waits would otherwise turn in a loop, on cores that the lane and the operating system want.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    };
    // Lines are short and of many widths: memory kept for them would only be kept.
    const lineSession = { ...session, enableCpuMemArena: false };
    return {
      detection: await InferenceSession.create(detection, session),
      stock: await lineModel(recognition, dictionary, lineSession),
      tuned: await lineModel(tuned, symbols, lineSession),
      calibration,
      modelHash: modelHashOf(manifest, calibration),
    };
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("MODEL_INVALID", messageOf(error), { cause: error });
  }
}

/** A network with its labels; refused when there are not as many as it tells apart. */
async function lineModel(
  network: Buffer,
  labels: Buffer,
  options: InferenceSession.SessionOptions,
): Promise<LineModel> {
  const session = await InferenceSession.create(network, options);
  const columns = columnsOf(labels.toString("utf8"));
  const [output] = session.outputMetadata;
  const classes = output?.isTensor === true ? output.shape.at(-1) : undefined;
  if (classes !== columns.characters.length) {
    await session.release();
    const detail = `the network tells ${classes} classes apart, its labels are ${columns.characters.length}`;
    throw new LaneError("MODEL_INVALID", detail);
  }
  return { session, columns };
}

async function readManifest(path: string): Promise<ModelManifest> {
  const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate<ModelManifest>(ManifestSchema, parsed)) {
    throw new LaneError("MODEL_INVALID", `${path}: ${ajv.errorsText()}`);
  }
  return parsed;
}

async function readCalibration(path: string): Promise<Calibration> {
  const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate<Calibration>(CalibrationSchema, parsed)) {
    throw new LaneError("MODEL_INVALID", `${path}: ${ajv.errorsText()}`);
  }
  const { container, plateVietnam, plateChina } = parsed;
  return { container, plateVietnam, plateChina };
}

/** Reads a model file once and checks those very bytes: what was checked is what is loaded. */
async function readPinned(folder: URL, file: Static<typeof FileSchema>): Promise<Buffer> {
  const path = fileURLToPath(new URL(file.path, folder));
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length !== file.bytes || sha256 !== file.sha256) {
    throw new LaneError("MODEL_INVALID", `${file.path} has SHA-256 ${sha256}, pinned is ${file.sha256}`);
  }
  return bytes;
}

function modelHashOf(
  { detection, recognition, dictionary, tuned, symbols }: ModelManifest,
  calibration: Calibration,
): string {
  const parts = [
    ...[detection, recognition, dictionary, tuned, symbols].map(({ sha256 }) => sha256),
    JSON.stringify(thresholds),
    JSON.stringify(calibration),
    RECOGNISER_VERSION,
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
