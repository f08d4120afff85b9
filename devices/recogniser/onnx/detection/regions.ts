import type { Point } from "#contract/reading";

/** Probability that a pixel lies on text, row by row, 0..1. */
export interface TextMap {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** One connected patch of text pixels. */
export interface Region {
  /** Mean probability over its pixels. */
  readonly score: number;
  readonly pixels: number;
  /** The outer corners of its first and last pixel in every row: enough for its convex hull. */
  readonly outline: readonly Point[];
}

/** Patches of neighbouring pixels (eight directions) above `threshold`, in reading order of their first pixel. */
export function connectedRegions(map: TextMap, threshold: number): Region[] {
  const seen = new Uint8Array(map.values.length);
  const stack = new Int32Array(map.values.length);
  const regions: Region[] = [];
  for (let start = 0; start < map.values.length; start++) {
    if (seen[start] === 1 || (map.values[start] ?? 0) <= threshold) continue;
    regions.push(flood(map, threshold, start, seen, stack));
  }
  return regions;
}

function flood(map: TextMap, threshold: number, start: number, seen: Uint8Array, stack: Int32Array): Region {
  const rows = new Map<number, [first: number, last: number]>();
  let depth = 0;
  let sum = 0;
  let pixels = 0;
  const visit = (index: number) => {
    if (seen[index] === 1 || (map.values[index] ?? 0) <= threshold) return;
    seen[index] = 1;
    stack[depth++] = index;
  };
  visit(start);
  while (depth > 0) {
    const index = stack[--depth] ?? 0;
    const x = index % map.width;
    const y = (index - x) / map.width;
    sum += map.values[index] ?? 0;
    pixels++;
    const row = rows.get(y);
    if (row === undefined) rows.set(y, [x, x]);
    else if (x < row[0]) row[0] = x;
    else if (x > row[1]) row[1] = x;
    for (let nextY = Math.max(0, y - 1); nextY <= Math.min(map.height - 1, y + 1); nextY++) {
      for (let nextX = Math.max(0, x - 1); nextX <= Math.min(map.width - 1, x + 1); nextX++) {
        visit(nextY * map.width + nextX);
      }
    }
  }
  return { score: sum / pixels, pixels, outline: outlineOf(rows) };
}

function outlineOf(rows: ReadonlyMap<number, readonly [number, number]>): Point[] {
  const outline: Point[] = [];
  for (const [y, [first, last]] of rows) {
    outline.push([first, y], [last + 1, y], [first, y + 1], [last + 1, y + 1]);
  }
  return outline;
}
