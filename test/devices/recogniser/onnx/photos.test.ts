import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { OnnxRecogniser } from "#devices/recogniser/onnx/recogniser";
import { sha256Of } from "./support.ts";

/**
 * A handful of real photographs, of every kind and layout. They are not part of the repository because their licences
 * differ; the whole set is measured by `npm run bench -- vision`.
 */
const FOLDER =
  process.env["GATELANE_PHOTOS"] ?? fileURLToPath(new URL("../../../../../shared/photos", import.meta.url));
const absent = existsSync(join(FOLDER, "labels.csv")) ? false : `no photographs at ${FOLDER}`;

describe("real photographs", { skip: absent }, () => {
  let searches = 0;
  const recogniser = new OnnxRecogniser({
    onStage: (stage) => {
      if (stage === "detect") searches++;
    },
  });
  before(() => recogniser.start());
  after(() => recogniser.stop());

  for (const [file, truth] of [
    ["container/ali000.jpg", "MSKU4135329"],
    ["container/duy012.jpg", "MTBU0200106"],
    ["plate_vn/mrz010.jpg", "51H04073"],
    ["plate_vn/luf036.jpg", "29D01245"],
    ["plate_cn/eas083.jpg", "浙GZJ021"],
    ["plate_cn/eas156.jpg", "粤AK9331"],
  ] as const) {
    test(`${file} shows ${truth}`, async () => {
      const jpegPath = join(FOLDER, file);
      const task = file.startsWith("container") ? "container" : "plate";
      const { readings } = await recogniser.read({ jpegPath, sha256: sha256Of(readFileSync(jpegPath)), task });
      const right = readings.find(({ text }) => text === truth);
      assert.ok(right, `read ${JSON.stringify(readings.map(({ text }) => text))}`);
      const solid = readings.filter(({ confidence }) => confidence >= 0.6).map(({ text }) => text);
      assert.ok(solid.length === 0 || solid.includes(truth), `solid but wrong: ${solid}`);
      if (right.kind === "container") assert.equal(right.check, "verified");
    });
  }

  test("a plate that is certain is searched for once", async () => {
    searches = 0;
    const jpegPath = join(FOLDER, "plate_cn/eas083.jpg");
    await recogniser.read({ jpegPath, sha256: sha256Of(readFileSync(jpegPath)), task: "plate" });
    assert.equal(searches, 1);
  });
});
