import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import sharp from "sharp";
import { DEGRADATIONS, degrade } from "#bench/degrade/degradations";

const WIDTH = 320;
const HEIGHT = 200;
let original: Buffer;

/** Bars on a grey wall, so that blur and tilt have something to change. */
before(async () => {
  const bars = Array.from({ length: 12 }, (_, at) => `<rect x="${at * 26}" y="60" width="9" height="80" fill="#eee"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#466"/>${bars.join("")}</svg>`;
  original = await sharp(Buffer.from(svg)).jpeg({ quality: 95 }).toBuffer();
});

async function pixels(jpeg: Buffer, width = WIDTH, height = HEIGHT): Promise<Buffer> {
  return sharp(jpeg).resize(width, height, { fit: "cover" }).removeAlpha().raw().toBuffer();
}

/** Mean distance of two pictures, levels of 255. */
async function distance(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = [await pixels(one), await pixels(other)];
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
  return sum / a.length;
}

for (const kind of DEGRADATIONS) {
  describe(kind.name, () => {
    test("hurts more with every strength", async () => {
      const hurts: number[] = [];
      for (const strength of kind.strengths) {
        const damaged = await degrade(original, kind, strength, 1);
        assert.equal((await sharp(damaged).metadata()).format, "jpeg");
        hurts.push(await distance(original, damaged));
      }
      const [weak = 0, middle = 0, strong = 0] = hurts;
      assert.ok(weak > 0.3 && weak < middle && middle < strong, `distances ${hurts.join(", ")}`);
    });

    test("is the same for the same seed", async () => {
      const [, strength] = kind.strengths;
      const first = await degrade(original, kind, strength, 1);
      assert.deepEqual(await degrade(original, kind, strength, 1), first);
    });
  });
}

test("another seed rains elsewhere", async () => {
  const rain = DEGRADATIONS.find(({ name }) => name === "rain");
  assert.ok(rain);
  const [first, second] = [await degrade(original, rain, 300, 1), await degrade(original, rain, 300, 2)];
  assert.ok((await distance(first, second)) > 0.3);
});

test("mud covers about the share that is asked for", async () => {
  const occlusion = DEGRADATIONS.find(({ name }) => name === "occlusion");
  assert.ok(occlusion);
  const data = await pixels(await degrade(original, occlusion, 0.2, 3));
  let covered = 0;
  for (let at = 0; at < data.length; at += 3) if ((data[at] ?? 0) - (data[at + 2] ?? 0) > 15) covered++;
  const share = covered / (WIDTH * HEIGHT);
  // Splashes overlap, so less than the sum of their areas is covered.
  assert.ok(share > 0.1 && share < 0.22, `${share} is under mud`);
});
