import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { boundsOf } from "#devices/recogniser/onnx/geometry";
import {
  isLowerText,
  isSecondLine,
  isUpperText,
  type PlateLine,
  plateText,
  regionAbove,
} from "#devices/recogniser/onnx/plate/layout";

function line(left: number, top: number, width: number, height: number): PlateLine {
  const quad: Quad = [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ];
  return { quad, text: "", lattice: [] };
}

describe("plate text", () => {
  test("loses separators, spaces and screw heads", () => {
    assert.equal(plateText("29-g1 690.97"), "29G169097");
    assert.equal(plateText("皖A·UJ299"), "皖AUJ299");
  });

  test("is recognised as an upper or a lower line", () => {
    for (const text of ["29G1", "30K", "桂F", "81AA"]) assert.ok(isUpperText(text), text);
    for (const text of ["", "9", "CRETA", "29H67890"]) assert.ok(!isUpperText(text), text);
    for (const text of ["69097", "4227", "AK933", "1234挂"]) assert.ok(isLowerText(text), text);
    for (const text of ["123", "123456", "挂1234", "TARE", "GROSS"]) assert.ok(!isLowerText(text), text);
  });
});

describe("two lines of one plate", () => {
  const upper = line(110, 100, 80, 30);

  test("stand close below each other", () => {
    assert.ok(isSecondLine(upper, line(100, 135, 100, 34)));
    assert.ok(!isSecondLine(upper, upper));
    assert.ok(!isSecondLine(line(100, 135, 100, 34), upper), "the lower is not above");
    assert.ok(!isSecondLine(upper, line(100, 220, 100, 34)), "too far below");
    assert.ok(!isSecondLine(upper, line(160, 135, 100, 34)), "beside it");
    assert.ok(!isSecondLine(upper, line(100, 135, 300, 90)), "much larger");
  });
});

test("the region above a line follows its tilt", () => {
  const level = boundsOf(regionAbove(line(100, 200, 100, 40).quad, { gap: 0.1, height: 1, width: 0.8 }));
  assert.deepEqual(level, { left: 110, top: 156, right: 190, bottom: 196 });
  const tilted: Quad = [
    [10, 0],
    [110, 50],
    [100, 70],
    [0, 20],
  ];
  const [topLeft, , , bottomLeft] = regionAbove(tilted, { gap: 0, height: 1, width: 1 });
  assert.deepEqual(bottomLeft, [10, 0]);
  assert.deepEqual(topLeft, [20, -20]);
});
