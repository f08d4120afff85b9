import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quad } from "#contract/reading";
import { boxesOf } from "#devices/recogniser/onnx/detection/boxes";
import { convexHull, cornersOf, sidesOf, smallestRectangle } from "#devices/recogniser/onnx/detection/rectangle";
import { connectedRegions, type TextMap } from "#devices/recogniser/onnx/detection/regions";
import { boundsOf, orderCorners } from "#devices/recogniser/onnx/geometry";

/** A map that has the given probability wherever `inside` holds. */
function mapWhere(
  width: number,
  height: number,
  probability: number,
  inside: (x: number, y: number) => boolean,
): TextMap {
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (inside(x, y)) values[y * width + x] = probability;
  }
  return { values, width, height };
}

const within = (left: number, top: number, right: number, bottom: number) => (x: number, y: number) =>
  x >= left && x < right && y >= top && y < bottom;

describe("regions", () => {
  test("touching corners are one region, a gap separates", () => {
    const map = mapWhere(20, 20, 0.9, (x, y) => (x < 5 && y < 5) || (x >= 5 && x < 10 && y >= 5 && y < 10) || x > 15);
    assert.deepEqual(
      connectedRegions(map, 0.3).map(({ pixels }) => pixels),
      [50, 80],
    );
  });

  test("a region scores the mean of its pixels", () => {
    const map = mapWhere(10, 10, 0.8, within(2, 2, 6, 4));
    map.values[2 * 10 + 2] = 0.4;
    const [region] = connectedRegions(map, 0.3);
    assert.ok(Math.abs((region?.score ?? 0) - (7 * 0.8 + 0.4) / 8) < 1e-6);
  });

  test("pixels at the threshold or below belong to nothing", () => {
    assert.deepEqual(
      connectedRegions(
        mapWhere(10, 10, 0.25, () => true),
        0.25,
      ),
      [],
    );
  });
});

describe("rectangles", () => {
  test("the hull drops inner points and points on its edges", () => {
    const hull = convexHull([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
      [2, 2],
      [2, 0],
    ]);
    assert.equal(hull.length, 4);
  });

  test("the smallest rectangle follows the text's angle", () => {
    const rectangle = smallestRectangle(
      convexHull([
        [0, 0],
        [30, 40],
        [26, 43],
        [-4, 3],
      ]),
    );
    assert.ok(rectangle);
    const sides = sidesOf(rectangle).sort((a, b) => a - b);
    assert.ok(Math.abs(sides[0] - 5) < 1e-9 && Math.abs(sides[1] - 50) < 1e-9, String(sides));
  });

  test("growing moves every side outwards", () => {
    const square = smallestRectangle(
      convexHull([
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ]),
    );
    assert.ok(square);
    assert.deepEqual(boundsOf(cornersOf(square, 2)), { left: -2, top: -2, right: 12, bottom: 12 });
  });

  test("corners come back in reading order, whatever order they had", () => {
    const ordered: Quad = [
      [1, 2],
      [9, 1],
      [10, 5],
      [2, 6],
    ];
    const [a, b, c, d] = ordered;
    assert.deepEqual(orderCorners([c, a, d, b]), ordered);
    assert.deepEqual(orderCorners([d, c, b, a]), ordered);
  });

  test("a leaning column keeps its upper end, though its lower end lies further left", () => {
    const column: Quad = [
      [333, 95],
      [350, 97],
      [326, 472],
      [310, 470],
    ];
    const [a, b, c, d] = column;
    for (const mixed of [[c, a, d, b], [d, c, b, a], column] as const) assert.deepEqual(orderCorners(mixed), column);
  });
});

describe("boxes", () => {
  test("an upright line is grown by area x factor / circumference", () => {
    const [box, ...others] = boxesOf(mapWhere(100, 60, 0.9, within(20, 20, 60, 30)));
    assert.equal(others.length, 0);
    assert.ok(box);
    // 40 x 10, so 400 x 1.6 / 100 = 6.4 on every side.
    const { left, top, right, bottom } = boundsOf(box.quad);
    for (const [actual, expected] of [
      [left, 13.6],
      [top, 13.6],
      [right, 66.4],
      [bottom, 36.4],
    ] as const) {
      assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
    }
    assert.ok(Math.abs(box.score - 0.9) < 1e-6);
  });

  test("boxes stay inside the picture", () => {
    const [box] = boxesOf(mapWhere(64, 32, 0.9, within(0, 0, 64, 12)));
    assert.ok(box);
    const { left, top, right } = boundsOf(box.quad);
    assert.deepEqual([left, top, right], [0, 0, 64]);
  });

  test("specks, weak patches and hair lines are left out", () => {
    assert.deepEqual(boxesOf(mapWhere(50, 50, 0.9, within(5, 5, 7, 7))), []);
    assert.deepEqual(boxesOf(mapWhere(50, 50, 0.45, within(5, 5, 40, 20))), []);
    assert.deepEqual(boxesOf(mapWhere(50, 50, 0.9, within(5, 5, 45, 7))), []);
  });
});
