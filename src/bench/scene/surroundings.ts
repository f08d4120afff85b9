import type { Vector } from "./camera.ts";
import { toned } from "./colour.ts";
import type { Drawing, Surface } from "./drawing.ts";
import { bar, ellipse, polygon, rectangle } from "./outline.ts";
import type { Random } from "./random.ts";

/** Where the background of a picture stands. */
export interface Site {
  /** Middle of the background, and the direction that runs to the right in the picture. */
  readonly middle: Vector;
  readonly right: Vector;
  /** Half the width that must be filled, metres. */
  readonly reach: number;
}

/** A sheet of paper lying on the road with (0, 0) at the given point; paper right is `right`, paper down is `towards`. */
export function road(at: Vector, right: Vector, towards: Vector): Surface {
  return { origin: at, right, down: towards, shade: 1 };
}

/** An upright sheet with (0, 0) on the road at the given point; heights above the road are negative y. */
export function upright(at: Vector, right: Vector, shade = 1): Surface {
  return { origin: at, right, down: [0, 0, -1], shade };
}

/** Sky, hills, a hall, stacked boxes and a fence: what lies far behind the lane and is out of focus. */
export function paintBackground(drawing: Drawing, site: Site, random: Random, night: boolean): void {
  const { reach } = site;
  const far = upright(site.middle, site.right);
  const sky = night ? { from: "#10151f", to: "#262c37" } : { from: "#a9c4da", to: "#eef2f2" };
  drawing.fill(far, rectangle(-reach, -40, 2 * reach, 41), { fill: { ...sky, line: [0, -16, 0, -3] } });
  paintHills(drawing, far, reach, random, 11, "#8ea3b0");
  paintHills(drawing, far, reach, random, 6.5, "#627c6b");
  paintHall(drawing, far, random.between(-16, 2), random, night);
  paintStacks(drawing, far, random.between(3, 11), random);
  for (let x = -reach; x < reach; x += 2.5) {
    drawing.fill(far, rectangle(x, -1.9, 0.09, 1.9), { fill: "#9aa2a6" });
  }
  for (const y of [-1.8, -1.2, -0.6]) drawing.fill(far, rectangle(-reach, y, 2 * reach, 0.05), { fill: "#9aa2a6" });
}

/** The steep limestone hills of the border country. */
function paintHills(drawing: Drawing, far: Surface, reach: number, random: Random, height: number, fill: string): void {
  for (let x = -reach; x < reach; x += random.between(4, 9)) {
    const wide = random.between(5, 11);
    const high = height * random.between(0.45, 1);
    const shoulder = random.between(0.55, 0.8);
    const outline = polygon(
      [x - wide, 0],
      [x - wide * 0.62, -high * shoulder],
      [x - wide * 0.22, -high * 0.97],
      [x + wide * 0.14, -high],
      [x + wide * 0.55, -high * shoulder * 0.9],
      [x + wide, 0],
    );
    drawing.fill(far, outline, { fill: toned(fill, random.between(0.9, 1.08)) });
  }
}

function paintHall(drawing: Drawing, far: Surface, left: number, random: Random, night: boolean): void {
  const width = random.between(12, 16);
  drawing.fill(far, rectangle(left, -5.6, width, 5.6), { fill: "#d4d3cb" });
  drawing.fill(far, polygon([left - 0.6, -5.4], [left + width / 2, -7.2], [left + width + 0.6, -5.4]), {
    fill: "#8a3b32",
  });
  for (let x = left + 0.8; x + 1.1 < left + width; x += 1.9) {
    for (const y of [-4.8, -2.6]) {
      drawing.fill(far, rectangle(x, y, 1.1, 1.3), night ? { fill: "#e8c877", glow: 0.75 } : { fill: "#5b7081" });
    }
  }
}

const STACK_COLOURS = ["#8c3a2e", "#2f5d86", "#7a7f83", "#3f6b52", "#a8752c"] as const;

function paintStacks(drawing: Drawing, far: Surface, left: number, random: Random): void {
  for (let column = 0; column < 3; column++) {
    const x = left + column * 6.2;
    for (let tier = 0; tier < random.integer(2, 3); tier++) {
      const fill = random.pick(STACK_COLOURS);
      drawing.fill(far, rectangle(x, -2.6 * (tier + 1), 6.05, 2.58), { fill });
      for (let rib = 0.3; rib < 6; rib += 0.55) {
        drawing.fill(far, rectangle(x + rib, -2.6 * (tier + 1) + 0.15, 0.18, 2.3), { fill: "#000000", opacity: 0.16 });
      }
    }
  }
}

