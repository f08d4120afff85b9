import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { renderEmptyLane, renderScene, type SceneDescription } from "#bench/scene/scene";
import type { RecognitionTask, TextReading } from "#contract/reading";
import { OnnxRecogniser } from "#devices/recogniser/onnx/recogniser";

/** The pictures are of use to a bench only if the recogniser reads them as it reads photographs. */

const recogniser = new OnnxRecogniser();
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatelane-scene-"));
  await recogniser.start();
});

after(async () => {
  await recogniser.stop();
  await rm(folder, { recursive: true, force: true });
});

async function readings(jpeg: Uint8Array, task: RecognitionTask): Promise<readonly TextReading[]> {
  const sha256 = createHash("sha256").update(jpeg).digest("hex");
  const jpegPath = join(folder, `${sha256}.jpg`);
  await writeFile(jpegPath, jpeg);
  return (await recogniser.read({ jpegPath, sha256, task })).readings;
}

const CLEAN: readonly [truth: string, description: SceneDescription][] = [
  ["12C12345", { view: "front", plate: "12C12345", container: "MSKU4135329", seed: 1 }],
  ["桂A67890", { view: "front", plate: "桂A67890", seed: 2, night: true }],
  ["98R01234", { view: "rear", plate: "98R01234", container: "MSKU4135329", seed: 3 }],
  ["MSKU4135329", { view: "side", container: "MSKU4135329", seed: 4 }],
  ["TGBU7083337", { view: "side", container: "TGBU7083337", sizeType: "45G1", seed: 5, weather: "rain", dirt: 0.2 }],
];

for (const [truth, description] of CLEAN) {
  test(`${truth} is read from a ${description.view} view`, async () => {
    const found = await readings(await renderScene(description), description.view === "side" ? "container" : "plate");
    assert.deepEqual(
      found.map(({ text }) => text),
      [truth],
    );
  });
}

const SPOILED: readonly SceneDescription[] = [
  { view: "front", plate: "12C12345", seed: 1, glare: 1 },
  { view: "side", container: "MSKU4135329", seed: 4, blur: 1 },
];

for (const description of SPOILED) {
  test(`nothing is read from a ${description.view} view that is ${description.blur ? "smeared" : "blinded"}`, async () => {
    const found = await readings(await renderScene(description), description.view === "side" ? "container" : "plate");
    assert.deepEqual(found, []);
  });
}

test("nothing is read from an empty lane", async () => {
  assert.deepEqual(await readings(await renderEmptyLane("front", 1), "plate"), []);
  assert.deepEqual(await readings(await renderEmptyLane("side", 1), "container"), []);
});
