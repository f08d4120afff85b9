import type { Drawing, Surface } from "./drawing.ts";
import { ellipse, polygon, rectangle } from "./outline.ts";
import type { Random } from "./random.ts";

const MUD = ["#5d4b36", "#6f5a40", "#4b3d2e"] as const;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Road dust that thickens towards the bottom, and specks of mud. `amount` 0..1. */
export function paintDust(drawing: Drawing, surface: Surface, area: Area, amount: number, random: Random): void {
  const { x, y, width, height } = area;
  const bands = 6;
  for (let band = 0; band < bands; band++) {
    const top = y + (height * band) / bands;
    drawing.fill(surface, rectangle(x, top, width, y + height - top), {
      fill: "#7a6a52",
      opacity: 0.02 + 0.07 * amount,
    });
  }
  const specks = Math.round(width * height * (12 + 160 * amount));
  for (let index = 0; index < specks; index++) {
    const low = Math.sqrt(random.next());
    const size = random.between(0.004, 0.014);
    const outline = ellipse(x + random.next() * width, y + low * height, size, size * random.between(0.6, 1.6));
    drawing.fill(surface, outline, { fill: random.pick(MUD), opacity: 0.35 });
  }
}

/** Dried mud across a plate or a number. At 1 hardly a character stays whole. */
export function paintMud(drawing: Drawing, surface: Surface, area: Area, amount: number, random: Random): void {
  if (amount === 0) return;
  const blobs = Math.round(30 * amount ** 1.5);
  const largest = Math.min(area.width, area.height) * 0.6 * amount;
  for (let index = 0; index < blobs; index++) {
    const cx = area.x + random.next() * area.width;
    const cy = area.y + random.next() * area.height;
    drawing.fill(surface, blob(cx, cy, random.between(0.15, 1) * largest, random), {
      fill: random.pick(MUD),
      opacity: random.between(0.3, 0.6) + 0.4 * amount * amount,
    });
  }
  drawing.fill(surface, rectangle(area.x, area.y, area.width, area.height), {
    fill: "#6f5f49",
    opacity: 0.3 * amount,
  });
}

function blob(cx: number, cy: number, radius: number, random: Random) {
  const corners = Array.from({ length: 11 }, (_, index): [number, number] => {
    const angle = (index / 11) * 2 * Math.PI;
    const reach = radius * random.between(0.55, 1.1);
    return [cx + Math.cos(angle) * reach * 1.3, cy + Math.sin(angle) * reach];
  });
  return polygon(...corners);
}
