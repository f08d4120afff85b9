import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { restack } from "#devices/recogniser/onnx/container/restack";
import { stretchColumn } from "#devices/recogniser/onnx/container/vertical";
import { boundsOf } from "#devices/recogniser/onnx/geometry";
import type { Raster } from "#devices/recogniser/onnx/picture/raster";
import { paint, plain } from "../support.ts";

/** A light column with dark blocks for characters, 30 pixels high each. */
function column(tops: readonly number[], height = 500): Raster {
  const raster = plain(40, height, 200);
  for (const top of tops) paint(raster, { left: 8, top, width: 24, height: 30 }, 20);
  return raster;
}

/** Runs of dark pixels on the middle row. */
function darkRuns({ pixels, width, height }: Raster): number[] {
  const runs: number[] = [];
  let length = 0;
  for (let x = 0; x <= width; x++) {
    const dark = x < width && (pixels[((height >> 1) * width + x) * 3] ?? 255) < 110;
    if (dark) length++;
    else if (length > 0) {
      runs.push(length);
      length = 0;
    }
  }
  return runs;
}

const evenly = (count: number) => Array.from({ length: count }, (_, i) => 10 + i * 42);

describe("restacking a column", () => {
  test("sets its characters side by side", () => {
    const line = restack(column(evenly(11)));
    assert.ok(line);
    assert.equal(line.height, 48);
    const runs = darkRuns(line);
    assert.equal(runs.length, 11);
    assert.ok(runs.every((run) => Math.abs(run - (runs[0] ?? 0)) <= 1));
  });

  test("cuts characters apart that touch each other", () => {
    const touching = [...evenly(9), 10 + 9 * 42, 10 + 9 * 42 + 30];
    const line = restack(column(touching));
    assert.ok(line);
    // The two touching blocks stay dark on both sides of the cut, each in its own place on the line.
    assert.equal(darkRuns(line).length, 11);
  });

  test("keeps the background's colour", () => {
    const line = restack(column(evenly(8)));
    assert.equal(line?.pixels[0], 200);
  });

  test("of too few characters gives nothing", () => {
    assert.equal(restack(column(evenly(6))), undefined);
    assert.equal(restack(plain(40, 400, 128)), undefined);
  });
});

test("a column is stretched about its own axis", () => {
  const quad: Quad = [
    [100, 50],
    [120, 50],
    [120, 250],
    [100, 250],
  ];
  assert.deepEqual(boundsOf(stretchColumn(quad, { widen: 1, above: 0, below: 0 })), boundsOf(quad));
  assert.deepEqual(boundsOf(stretchColumn(quad, { widen: 2, above: 0.5, below: 1 })), {
    left: 90,
    top: 40,
    right: 130,
    bottom: 270,
  });
});
