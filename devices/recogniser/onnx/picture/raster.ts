import type { Quad } from "#contract/reading";
import { distance } from "../geometry.ts";

/** Decoded pixels: red, green, blue, one byte each, rows from the top. */
export interface Raster {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** How many times finer than the target a shrinking resample looks at its source, each way. */
const MAX_SAMPLES = 6;

function clamp(value: number, high: number): number {
  return Math.max(0, Math.min(value, high));
}

/** Adds the bilinear sample of `source` at (x, y), multiplied by `weight`, to the three floats of `into`. */
function addSample(source: Raster, atX: number, atY: number, weight: number, into: Float32Array): void {
  const { pixels, width, height } = source;
  const x = clamp(atX, width - 1);
  const y = clamp(atY, height - 1);
  const left = Math.trunc(x);
  const top = Math.trunc(y);
  const right = left + 1 < width ? 3 : 0;
  const down = top + 1 < height ? width * 3 : 0;
  const shareX = x - left;
  const shareY = y - top;
  const at = (top * width + left) * 3;
  for (let channel = 0; channel < 3; channel++) {
    const first = at + channel;
    // Every index lies inside the picture; this runs for every pixel of every line of text.
    const upper = (pixels[first] as number) * (1 - shareX) + (pixels[first + right] as number) * shareX;
    const lower = (pixels[first + down] as number) * (1 - shareX) + (pixels[first + down + right] as number) * shareX;
    into[channel] = (into[channel] as number) + (upper * (1 - shareY) + lower * shareY) * weight;
  }
}

/** Writes the three floats as one pixel, without their fractions. */
function put(pixels: Uint8Array, at: number, sum: Float32Array): void {
  pixels[at] = sum[0] as number;
  pixels[at + 1] = sum[1] as number;
  pixels[at + 2] = sum[2] as number;
}

/** Resamples to `width` x `height`; when shrinking, every target pixel averages several source samples. */
export function resize(source: Raster, width: number, height: number): Raster {
  const pixels = new Uint8Array(width * height * 3);
  const stepX = source.width / width;
  const stepY = source.height / height;
  const acrossX = Math.max(1, Math.min(MAX_SAMPLES, Math.round(stepX)));
  const acrossY = Math.max(1, Math.min(MAX_SAMPLES, Math.round(stepY)));
  const weight = 1 / (acrossX * acrossY);
  const sum = new Float32Array(3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum.fill(0);
      for (let j = 0; j < acrossY; j++) {
        const sourceY = (y + (j + 0.5) / acrossY) * stepY - 0.5;
        for (let i = 0; i < acrossX; i++) {
          addSample(source, (x + (i + 0.5) / acrossX) * stepX - 0.5, sourceY, weight, sum);
        }
      }
      put(pixels, (y * width + x) * 3, sum);
    }
  }
  return { pixels, width, height };
}

/**
 * Cuts a quad out of a picture and straightens it. Bilinear in the corners, which is exact for the rectangles that
 * detection gives and near enough for a plate seen at an angle. Parts outside the picture repeat its edge. What is
 * higher than `maxHeight` pixels is made smaller on the way.
 */
export function cutOut(picture: Raster, quad: Quad, maxHeight = Number.POSITIVE_INFINITY): Raster {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const wide = Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight));
  const high = Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight));
  const scale = Math.min(1, maxHeight / high);
  const width = Math.max(2, Math.round(wide * scale));
  const height = Math.max(2, Math.round(high * scale));
  const pixels = new Uint8Array(width * height * 3);
  const sum = new Float32Array(3);
  for (let y = 0; y < height; y++) {
    const down = (y + 0.5) / height;
    const startX = topLeft[0] + (bottomLeft[0] - topLeft[0]) * down - 0.5;
    const startY = topLeft[1] + (bottomLeft[1] - topLeft[1]) * down - 0.5;
    const endX = topRight[0] + (bottomRight[0] - topRight[0]) * down - 0.5;
    const endY = topRight[1] + (bottomRight[1] - topRight[1]) * down - 0.5;
    for (let x = 0; x < width; x++) {
      const across = (x + 0.5) / width;
      sum.fill(0);
      addSample(picture, startX + (endX - startX) * across, startY + (endY - startY) * across, 1, sum);
      put(pixels, (y * width + x) * 3, sum);
    }
  }
  return { pixels, width, height };
}

/** The quad of the same region whose cut-out is turned a quarter anticlockwise: reads text that runs downwards. */
export function quarterTurn(quad: Quad): Quad {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  return [topRight, bottomRight, bottomLeft, topLeft];
}
