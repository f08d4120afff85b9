import { createHash } from "node:crypto";
import { createRandom, type Random } from "../scene/random.ts";
import { decode, encode, fromRaster, overlaid, type Raster, toRaster } from "./raster.ts";

/**
 * What weather, light, dirt and cheap links do to the picture of a lane camera. Every kind has three strengths: a bad
 * day, a very bad day, and one on which a person has trouble too. The same picture, strength and seed give the same pixels.
 */
export interface Degradation {
  readonly name: string;
  /** What the number of a strength means. */
  readonly unit: string;
  readonly strengths: readonly [number, number, number];
  /** `random` is all the chance there is. */
  apply(jpeg: Buffer, strength: number, random: Random): Promise<Buffer>;
}

/** Width in pixels that lengths below are given for; they grow with the picture, and shrink with it to a half. */
const REFERENCE_WIDTH = 1280;
/** Small pictures are close views cut out of larger ones: their characters are not smaller in the same measure. */
const LEAST_SCALE = 0.5;
const scaleOf = (raster: Raster) => Math.max(LEAST_SCALE, raster.width / REFERENCE_WIDTH);

const onPixels =
  (change: (raster: Raster, strength: number, random: Random) => Promise<Raster>): Degradation["apply"] =>
  async (jpeg, strength, random) =>
    encode(await change(await decode(jpeg), strength, random));

export const DEGRADATIONS: readonly Degradation[] = [
  { name: "rain", unit: "streaks", strengths: [300, 900, 2000], apply: onPixels(rain) },
  { name: "blur", unit: "sigma in pixels at a width of 1280", strengths: [1, 2, 3.5], apply: onPixels(blur) },
  { name: "night", unit: "share of the light", strengths: [0.35, 0.18, 0.08], apply: onPixels(night) },
  { name: "glare", unit: "radius as a share of the width", strengths: [0.15, 0.3, 0.5], apply: onPixels(glare) },
  {
    name: "jpeg",
    unit: "quality",
    strengths: [40, 20, 10],
    apply: async (jpeg, quality) => encode(await decode(jpeg), quality),
  },
  { name: "tilt", unit: "degrees", strengths: [5, 15, 30], apply: onPixels(tilt) },
  { name: "occlusion", unit: "share under mud", strengths: [0.05, 0.1, 0.2], apply: onPixels(occlusion) },
];

/** The damaged picture. Depends on the bytes of the picture, the damage, its strength and the seed only. */
export async function degrade(jpeg: Buffer, kind: Degradation, strength: number, seed: number): Promise<Buffer> {
  const digest = createHash("sha256").update(jpeg).update(`${kind.name} ${strength} ${seed}`).digest();
  return kind.apply(jpeg, strength, createRandom(digest.readInt32BE(0)));
}

async function rain(raster: Raster, streaks: number, random: Random): Promise<Raster> {
  const { width, height } = raster;
  const slant = random.between(-0.25, 0.25);
  const lines = Array.from({ length: streaks }, () => {
    const x = random.between(0, width);
    const y = random.between(-0.05, 1) * height;
    const length = random.between(0.02, 0.06) * height;
    const end = `x2="${(x + slant * length).toFixed(1)}" y2="${(y + length).toFixed(1)}"`;
    const light = random.between(0.12, 0.4).toFixed(2);
    const thick = (random.between(0.8, 2) * scaleOf(raster)).toFixed(2);
    return `<line x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" ${end} stroke-opacity="${light}" stroke-width="${thick}"/>`;
  });
  const wet = await overlaid(raster, `<g stroke="#e6ecf2">${lines.join("")}</g>`);
  // Water in the air takes contrast away before it makes streaks.
  return toRaster(fromRaster(wet).linear(0.85, 24));
}

async function blur(raster: Raster, sigma: number): Promise<Raster> {
  // The library's own cut-off would leave a slight blur out altogether.
  return toRaster(fromRaster(raster).blur({ sigma: sigma * scaleOf(raster), minAmplitude: 0.01 }));
}

/** Sensor noise at full gain, levels of 255. */
const NIGHT_NOISE = 9;

async function night(raster: Raster, light: number, random: Random): Promise<Raster> {
  const pixels = Buffer.alloc(raster.pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    // The sum of three even numbers is near enough to a bell, with a deviation of 1.
    const noise = (random.next() + random.next() + random.next() - 1.5) * 2;
    const level = (raster.pixels[at] ?? 0) * light + noise * NIGHT_NOISE;
    pixels[at] = Math.max(0, Math.min(255, Math.round(level)));
  }
  return { ...raster, pixels };
}

async function glare(raster: Raster, radius: number, random: Random): Promise<Raster> {
  const x = (random.between(0.25, 0.75) * raster.width).toFixed(1);
  const y = (random.between(0.25, 0.75) * raster.height).toFixed(1);
  const stops = `<stop offset="0" stop-color="#fff"/><stop offset="0.35" stop-color="#fff" stop-opacity="0.85"/><stop offset="1" stop-color="#fff" stop-opacity="0"/>`;
  const place = `cx="${x}" cy="${y}" r="${(radius * raster.width).toFixed(1)}"`;
  const gradient = `<radialGradient id="g" gradientUnits="userSpaceOnUse" ${place}>${stops}</radialGradient>`;
  return overlaid(raster, `<defs>${gradient}</defs><circle ${place} fill="url(#g)"/>`, "screen");
}

async function tilt(raster: Raster, degrees: number, random: Random): Promise<Raster> {
  const angle = random.next() < 0.5 ? -degrees : degrees;
  return toRaster(fromRaster(raster).rotate(angle, { background: "#5a5a5a" }));
}

/** Size of one splash of mud as a share of the width. */
const SPLASH_RADIUS = 0.018;

async function occlusion(raster: Raster, share: number, random: Random): Promise<Raster> {
  const { width, height } = raster;
  const radius = SPLASH_RADIUS * width;
  const count = Math.ceil((share * width * height) / (Math.PI * radius * radius));
  const splashes = Array.from({ length: count }, () => {
    const rx = radius * random.between(0.6, 1.4);
    const ry = (radius * radius) / rx;
    const place = `cx="${random.between(0, width).toFixed(1)}" cy="${random.between(0, height).toFixed(1)}"`;
    return `<ellipse ${place} rx="${rx.toFixed(1)}" ry="${ry.toFixed(1)}"/>`;
  });
  return overlaid(raster, `<g fill="#4a3a28">${splashes.join("")}</g>`);
}
