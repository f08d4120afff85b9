import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { claimsOf, composed, fitted, writeCalibration } from "#bench/measure/vision-calibration";
import { halfOf, type VisionPhoto } from "#bench/measure/vision-photos";
import type { Outcome } from "#bench/measure/vision-score";
import type { PlateReading } from "#contract/reading";
import { calibrated } from "#devices/recogniser/onnx/calibration";
import { loadModels } from "#devices/recogniser/onnx/models";

const folder = mkdtempSync(join(tmpdir(), "gatelane-calibration-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const claims = (confidence: number, right: number, wrong: number) =>
  Array.from({ length: right + wrong }, (_, index) => ({ confidence, right: index < right }));

test("claims that come true as often as they say are left as they are", () => {
  const curve = fitted([...claims(0.9, 900, 100), ...claims(0.5, 500, 500), ...claims(0.2, 200, 800)]);
  assert.ok(Math.abs(curve.offset) < 0.05 && Math.abs(curve.slope - 1) < 0.05, JSON.stringify(curve));
});

test("claims that are too high are taken down, each to what came true", () => {
  const curve = fitted([...claims(0.99, 900, 100), ...claims(0.8, 500, 500)]);
  assert.ok(Math.abs(calibrated(0.99, curve) - 0.9) < 0.01);
  assert.ok(Math.abs(calibrated(0.8, curve) - 0.5) < 0.01);
  assert.ok(calibrated(0.3, curve) < calibrated(0.8, curve), "it grows with the claim");
});

test("few claims without any error make no certainty", () => {
  const curve = fitted(claims(0.9, 20, 0));
  assert.ok(calibrated(0.9, curve) < 0.999 && calibrated(0.9, curve) > 0.85);
  const doubtful = fitted([...claims(0.95, 20, 0), ...claims(0.4, 4, 0)]);
  assert.ok(calibrated(0.3, doubtful) < 0.55, "a doubtful reading stays doubtful");
});

test("one curve after another is one curve", () => {
  const [first, then] = [
    { offset: -0.5, slope: 0.8 },
    { offset: 0.3, slope: 1.4 },
  ];
  assert.ok(Math.abs(calibrated(calibrated(0.9, first), then) - calibrated(0.9, composed(first, then))) < 1e-12);
});

function outcome(truth: string, confidence: number, text = truth): Outcome {
  const photo: VisionPhoto = {
    path: "a.jpg",
    file: "a.jpg",
    kind: "plate_vn",
    truths: [truth],
    layout: "1",
    half: halfOf([truth], "a.jpg"),
  };
  const reading: PlateReading = {
    kind: "plate",
    text,
    confidence,
    country: "VN",
    plateKind: "tractor",
    lines: 1,
    alternatives: [],
    box: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  };
  return { photo, damage: null, readings: [reading], elapsedMs: 1, refused: null };
}

test("limits are no claims", () => {
  assert.deepEqual(claimsOf([outcome("29H12345", 0.5), outcome("29H12345", 0.3)]), []);
  assert.deepEqual(claimsOf([outcome("29H12345", 0.7, "29H12346")]), [{ confidence: 0.7, right: false }]);
});

test("the file is fitted on one half, tells the error on the other, and can be loaded", async () => {
  const file = join(folder, "calibration.json");
  const plates = Array.from({ length: 400 }, (_, index) => `29H${String(10_000 + index)}`);
  await writeCalibration(
    file,
    plates.map((plate, index) => outcome(plate, 0.95, index % 4 === 0 ? "30A99999" : plate)),
  );
  const { plateVietnam, measured, recipe } = JSON.parse(readFileSync(file, "utf8"));
  assert.match(recipe, /development half/);
  assert.ok(measured.plateVietnam.claims > 100 && measured.plateVietnam.claims < 300);
  assert.ok(Math.abs(measured.plateVietnam.errorBefore - 0.2) < 0.08, JSON.stringify(measured));
  assert.ok(measured.plateVietnam.errorAfter < 0.08, JSON.stringify(measured));
  const loaded = await loadModels({ threads: 1, calibrationPath: file });
  assert.deepEqual(loaded.calibration.plateVietnam, plateVietnam);
  const usual = await loadModels({ threads: 1 });
  assert.notEqual(loaded.modelHash, usual.modelHash, "another calibration is another recogniser");
  for (const models of [loaded, usual]) {
    await Promise.all([models.detection, models.stock.session, models.tuned.session].map((one) => one.release()));
  }
});
