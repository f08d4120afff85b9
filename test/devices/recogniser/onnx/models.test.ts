import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { LaneError } from "#contract/errors";
import { loadModels, MANIFEST_PATH } from "#devices/recogniser/onnx/models";

const invalid = (detail: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LaneError, String(error));
  assert.equal(error.code, "MODEL_INVALID");
  assert.match(error.detail, detail);
  return true;
};

interface Pinned {
  path: string;
  sha256: string;
  bytes: number;
}

describe("models", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-models-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Loads with a changed manifest. */
  async function loadWith(
    change: (manifest: Record<"detection" | "recognition" | "dictionary" | "tuned" | "symbols", Pinned>) => unknown,
  ) {
    const manifest = JSON.parse(await readFile(MANIFEST_PATH, "utf8"));
    change(manifest);
    const manifestPath = join(folder, "manifest.json");
    await writeFile(manifestPath, JSON.stringify(manifest));
    return loadModels({ manifestPath, threads: 1 });
  }

  test("that are the pinned ones load", async () => {
    const models = await loadModels({ threads: 1 });
    assert.match(models.modelHash, /^[0-9a-f]{64}$/);
    // Blank, dictionary, space.
    assert.equal(models.stock.columns.characters.length, 6625);
    assert.equal(models.tuned.columns.characters.length, 76);
    await models.detection.release();
    await models.stock.session.release();
    await models.tuned.session.release();
  });

  test("B25 that are not the pinned ones are refused", async () => {
    for (const part of ["detection", "recognition", "dictionary", "tuned", "symbols"] as const) {
      const altered = loadWith((manifest) => {
        manifest[part].sha256 = "0".repeat(64);
      });
      await assert.rejects(altered, invalid(/has SHA-256 [0-9a-f]{64}, pinned is 0{64}/));
    }
  });

  test("B25 that are missing or of another size are refused", async () => {
    const missing = loadWith((manifest) => {
      manifest.detection.path = "assets/none.onnx";
    });
    await assert.rejects(missing, invalid(/ENOENT/));
    const shorter = loadWith((manifest) => {
      manifest.recognition.bytes -= 1;
    });
    await assert.rejects(shorter, invalid(/rec_infer\.onnx/));
  });

  test("B26 with fewer or more labels than classes are refused, though the file is the pinned one", async () => {
    const symbols = await readFile(new URL("symbols.txt", pathToFileURL(MANIFEST_PATH)), "utf8");
    for (const labels of [symbols.trimEnd().split("\n").slice(1).join("\n"), `Ä\n${symbols}`]) {
      const file = join(folder, "labels.txt");
      await writeFile(file, labels);
      const bytes = Buffer.byteLength(labels);
      const sha256 = createHash("sha256").update(labels).digest("hex");
      const exchanged = loadWith((manifest) => {
        manifest.symbols = { ...manifest.symbols, path: pathToFileURL(file).href, bytes, sha256 };
      });
      await assert.rejects(exchanged, invalid(/classes|labels|characters|symbols/));
    }
  });

  test("that are no networks are refused", async () => {
    const exchanged = loadWith((manifest) => {
      manifest.detection = manifest.dictionary;
    });
    await assert.rejects(exchanged, invalid(/./));
  });

  test("with a manifest that is broken or absent are refused", async () => {
    const hollow = loadWith((manifest) => {
      manifest.detection.sha256 = "short";
    });
    await assert.rejects(hollow, invalid(/sha256/));
    await assert.rejects(loadModels({ manifestPath: join(folder, "none.json"), threads: 1 }), invalid(/ENOENT/));
  });
});
