import assert from "node:assert/strict";
import { test } from "node:test";
import type { Quad } from "#contract/reading";
import { cutOut, quarterTurn, type Raster, resize } from "#devices/recogniser/onnx/picture/raster";
import { paint, plain } from "../support.ts";

const greyAt = (raster: Raster, x: number, y: number) => raster.pixels[(y * raster.width + x) * 3];

test("shrinking averages, growing interpolates", () => {
  const stripes = plain(8, 8, 0);
  for (const left of [0, 2, 4, 6]) paint(stripes, { left, top: 0, width: 1, height: 8 }, 200);
  const small = resize(stripes, 4, 4);
  assert.deepEqual([small.width, small.height], [4, 4]);
  assert.ok(small.pixels.every((value) => value === 100));
  const halves = plain(2, 1, 0);
  paint(halves, { left: 1, top: 0, width: 1, height: 1 }, 100);
  assert.deepEqual(Array.from(resize(halves, 4, 1).pixels.filter((_, i) => i % 3 === 0)), [0, 25, 75, 100]);
});

test("resizing to the same size changes nothing", () => {
  const picture = plain(5, 4, 10);
  paint(picture, { left: 2, top: 1, width: 2, height: 2 }, 250);
  assert.deepEqual(resize(picture, 5, 4), picture);
});

test("an upright quad is cut out as it is", () => {
  const picture = plain(20, 20, 0);
  paint(picture, { left: 5, top: 6, width: 4, height: 3 }, 255);
  const quad: Quad = [
    [5, 6],
    [9, 6],
    [9, 9],
    [5, 9],
  ];
  assert.deepEqual(cutOut(picture, quad), plain(4, 3, 255));
});

test("what is too high is made smaller on the way, in proportion", () => {
  const picture = plain(200, 100, 0);
  paint(picture, { left: 0, top: 50, width: 200, height: 50 }, 250);
  const quad: Quad = [
    [0, 0],
    [200, 0],
    [200, 100],
    [0, 100],
  ];
  const line = cutOut(picture, quad, 20);
  assert.deepEqual([line.width, line.height], [40, 20]);
  assert.deepEqual([greyAt(line, 20, 8), greyAt(line, 20, 11)], [0, 250]);
  assert.deepEqual(cutOut(picture, quad, 100), cutOut(picture, quad));
});

test("a slanted line is straightened", () => {
  const picture = plain(60, 60, 0);
  // One bright diagonal band of pixels, 45 degrees down to the right.
  for (let i = 10; i < 50; i++) paint(picture, { left: i - 3, top: i, width: 7, height: 1 }, 255);
  const quad: Quad = [
    [14, 10],
    [46, 42],
    [42, 46],
    [10, 14],
  ];
  const line = cutOut(picture, quad);
  assert.equal(line.width, Math.round(Math.hypot(32, 32)));
  assert.equal(line.height, Math.round(Math.hypot(4, 4)));
  for (let x = 3; x < line.width - 3; x++) assert.equal(greyAt(line, x, line.height >> 1), 255, `column ${x}`);
});

test("parts outside the picture repeat its edge", () => {
  const quad: Quad = [
    [-4, -4],
    [4, -4],
    [4, 4],
    [-4, 4],
  ];
  assert.deepEqual(cutOut(plain(3, 3, 77), quad), plain(8, 8, 77));
});

test("a quarter turn lays text that runs downwards on its side, first character left", () => {
  const column = plain(2, 6, 0);
  paint(column, { left: 0, top: 0, width: 2, height: 2 }, 255);
  const quad: Quad = [
    [0, 0],
    [2, 0],
    [2, 6],
    [0, 6],
  ];
  const line = cutOut(column, quarterTurn(quad));
  assert.deepEqual([line.width, line.height], [6, 2]);
  assert.equal(greyAt(line, 0, 0), 255);
  assert.equal(greyAt(line, 5, 1), 0);
});
