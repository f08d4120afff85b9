import type { Point, Quad } from "#contract/reading";

/** A rectangle at any angle: origin-based extents along a unit direction and along its normal. */
export interface Rectangle {
  readonly direction: Point;
  readonly along: readonly [low: number, high: number];
  readonly across: readonly [low: number, high: number];
}

/** Convex hull by the monotone chain method, anticlockwise in a y-down picture. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const lower = halfHull(sorted);
  const upper = halfHull(sorted.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function halfHull(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (hull.length > 1) {
      const last = hull[hull.length - 1] as Point;
      const before = hull[hull.length - 2] as Point;
      const turn = (last[0] - before[0]) * (point[1] - before[1]) - (last[1] - before[1]) * (point[0] - before[0]);
      if (turn > 0) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** The smallest rectangle around a convex hull; one of its sides always lies on a hull edge. Undefined for a point. */
export function smallestRectangle(hull: readonly Point[]): Rectangle | undefined {
  let best: Rectangle | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  hull.forEach((from, index) => {
    const to = hull[(index + 1) % hull.length] as Point;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length < 1e-6) return;
    const rectangle = alignedTo([(to[0] - from[0]) / length, (to[1] - from[1]) / length], hull);
    const area = (rectangle.along[1] - rectangle.along[0]) * (rectangle.across[1] - rectangle.across[0]);
    if (area < bestArea) {
      best = rectangle;
      bestArea = area;
    }
  });
  return best;
}

function alignedTo(direction: Point, hull: readonly Point[]): Rectangle {
  const along = hull.map(([x, y]) => x * direction[0] + y * direction[1]);
  const across = hull.map(([x, y]) => y * direction[0] - x * direction[1]);
  return {
    direction,
    along: [Math.min(...along), Math.max(...along)],
    across: [Math.min(...across), Math.max(...across)],
  };
}

export function sidesOf(rectangle: Rectangle): [along: number, across: number] {
  return [rectangle.along[1] - rectangle.along[0], rectangle.across[1] - rectangle.across[0]];
}

/** The four corners after moving every side outwards by `margin`. */
export function cornersOf(rectangle: Rectangle, margin: number): Quad {
  const { direction, along, across } = rectangle;
  const corner = (s: number, t: number): Point => [
    s * direction[0] - t * direction[1],
    s * direction[1] + t * direction[0],
  ];
  const [low, high] = [along[0] - margin, along[1] + margin];
  const [near, far] = [across[0] - margin, across[1] + margin];
  return [corner(low, near), corner(high, near), corner(high, far), corner(low, far)];
}
