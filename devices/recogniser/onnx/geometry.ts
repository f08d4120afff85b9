import type { Point, Quad } from "#contract/reading";

/** Small helpers on points and four-cornered boxes, in picture pixels. */

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The point `share` of the way from `a` to `b`; shares outside 0..1 extend the line. */
export function between(a: Point, b: Point, share: number): Point {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

/** A quad with every corner moved by the same rule. */
export function mapQuad(quad: Quad, move: (corner: Point) => Point): Quad {
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])];
}

export function centreOf(quad: Quad): Point {
  const [a, b, c, d] = quad;
  return [(a[0] + b[0] + c[0] + d[0]) / 4, (a[1] + b[1] + c[1] + d[1]) / 4];
}

/** Length of the top edge. */
export function widthOf(quad: Quad): number {
  return distance(quad[0], quad[1]);
}

/** Length of the left edge. */
export function heightOf(quad: Quad): number {
  return distance(quad[0], quad[3]);
}

/** A quad made longer by `along` of its height at both ends, and its height by `across` of itself on both sides. */
export function growQuad(quad: Quad, along: number, across: number): Quad {
  const share = (along * heightOf(quad)) / Math.max(1, widthOf(quad));
  const wide: Quad = [
    between(quad[0], quad[1], -share),
    between(quad[1], quad[0], -share),
    between(quad[2], quad[3], -share),
    between(quad[3], quad[2], -share),
  ];
  return [
    between(wide[0], wide[3], -across),
    between(wide[1], wide[2], -across),
    between(wide[2], wide[1], -across),
    between(wide[3], wide[0], -across),
  ];
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The upright rectangle around a quad. */
export function boundsOf(quad: Quad): Bounds {
  const xs = quad.map((point) => point[0]);
  const ys = quad.map((point) => point[1]);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** The upright quad around several quads. */
export function enclose(quads: readonly Quad[]): Quad {
  const all = quads.map(boundsOf);
  const left = Math.min(...all.map((bounds) => bounds.left));
  const top = Math.min(...all.map((bounds) => bounds.top));
  const right = Math.max(...all.map((bounds) => bounds.right));
  const bottom = Math.max(...all.map((bounds) => bounds.bottom));
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/**
 * The corners of a rectangle, in any order, sorted into top-left, top-right, bottom-right, bottom-left. A rectangle
 * that rather stands than lies is split into its upper and lower end: the corners of a leaning column are not told
 * apart by their distance from the left.
 */
export function orderCorners(corners: Quad): Quad {
  const [from, ...others] = corners;
  // Seen from one corner, the others lie at the ends of the short side, the long side and the diagonal.
  const to = others.sort((p, q) => distance(from, p) - distance(from, q))[1] ?? from;
  const stands = Math.abs(to[1] - from[1]) > Math.abs(to[0] - from[0]);
  const [along, across] = stands ? ([1, 0] as const) : ([0, 1] as const);
  const [a, b, c, d] = [...corners].sort((p, q) => p[along] - q[along]) as [Point, Point, Point, Point];
  const [nearLow, nearHigh] = a[across] < b[across] ? [a, b] : [b, a];
  const [farLow, farHigh] = c[across] < d[across] ? [c, d] : [d, c];
  return stands ? [nearLow, nearHigh, farHigh, farLow] : [nearLow, farLow, farHigh, nearHigh];
}
