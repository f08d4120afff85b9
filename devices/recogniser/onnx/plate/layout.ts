import type { Quad } from "#contract/reading";
import { type Bounds, between, boundsOf, centreOf, heightOf, widthOf } from "../geometry.ts";
import type { Lattice } from "../lines/lattice.ts";
import { PLATE_LAYOUT } from "../thresholds.ts";

/** One line of text that may be a plate or a half of one. */
export interface PlateLine {
  readonly quad: Quad;
  /** As read, without separators and spaces, upper case. */
  readonly text: string;
  readonly lattice: Lattice;
}

/** The identifier characters of a line: dots, dashes, spaces and screw heads fall out. */
export function plateText(raw: string): string {
  return raw.toUpperCase().replace(/[^A-Z0-9\u4e00-\u9fff]/g, "");
}

/** Could `lower` be the second line of a plate that begins with `upper`? */
export function isSecondLine(upper: PlateLine, lower: PlateLine): boolean {
  if (upper === lower) return false;
  const height = heightOf(upper.quad);
  const below = centreOf(lower.quad)[1] - centreOf(upper.quad)[1];
  const ratio = height / heightOf(lower.quad);
  const upperBounds = boundsOf(upper.quad);
  const lowerBounds = boundsOf(lower.quad);
  const narrower = Math.min(widthOf(upper.quad), widthOf(lower.quad));
  return (
    below > PLATE_LAYOUT.minBelow * height &&
    below < PLATE_LAYOUT.maxBelow * Math.max(height, heightOf(lower.quad)) &&
    overlap(upperBounds, lowerBounds) > PLATE_LAYOUT.minOverlap * narrower &&
    ratio > PLATE_LAYOUT.minHeightRatio &&
    ratio < PLATE_LAYOUT.maxHeightRatio
  );
}

function overlap(a: Bounds, b: Bounds): number {
  return Math.min(a.right, b.right) - Math.max(a.left, b.left);
}

/** Is this the text of a first line: province and series? */
export function isUpperText(text: string): boolean {
  return /^[0-9A-Z\u4e00-\u9fff]{2,4}$/.test(text);
}

/** Is this the text of a second line: four or five digits, or a Chinese serial with at least two? */
export function isLowerText(text: string): boolean {
  const digits = text.match(/\d/g)?.length ?? 0;
  return digits >= 2 && (/^[0-9A-Z]{4,5}$/.test(text) || /^[0-9A-Z]{4}[\u4e00-\u9fff]$/.test(text));
}

/** The region above a line: `gap` and `height` in heights of the line, `width` as a share of its width, centred. */
export function regionAbove(
  quad: Quad,
  { gap, height, width }: { readonly gap: number; readonly height: number; readonly width: number },
): Quad {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const upperLeft = between(bottomLeft, topLeft, 1 + gap + height);
  const upperRight = between(bottomRight, topRight, 1 + gap + height);
  const lowerLeft = between(bottomLeft, topLeft, 1 + gap);
  const lowerRight = between(bottomRight, topRight, 1 + gap);
  const side = (1 - width) / 2;
  return [
    between(upperLeft, upperRight, side),
    between(upperLeft, upperRight, 1 - side),
    between(lowerLeft, lowerRight, 1 - side),
    between(lowerLeft, lowerRight, side),
  ];
}
