import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { InferenceSession } from "onnxruntime-node";
import Type, { type Static } from "typebox";
import { LaneError, messageOf } from "#contract/errors";
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
});
export type ModelManifest = Static<typeof ManifestSchema>;

/** The manifest that is shipped with the product. */
export const MANIFEST_PATH = fileURLToPath(new URL("../../../models/manifest.json", import.meta.url));

/**
 * Part of the model hash, like the thresholds: raise it whenever a change of code may give another reading of the same
 * picture.
 */
export const RECOGNISER_VERSION = "2";

export interface Models {
  readonly detection: InferenceSession;
  readonly recognition: InferenceSession;
  readonly columns: Columns;
  /** SHA-256 over the file hashes, the thresholds and the recogniser's version. */
  readonly modelHash: string;
}

/** Rejects with MODEL_INVALID when a file is missing, is not the pinned one, or cannot be loaded. */
export async function loadModels(options: {
  readonly manifestPath?: string;
  readonly threads: number;
}): Promise<Models> {
  try {
    const manifest = await readManifest(options.manifestPath ?? MANIFEST_PATH);
    const [detection, recognition, dictionary] = await Promise.all([
      readPinned(manifest, manifest.detection),
      readPinned(manifest, manifest.recognition),
      readPinned(manifest, manifest.dictionary),
    ]);
    const session: InferenceSession.SessionOptions = {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Plans one block of memory for each input shape; crops have many shapes, so it only holds memory.
      enableMemPattern: false,
    };
    return {
      detection: await InferenceSession.create(detection, session),
      recognition: await InferenceSession.create(recognition, session),
      columns: columnsOf(dictionary.toString("utf8")),
      modelHash: modelHashOf(manifest),
    };
  } catch (error) {
    if (error instanceof LaneError) throw error;
    throw new LaneError("MODEL_INVALID", messageOf(error), { cause: error });
  }
}

async function readManifest(path: string): Promise<ModelManifest> {
  const parsed: unknown = JSON.parse(await readFile(path, "utf8"));
  const ajv = new Ajv({ allErrors: true });
  if (!ajv.validate<ModelManifest>(ManifestSchema, parsed)) {
    throw new LaneError("MODEL_INVALID", `${path}: ${ajv.errorsText()}`);
  }
  return parsed;
}

/** Reads a model file once and checks those very bytes: what was checked is what is loaded. */
async function readPinned(manifest: ModelManifest, file: Static<typeof FileSchema>): Promise<Buffer> {
  const path = fileURLToPath(new URL(`../../../node_modules/${manifest.package}/${file.path}`, import.meta.url));
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length !== file.bytes || sha256 !== file.sha256) {
    throw new LaneError("MODEL_INVALID", `${file.path} has SHA-256 ${sha256}, pinned is ${file.sha256}`);
  }
  return bytes;
}

function modelHashOf({ detection, recognition, dictionary }: ModelManifest): string {
  const parts = [
    detection.sha256,
    recognition.sha256,
    dictionary.sha256,
    JSON.stringify(thresholds),
    RECOGNISER_VERSION,
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
