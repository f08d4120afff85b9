import assert from "node:assert/strict";
import { test } from "node:test";
import type { VisionPhoto } from "#bench/measure/vision-photos";
import { halfOf } from "#bench/measure/vision-photos";
import { isMiss, type Outcome, tally } from "#bench/measure/vision-score";
import { calibration, quantile, wilson } from "#bench/measure/vision-statistics";
import { visionSummary } from "#bench/measure/vision-summary";
import type { ContainerReading, PlateReading, Quad, TextReading } from "#contract/reading";

const BOX: Quad = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

function photo(kind: VisionPhoto["kind"], ...truths: string[]): VisionPhoto {
  return { path: "a.jpg", file: "a.jpg", kind, truths, layout: "h", half: "other" };
}

function container(text: string, check: ContainerReading["check"], confidence: number): ContainerReading {
  return { kind: "container", text, check, confidence, alternatives: [], box: BOX };
}

function plate(text: string, confidence: number): PlateReading {
  return { kind: "plate", text, confidence, country: "VN", plateKind: "tractor", lines: 1, alternatives: [], box: BOX };
}

function elsewhere<Reading extends TextReading>(reading: Reading): Reading {
  return {
    ...reading,
    box: [
      [100, 0],
      [101, 0],
      [101, 1],
      [100, 1],
    ],
  };
}

function outcome(picture: VisionPhoto, ...readings: Outcome["readings"][number][]): Outcome {
  return { photo: picture, damage: null, readings, elapsedMs: 1, refused: null };
}

test("a container counts by its check digit, a plate from 0.6 on", () => {
  const { exact, exactAccepted, none, wrongAccepted } = tally([
    outcome(photo("container", "MSKU4135329"), container("MSKU4135329", "verified", 0.5)),
    outcome(photo("container", "MSKU4135329"), container("MSKU4135329", "inferred", 0.99)),
    outcome(photo("container", "MSKU4135329"), container("MSKU4135320", "inferred", 0.99)),
    outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.6)),
    outcome(photo("plate_vn", "29H12345"), plate("29H12346", 0.6)),
    outcome(photo("plate_vn", "29H12345"), plate("29H12346", 0.59)),
    outcome(photo("plate_vn", "29H12345")),
  ]);
  assert.deepEqual([exact.count, exact.of], [3, 7]);
  assert.equal(exactAccepted, 2);
  assert.deepEqual([wrongAccepted.count, wrongAccepted.of], [1, 3]);
  assert.equal(none, 1);
});

test("a second container nobody asked for is no answer, but counts when a lane would use it", () => {
  const two = outcome(
    photo("container", "MSKU4135329"),
    container("MSKU4135329", "verified", 0.9),
    elsewhere(container("TGBU7083337", "verified", 0.9)),
  );
  const { exact, wrongAccepted, unlabelled } = tally([two]);
  assert.deepEqual([exact.count, wrongAccepted.count, unlabelled], [1, 1, 1]);
  assert.equal(isMiss(two), true);
});

test("a misread label is never excused as an unlabelled plate, nor is anything on a picture without labels", () => {
  const misread = outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.9), plate("29H12346", 0.9));
  const instead = outcome(photo("plate_vn", "29H12345"), plate("51C98760", 0.9));
  const inItsPlace = outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.9), plate("51C98760", 0.9));
  const nothingThere = outcome(photo("container"), container("TGBU7083337", "verified", 0.9));
  assert.deepEqual(
    [misread, instead, inItsPlace, nothingThere].map((one) => {
      const { wrongAccepted, unlabelled } = tally([one]);
      return [wrongAccepted.count, unlabelled];
    }),
    [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ],
  );
});

test("the summary counts what contradicts a label apart from what the labels leave out", () => {
  const all = tally([
    outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.9), elsewhere(plate("51C98760", 0.9))),
    outcome(photo("plate_vn", "29H12345"), plate("51C98760", 0.9)),
  ]);
  const figures = { kind: "plate_vn", all, layouts: {}, halves: {}, calibration: calibration([]), p50Ms: 1, p99Ms: 2 };
  const peer = { version: "1", byKind: { plate_vn: wilson(1, 2) }, p50Ms: 3, p99Ms: 4 };
  const summary = visionSummary({
    modelHash: "",
    pictures: 2,
    converted: 0,
    seed: 1,
    kinds: [figures],
    damages: [],
    fused: {},
    confusions: { development: [], all: [] },
    latencyMs: { p50: 1, p99: 2 },
    peakBytes: 400_400_000,
    stages: [],
    passageMs: null,
    peers: { tesseract: peer, stock: null },
  });
  assert.deepEqual(summary, {
    kinds: { plate_vn: { n: 2, exact: 1, none: 0, wrongAccepted: 1, unlabelled: 1 } },
    latencyMs: { p50: 1, p99: 2 },
    peakMb: 400,
    peers: { tesseract: { version: "1", exact: { plate_vn: 1 }, p50Ms: 3, p99Ms: 4 }, stock: null },
  });
});

test("pictures that were read as labelled are no misses", () => {
  assert.equal(isMiss(outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.7))), false);
  assert.equal(isMiss(outcome(photo("container"))), false);
  assert.equal(isMiss(outcome(photo("plate_vn", "29H12345"))), true);
  assert.equal(isMiss(outcome(photo("plate_vn", "29H12345"), plate("29H12345", 0.7), plate("30A11111", 0.2))), true);
});

test("Wilson's interval is that of the textbook", () => {
  const share = wilson(81, 263);
  assert.equal(share.low?.toFixed(4), "0.2553");
  assert.equal(share.high?.toFixed(4), "0.3662");
  assert.equal(wilson(0, 10).low, 0);
  assert.equal(wilson(10, 10).high, 1);
  assert.equal(wilson(0, 10).high?.toFixed(4), "0.2775");
  assert.deepEqual(wilson(0, 0), { count: 0, of: 0, low: null, high: null });
});

test("the calibration error is the mean distance between claimed and true", () => {
  const claims = [
    ...Array.from({ length: 8 }, (_, index) => ({ confidence: 0.95, right: index < 6 })),
    ...Array.from({ length: 2 }, () => ({ confidence: 0.25, right: false })),
  ];
  const { expectedError, bins } = calibration(claims);
  // (8 x |0.95 - 0.75| + 2 x |0.25 - 0|) / 10
  assert.equal(expectedError?.toFixed(6), "0.210000");
  assert.deepEqual(
    bins.map(({ from, count, right }) => [from, count, right]),
    [
      [0.2, 2, 0],
      [0.9, 8, 6],
    ],
  );
  assert.equal(calibration([{ confidence: 1, right: true }]).bins[0]?.from, 0.9);
  assert.equal(calibration([]).expectedError, null);
});

test("quantiles are values that occurred", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(
    [quantile(values, 0.5), quantile(values, 0.99), quantile([7], 0.5), quantile([], 0.5)],
    [50, 99, 7, null],
  );
});

test("pictures of one vehicle are in one half, and both halves are used", () => {
  assert.equal(halfOf(["29H12345", "12R00001"], "one.jpg"), halfOf(["12R00001", "29H12345"], "two.jpg"));
  const halves = Array.from({ length: 64 }, (_, index) => halfOf([`29H${10_000 + index}`], "x.jpg"));
  const development = halves.filter((half) => half === "development").length;
  assert.ok(development > 16 && development < 48, `${development} of 64 vehicles are for development`);
});
