import assert from "node:assert/strict";
import { test } from "node:test";
import { type CameraPose, createCamera, type Vector } from "#bench/scene/camera";
import { clipped } from "#bench/scene/clip";
import { Drawing, type Light } from "#bench/scene/drawing";
import { ellipse, polygon, rectangle } from "#bench/scene/outline";
import { createRandom, shuffled } from "#bench/scene/random";

const LEVEL: CameraPose = {
  position: [-10, 0, 2],
  target: [0, 0, 2],
  focalPx: 1000,
  yawDegrees: 0,
  pitchDegrees: 0,
  rollDegrees: 0,
};

const SEEN: readonly [string, Partial<CameraPose>, Vector, { x: number; y: number; depth: number }][] = [
  ["the target is in the middle", {}, [0, 0, 2], { x: 640, y: 360, depth: 10 }],
  ["left of the driver is left in a view along the lane", {}, [0, 1, 2], { x: 540, y: 360, depth: 10 }],
  ["up is up", {}, [0, 0, 3], { x: 640, y: 260, depth: 10 }],
  ["twice as far is half as big", {}, [10, 1, 2], { x: 590, y: 360, depth: 20 }],
  ["behind the camera the depth is negative", {}, [-12, 0, 2], { x: 640, y: 360, depth: -2 }],
  ["yaw carries the camera around the target", { yawDegrees: 90 }, [1, 0, 2], { x: 740, y: 360, depth: 10 }],
  ["pitch raises it", { pitchDegrees: 90 }, [1, 0, 2], { x: 640, y: 260, depth: 10 }],
  ["roll turns the picture", { rollDegrees: 90 }, [0, 0, 3], { x: 740, y: 360, depth: 10 }],
];

for (const [name, change, point, expected] of SEEN) {
  test(name, () => {
    const seen = createCamera({ ...LEVEL, ...change }, 1280, 720).project(point);
    for (const key of ["x", "y", "depth"] as const) {
      assert.ok(Math.abs(seen[key] - expected[key]) < 1e-3, `${key} is ${seen[key]}, not ${expected[key]}`);
    }
  });
}

test("what lies behind the camera is cut off along a straight line", () => {
  const square = rectangle(-1, -1, 2, 2);
  const depth = (_x: number, y: number) => y;
  assert.deepEqual(clipped(square, depth, -2), square);
  assert.deepEqual(clipped(square, depth, 2), []);
  const half = clipped(square, depth, 0.5).flatMap((command) => (command.type === "Z" ? [] : [[command.x, command.y]]));
  assert.deepEqual(new Set(half.map(String)), new Set(["1,0.5", "1,1", "-1,1", "-1,0.5"]));
  assert.deepEqual(clipped(ellipse(0, 0, 1, 1), depth, 0.5), []);
});

const DAYLIGHT: Light = { tint: [1, 1, 1], haze: [200, 200, 200], hazePerMetre: 0 };
const WALL = { origin: [0, 0, 2], right: [0, -1, 0], down: [0, 0, -1], shade: 1 } as const;

test("an outline is painted where the camera sees it, in the light of the scene", () => {
  const camera = createCamera(LEVEL, 1280, 720);
  const paint = (light: Light, shade: number, glow: number) => {
    const drawing = new Drawing(camera, light);
    drawing.fill({ ...WALL, shade }, polygon([0, 0], [1, 0], [0, 1]), { fill: "#204060", glow });
    return drawing.toSvg();
  };
  assert.match(paint(DAYLIGHT, 1, 0), /d="M640.00 360.00L740.00 360.00L640.00 460.00Z" fill="rgb\(32,64,96\)"/);
  assert.match(paint(DAYLIGHT, 0.5, 0), /fill="rgb\(16,32,48\)"/);
  assert.match(paint({ ...DAYLIGHT, tint: [0.25, 0.25, 0.25] }, 1, 0), /fill="rgb\(8,16,24\)"/);
  assert.match(paint({ ...DAYLIGHT, tint: [0.25, 0.25, 0.25] }, 1, 1), /fill="rgb\(32,64,96\)"/);
  assert.match(paint({ ...DAYLIGHT, hazePerMetre: 100 }, 1, 1), /fill="rgb\(200,200,200\)"/);
});

test("random numbers repeat with the seed and spread over their range", () => {
  const draw = (seed: number) => Array.from({ length: 2000 }, createRandom(seed).next);
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
  const values = draw(5);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = values.filter((value) => Math.floor(value * 10) === tenth).length;
    assert.ok(share > 140 && share < 260, `${share} of 2000 values in tenth ${tenth}`);
  }
});

test("a shuffled list keeps its elements", () => {
  const list = Array.from({ length: 50 }, (_, index) => index);
  const mixed = shuffled(list, createRandom(1));
  assert.notDeepEqual(mixed, list);
  assert.deepEqual(
    mixed.toSorted((a, b) => a - b),
    list,
  );
});
