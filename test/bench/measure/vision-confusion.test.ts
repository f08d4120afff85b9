import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { confusions, measuredTable, writeConfusion } from "#bench/measure/vision-confusion";
import type { Outcome } from "#bench/measure/vision-score";
import { readConfusion } from "#config/confusion";
import type { PlateReading } from "#contract/reading";
import { confusable, DEFAULT_CONFUSION } from "#lanes/fusion/confusion";

const folder = mkdtempSync(join(tmpdir(), "gatelane-confusion-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** `look` is what the characters look like, `text` what the grammar made of them. */
function outcome(truth: string, text: string, look = text): Outcome {
  const reading: PlateReading = {
    kind: "plate",
    text,
    confidence: 0.9,
    country: "VN",
    plateKind: "tractor",
    lines: 1,
    alternatives: [...look].map((character) => [{ character, probability: 0.9 }]),
    box: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  };
  const photo = { path: "a", file: "a", kind: "plate_vn", truths: [truth], layout: "1", half: "other" } as const;
  return { photo, damage: null, readings: [reading], elapsedMs: 1, refused: null };
}

test("what a character looks like counts, not what the grammar made of it", () => {
  const found = confusions([
    outcome("29H12345", "29H12345", "29H1234S"),
    outcome("29H12345", "29H12345", "29H1234S"),
    outcome("30A00005", "30A00008"),
    outcome("30A00005", "51C98761"),
    outcome("30A00005", "30A0005"),
  ]);
  assert.deepEqual(found, [
    { truth: "5", seen: "S", count: 2, vehicles: 1 },
    { truth: "5", seen: "8", count: 1, vehicles: 1 },
  ]);
});

test("a pair becomes a class when it was seen often enough and on more than one vehicle", () => {
  const table = measuredTable([
    { truth: "7", seen: "T", count: 3, vehicles: 2 },
    { truth: "4", seen: "A", count: 9, vehicles: 1 },
    { truth: "5", seen: "S", count: 9, vehicles: 5 },
  ]);
  assert.deepEqual(table.classes, [...DEFAULT_CONFUSION.classes, "7T"]);
  assert.equal(confusable("7", "T", table), true);
  // (20 x 0.8 + 12) / (20 + 21)
  assert.equal(table.shareInClass, 0.683);
  assert.deepEqual(table.containerPassRate, DEFAULT_CONFUSION.containerPassRate);
  assert.deepEqual(measuredTable([]), DEFAULT_CONFUSION);
});

test("the table is written in the form that a lane reads, and never in another", () => {
  const file = join(folder, "confusion.json");
  const table = measuredTable([{ truth: "桂", seen: "皖", count: 4, vehicles: 3 }]);
  writeConfusion(file, table);
  assert.deepEqual(readConfusion(file), table);
  assert.throws(() => writeConfusion(file, { ...table, shareInClass: 2 }), /shareInClass/);
  assert.deepEqual(readConfusion(file), table, "a refused table replaced the good one");
  assert.equal(existsSync(`${file}.new`), true);
});