/** The road of the lane and of the lane beside it. `length` runs away from the camera. */
export function paintRoad(drawing: Drawing, ground: Surface, length: number, random: Random, wet: boolean): void {
  const wide = 80;
  const asphalt = wet ? { from: "#53595e", to: "#2b2f33" } : { from: "#8b8b88", to: "#5e5f5e" };
  drawing.fill(ground, rectangle(-wide, -length, 2 * wide, length), { fill: { ...asphalt, line: [0, -length, 0, 0] } });
  for (let patch = 0; patch < 60; patch++) {
    const y = -length * random.next() ** 2;
    const outline = ellipse(random.between(-6, 6), y, random.between(0.1, 0.9), random.between(0.1, 0.8));
    drawing.fill(ground, outline, {
      fill: random.next() < 0.5 ? "#000000" : "#ffffff",
      opacity: random.between(0.02, 0.06),
    });
  }
  for (const x of [-0.95, 0.95]) {
    drawing.fill(ground, rectangle(x - 0.28, -length, 0.56, length), { fill: "#17181a", opacity: wet ? 0.28 : 0.16 });
  }
  for (const x of [-1.72, 1.6])
    drawing.fill(ground, rectangle(x, -length, 0.12, length), { fill: "#e3e0d6", opacity: 0.8 });
  for (const x of [-5.4, 5.2])
    drawing.fill(ground, rectangle(x, -length, 0.12, length), { fill: "#e3e0d6", opacity: 0.6 });
}

/** A raised island beside the lane with a striped kerb: `x` is its edge on the ground sheet, `side` where it lies. */
export function paintIsland(
  drawing: Drawing,
  ground: Surface,
  x: number,
  side: number,
  from: number,
  to: number,
): void {
  const outer = x + side * 1.1;
  const top: Surface = { ...ground, origin: [ground.origin[0], ground.origin[1], 0.18] };
  const left = Math.min(x, outer);
  drawing.fill(top, rectangle(left, -to, 1.1, to - from), { fill: "#a9a79f" });
  const face: Surface = {
    origin: pointOn(ground, x, 0),
    right: [-ground.down[0], -ground.down[1], -ground.down[2]],
    down: [0, 0, -1],
    shade: 0.85,
  };
  for (let step = 0; from + step * 0.5 < to; step++) {
    const start = from + step * 0.5;
    const fill = step % 2 === 0 ? "#e0b31e" : "#222426";
    drawing.fill(face, rectangle(start, -0.18, Math.min(0.5, to - start), 0.18), { fill });
  }
}

/** A post of the given colour with red bands near the ground, `at` its foot. */
export function paintPost(drawing: Drawing, at: Vector, right: Vector, height: number, fill: string): void {
  const post = upright(at, right);
  drawing.fill(post, rectangle(-0.09, -height, 0.18, height), {
    fill: { from: toned(fill, 1.15), to: toned(fill, 0.6), line: [-0.09, 0, 0.09, 0] },
  });
  for (let y = 0.2; y + 0.2 < Math.min(height, 1.1); y += 0.4) {
    drawing.fill(post, rectangle(-0.09, -y - 0.2, 0.18, 0.2), { fill: "#c9201f", glow: 0.15 });
  }
}

/** A camera housing on its arm, `at` the post. */
export function paintHousing(drawing: Drawing, at: Vector, right: Vector): void {
  const face = upright(at, right);
  drawing.fill(face, bar(0, 0, 0.35, -0.05, 0.05), { fill: "#5b6165" });
  drawing.fill(face, rectangle(0.25, -0.2, 0.5, 0.2), { fill: "#d9dcdd" });
  drawing.fill(face, rectangle(0.2, -0.23, 0.62, 0.05), { fill: "#eceeee" });
}

function pointOn(surface: Surface, x: number, y: number): Vector {
  const along = (axis: 0 | 1 | 2) => surface.origin[axis] + surface.right[axis] * x + surface.down[axis] * y;
  return [along(0), along(1), along(2)];
}
