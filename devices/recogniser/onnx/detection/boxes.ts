import type { Quad } from "#contract/reading";
import { mapQuad, orderCorners } from "../geometry.ts";
import { DETECTION } from "../thresholds.ts";
import { convexHull, cornersOf, sidesOf, smallestRectangle } from "./rectangle.ts";
import { connectedRegions, type TextMap } from "./regions.ts";

/** A line of text as detection sees it. */
export interface TextBox {
  readonly quad: Quad;
  /** Mean text probability, 0..1. */
  readonly score: number;
}

/**
 * Text boxes of a probability map, in map pixels: the post-processing of "Real-time Scene Text Detection with
 * Differentiable Binarization" (Liao et al., 2020). The network is trained on text areas that were shrunk, so every
 * rectangle is grown again by area x factor / circumference.
 */
export function boxesOf(map: TextMap): TextBox[] {
  const boxes: TextBox[] = [];
  for (const region of connectedRegions(map, DETECTION.pixelThreshold)) {
    if (region.pixels < DETECTION.minPixels || region.score < DETECTION.boxThreshold) continue;
    const rectangle = smallestRectangle(convexHull(region.outline));
    if (rectangle === undefined) continue;
    const [along, across] = sidesOf(rectangle);
    if (Math.min(along, across) < DETECTION.minSide) continue;
    const margin = (along * across * DETECTION.growth) / (2 * (along + across));
    const inside = mapQuad(cornersOf(rectangle, margin), ([x, y]) => [
      Math.max(0, Math.min(map.width, x)),
      Math.max(0, Math.min(map.height, y)),
    ]);
    boxes.push({ quad: orderCorners(inside), score: region.score });
  }
  return boxes;
}
