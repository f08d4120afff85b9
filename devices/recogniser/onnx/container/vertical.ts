import type { Point, Quad } from "#contract/reading";
import type { TextDetector } from "../detection/text-detector.ts";
import { between, distance, heightOf, widthOf } from "../geometry.ts";
import { type LineReaders, READERS } from "../lines/line-reader.ts";
import { cutOut, type Raster } from "../picture/raster.ts";
import { VERTICAL } from "../thresholds.ts";
import { restack } from "./restack.ts";
import { type Sighting, sightingsIn } from "./sighting.ts";

/**
 * Numbers painted from top to bottom. Detection sees stacked characters as separate spots; in a picture squashed to
 * half its height they become one column, which is then cut apart and set side by side.
 */
export async function lookForColumns(picture: Raster, detector: TextDetector, lines: LineReaders): Promise<Sighting[]> {
  const boxes = await detector.detect(picture, VERTICAL.view);
  const columns = boxes
    .map(({ quad }) => quad)
    .filter((quad) => heightOf(quad) > VERTICAL.minRatio * widthOf(quad))
    .sort((a, b) => heightOf(b) - heightOf(a))
    .slice(0, VERTICAL.maxColumns);
  const sightings: Sighting[] = [];
  for (const column of columns) {
    for (const framing of VERTICAL.framings) {
      const quad = stretchColumn(column, framing);
      const line = restack(cutOut(picture, quad));
      if (line === undefined) continue;
      for (const by of READERS) sightings.push(...sightingsIn((await lines[by].read(line)).lattice, quad, by));
    }
  }
  return sightings;
}

/** A column made wider by a factor and longer by multiples of its width at top and bottom. */
export function stretchColumn(
  quad: Quad,
  { widen, above, below }: { readonly widen: number; readonly above: number; readonly below: number },
): Quad {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const width = (distance(topLeft, topRight) + distance(bottomRight, bottomLeft)) / 2;
  const top = between(topLeft, topRight, 0.5);
  const bottom = between(bottomLeft, bottomRight, 0.5);
  const length = distance(top, bottom) || 1;
  const ux = (bottom[0] - top[0]) / length;
  const uy = (bottom[1] - top[1]) / length;
  const half = (width * widen) / 2;
  const corner = (end: Point, along: number, side: number): Point => [
    end[0] + ux * along + uy * side,
    end[1] + uy * along - ux * side,
  ];
  return [
    corner(top, -above * width, -half),
    corner(top, -above * width, half),
    corner(bottom, below * width, half),
    corner(bottom, below * width, -half),
  ];
}
