import assert from "node:assert/strict";
import { test } from "node:test";
import type { GroupFigures } from "#bench/measure/vision";
import { damageCharts } from "#bench/measure/vision-curves";
import { fusedFrames } from "#bench/measure/vision-frames";
import type { VisionPhoto } from "#bench/measure/vision-photos";
import { type Outcome, tally } from "#bench/measure/vision-score";
import { calibration } from "#bench/measure/vision-statistics";
import type { ContainerReading } from "#contract/reading";

function frame(file: string, truth: string, text: string | null, confidence = 0.95): Outcome {
  const photo: VisionPhoto = { path: file, file, kind: "container", truths: [truth], layout: "h", half: "other" };
  const reading = (shown: string): ContainerReading => ({
    kind: "container",
    text: shown,
    check: "verified",
    confidence,
    alternatives: [],
    box: [
      [0, 0],
      [9, 0],
      [9, 1],
      [0, 1],
    ],
  });
  const readings = text === null ? [] : [reading(text)];
  return { photo, damage: { name: "rain", strength: 1 }, readings, elapsedMs: 1, refused: null };
}

test("frames of one vehicle count as one opinion", () => {
  const { container } = fusedFrames([
    frame("a.jpg", "MSKU4135329", "MSKU4135329"),
    frame("a.jpg", "MSKU4135329", null),
    frame("a.jpg", "MSKU4135329", "MSKU4135329"),
    frame("b.jpg", "TGBU7083337", null),
    frame("b.jpg", "TGBU7083337", null),
    frame("c.jpg", "TGHU8707023", "DFSU4382559"),
    frame("c.jpg", "TGHU8707023", "DFSU4382559"),
  ]);
  assert.deepEqual([container?.exact.count, container?.exact.of, container?.wrong.count], [1, 3, 1]);
  assert.equal(container?.frames, 3);
});

test("pictures that were not damaged, or show several vehicles, are no frames", () => {
  const whole = { ...frame("a.jpg", "MSKU4135329", "MSKU4135329"), damage: null };
  const two = frame("b.jpg", "MSKU4135329", "MSKU4135329");
  const several = { ...two, photo: { ...two.photo, truths: ["MSKU4135329", "TGBU7083337"] } };
  assert.equal(fusedFrames([whole, several])["container"]?.exact.of, 0);
});

test("a chart shows every strength of a damage beside the undamaged pictures", () => {
  const figures = (...outcomes: Outcome[]) => tally(outcomes);
  const right = frame("a.jpg", "MSKU4135329", "MSKU4135329");
  const silent = frame("a.jpg", "MSKU4135329", null);
  const kind: GroupFigures = {
    kind: "container",
    all: figures(right),
    layouts: {},
    halves: {},
    calibration: calibration([]),
    p50Ms: 1,
    p99Ms: 1,
  };
  const damages = [
    { name: "rain", unit: "streaks", strength: 300, kinds: { container: figures(right, silent) } },
    { name: "rain", unit: "streaks", strength: 900, kinds: { container: figures(silent) } },
  ];
  const page = damageCharts([kind], damages);
  assert.equal(page.match(/<svg /g)?.length, 1);
  assert.equal(page.match(/<circle /g)?.length, 3);
  const heights = [...page.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, cy]) => Number(cy));
  assert.deepEqual(
    heights,
    heights.toSorted((a, b) => a - b),
    "the line falls as the damage grows",
  );
  assert.match(page, />900</);
  assert.equal(damageCharts([kind], []), "");
});
