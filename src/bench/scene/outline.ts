/**
 * Flat outlines in metres, before they are seen by a camera. `x` runs to the right and `y` down, as on a sheet of paper
 * that is then held against a surface of the scene.
 */
export type Command =
  | { readonly type: "M" | "L"; readonly x: number; readonly y: number }
  | { readonly type: "Q"; readonly x1: number; readonly y1: number; readonly x: number; readonly y: number }
  | {
      readonly type: "C";
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly type: "Z" };

export type Outline = readonly Command[];

/** How far the control point of a quarter circle lies from its corner point, for a radius of 1. */
const QUARTER = 0.5523;

export function polygon(...points: readonly (readonly [x: number, y: number])[]): Outline {
  const corners = points.map(([x, y], index): Command => ({ type: index === 0 ? "M" : "L", x, y }));
  return [...corners, { type: "Z" }];
}

export function rectangle(x: number, y: number, width: number, height: number): Outline {
  return polygon([x, y], [x + width, y], [x + width, y + height], [x, y + height]);
}

/** A rectangle whose corners are quarter circles of `radius`. */
export function roundedRectangle(x: number, y: number, width: number, height: number, radius: number): Outline {
  const r = Math.min(radius, width / 2, height / 2);
  const k = r * (1 - QUARTER);
  const right = x + width;
  const bottom = y + height;
  return [
    { type: "M", x: x + r, y },
    { type: "L", x: right - r, y },
    { type: "C", x1: right - k, y1: y, x2: right, y2: y + k, x: right, y: y + r },
    { type: "L", x: right, y: bottom - r },
    { type: "C", x1: right, y1: bottom - k, x2: right - k, y2: bottom, x: right - r, y: bottom },
    { type: "L", x: x + r, y: bottom },
    { type: "C", x1: x + k, y1: bottom, x2: x, y2: bottom - k, x, y: bottom - r },
    { type: "L", x, y: y + r },
    { type: "C", x1: x, y1: y + k, x2: x + k, y2: y, x: x + r, y },
    { type: "Z" },
  ];
}

export function ellipse(cx: number, cy: number, rx: number, ry: number): Outline {
  const kx = rx * QUARTER;
  const ky = ry * QUARTER;
  return [
    { type: "M", x: cx + rx, y: cy },
    { type: "C", x1: cx + rx, y1: cy + ky, x2: cx + kx, y2: cy + ry, x: cx, y: cy + ry },
    { type: "C", x1: cx - kx, y1: cy + ry, x2: cx - rx, y2: cy + ky, x: cx - rx, y: cy },
    { type: "C", x1: cx - rx, y1: cy - ky, x2: cx - kx, y2: cy - ry, x: cx, y: cy - ry },
    { type: "C", x1: cx + kx, y1: cy - ry, x2: cx + rx, y2: cy - ky, x: cx + rx, y: cy },
    { type: "Z" },
  ];
}

/** A straight bar of `thickness` from one point to another. */
export function bar(x1: number, y1: number, x2: number, y2: number, thickness: number): Outline {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const nx = ((y2 - y1) / length) * (thickness / 2);
  const ny = ((x1 - x2) / length) * (thickness / 2);
  return polygon([x1 + nx, y1 + ny], [x2 + nx, y2 + ny], [x2 - nx, y2 - ny], [x1 - nx, y1 - ny]);
}

/** A frame: a rectangle with a rectangular hole, to be filled with the even-odd rule. */
export function frame(x: number, y: number, width: number, height: number, thickness: number): Outline {
  return [
    ...rectangle(x, y, width, height),
    ...rectangle(x + thickness, y + thickness, width - 2 * thickness, height - 2 * thickness),
  ];
}
