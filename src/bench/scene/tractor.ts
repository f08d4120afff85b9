import { toned } from "./colour.ts";
import type { Drawing, Surface } from "./drawing.ts";
import { bar, ellipse, frame, polygon, rectangle, roundedRectangle } from "./outline.ts";
import { type PlateDescription, paintPlate, plateSize } from "./plate.ts";

/** A cab-over tractor, metres. */
export const CAB = { width: 2.5, top: 3.1, length: 2.05 } as const;

export interface CabLook {
  readonly colour: string;
  readonly plate: PlateDescription | undefined;
  readonly headlights: boolean;
}

/** The face of the cab. The surface's (0, 0) is the middle of the cab at the height of its roof. */
export function paintCabFront(drawing: Drawing, surface: Surface, look: CabLook): void {
  const half = CAB.width / 2;
  const { colour } = look;
  drawing.fill(surface, rectangle(-half + 0.12, 2.5, CAB.width - 0.24, 0.35), { fill: "#0b0c0d" });
  for (const x of [-1.12, 0.82]) drawing.fill(surface, roundedRectangle(x, 2.45, 0.3, 0.64, 0.05), { fill: "#141516" });
  drawing.fill(surface, roundedRectangle(-half, 0, CAB.width, 2.3, 0.16), {
    fill: { from: toned(colour, 1.12), to: toned(colour, 0.86), line: [0, 0, 0, 2.3] },
  });
  paintWindscreen(drawing, surface);
  paintGrille(drawing, surface, colour);
  paintBumper(drawing, surface, colour);
  for (const side of [-1, 1]) {
    paintHeadlight(drawing, surface, side, look.headlights);
    paintMirror(drawing, surface, side);
  }
  for (const x of [-0.9, -0.45, 0, 0.45, 0.9]) {
    drawing.fill(surface, roundedRectangle(x - 0.06, 0.05, 0.12, 0.045, 0.02), { fill: "#e08a1e", glow: 0.3 });
  }
  if (look.plate !== undefined) {
    const { width, height } = plateSize(look.plate);
    paintPlate(drawing, surface, -width / 2, 2.42 - height / 2, look.plate);
  }
}

function paintWindscreen(drawing: Drawing, surface: Surface): void {
  const rim = polygon([-1.16, 0.24], [1.16, 0.24], [1.2, 1.14], [-1.2, 1.14]);
  const glass = polygon([-1.11, 0.29], [1.11, 0.29], [1.15, 1.09], [-1.15, 1.09]);
  drawing.fill(surface, rim, { fill: "#101214" });
  drawing.fill(surface, glass, { fill: { from: "#5d7383", to: "#1a2228", line: [0, 0.29, 0, 1.09] } });
  drawing.fill(surface, ellipse(0.52, 0.76, 0.1, 0.13), { fill: "#8a6a55", opacity: 0.55 });
  drawing.fill(surface, ellipse(0.52, 0.7, 0.105, 0.09), { fill: "#14171a", opacity: 0.8 });
  drawing.fill(surface, roundedRectangle(0.28, 0.86, 0.48, 0.24, 0.12), { fill: "#2f4458", opacity: 0.7 });
  drawing.fill(surface, [...ellipse(0.52, 1.04, 0.2, 0.13), ...ellipse(0.52, 1.04, 0.175, 0.108)], {
    fill: "#050607",
    opacity: 0.7,
  });
  drawing.fill(surface, rectangle(-1.14, 0.99, 2.28, 0.1), { fill: "#0a0c0e", opacity: 0.75 });
  drawing.fill(surface, polygon([-0.95, 0.29], [-0.42, 0.29], [-0.78, 1.09], [-1.15, 1.09], [-1.13, 0.7]), {
    fill: "#ffffff",
    opacity: 0.1,
  });
  drawing.fill(surface, polygon([0.1, 0.29], [0.3, 0.29], [-0.06, 1.09], [-0.26, 1.09]), {
    fill: "#ffffff",
    opacity: 0.07,
  });
  drawing.fill(surface, rectangle(-1.11, 0.29, 2.22, 0.09), { fill: "#0d1013", opacity: 0.45 });
  drawing.fill(surface, roundedRectangle(-1.04, 0.86, 0.15, 0.1, 0.01), { fill: "#dfe3e4", opacity: 0.75 });
  for (const x of [-0.62, 0.34]) drawing.fill(surface, bar(x, 1.13, x + 0.58, 0.93, 0.018), { fill: "#050607" });
}

function paintGrille(drawing: Drawing, surface: Surface, colour: string): void {
  drawing.fill(surface, rectangle(-1.18, 1.2, 2.36, 0.02), { fill: "#000000", opacity: 0.35 });
  drawing.fill(surface, roundedRectangle(-0.86, 1.32, 1.72, 0.62, 0.08), { fill: "#121416" });
  for (let row = 0; row < 5; row++) {
    drawing.fill(surface, roundedRectangle(-0.81, 1.37 + row * 0.112, 1.62, 0.05, 0.02), {
      fill: { from: "#a9b0b4", to: "#4d5458", line: [0, 1.37 + row * 0.112, 0, 1.42 + row * 0.112] },
    });
  }
  drawing.fill(surface, ellipse(0, 1.56, 0.14, 0.1), { fill: "#c9ced1" });
  drawing.fill(surface, ellipse(0, 1.56, 0.115, 0.078), { fill: toned(colour, 0.55) });
  drawing.fill(surface, polygon([-0.06, 1.6], [0, 1.5], [0.06, 1.6], [0, 1.575]), { fill: "#dfe3e5" });
}

function paintBumper(drawing: Drawing, surface: Surface, colour: string): void {
  drawing.fill(surface, roundedRectangle(-1.25, 2.02, 2.5, 0.62, 0.1), {
    fill: { from: "#54595d", to: "#2a2d30", line: [0, 2.02, 0, 2.64] },
  });
  drawing.fill(surface, rectangle(-1.25, 2.02, 2.5, 0.05), { fill: toned(colour, 0.7) });
  drawing.fill(surface, roundedRectangle(-0.62, 2.24, 1.24, 0.34, 0.05), { fill: "#17191b" });
  for (const x of [-1.06, 0.9]) {
    drawing.fill(surface, roundedRectangle(x, 2.42, 0.17, 0.11, 0.03), { fill: "#0d0e0f" });
    drawing.fill(surface, ellipse(x + 0.085, 2.475, 0.05, 0.045), { fill: "#b9c0c4" });
  }
  drawing.fill(surface, rectangle(-1.25, 2.6, 2.5, 0.05), { fill: "#000000", opacity: 0.35 });
}

function paintHeadlight(drawing: Drawing, surface: Surface, side: number, on: boolean): void {
  const x = side * 1.02;
  drawing.fill(surface, roundedRectangle(x - 0.2, 2.1, 0.4, 0.26, 0.06), { fill: "#16181a" });
  drawing.fill(surface, roundedRectangle(x - 0.18, 2.12, 0.36, 0.22, 0.05), {
    fill: { from: "#8e979c", to: "#3f474c", line: [x, 2.12, x, 2.34] },
  });
  for (const [offset, size] of [
    [-0.07 * side, 0.085],
    [0.1 * side, 0.06],
  ] as const) {
    const lamp = on ? { fill: "#fffbe8", glow: 1 } : { fill: "#dfe5e8" };
    drawing.fill(surface, ellipse(x + offset, 2.23, size, size), { fill: "#23282b" });
    drawing.fill(surface, ellipse(x + offset, 2.23, size * 0.82, size * 0.82), lamp);
    drawing.fill(surface, ellipse(x + offset - 0.02, 2.205, size * 0.3, size * 0.25), {
      fill: "#ffffff",
      opacity: 0.7,
    });
  }
  drawing.fill(surface, roundedRectangle(x + side * 0.19 - 0.03, 2.13, 0.06, 0.2, 0.02), {
    fill: "#d9791b",
    glow: 0.15,
  });
}

function paintMirror(drawing: Drawing, surface: Surface, side: number): void {
  drawing.fill(surface, bar(side * 1.2, 0.42, side * 1.42, 0.5, 0.035), { fill: "#15171a" });
  drawing.fill(surface, bar(side * 1.2, 1.14, side * 1.42, 1.08, 0.035), { fill: "#15171a" });
  drawing.fill(surface, roundedRectangle(side * 1.44 - 0.11, 0.46, 0.22, 0.66, 0.06), {
    fill: { from: "#2b2f33", to: "#0e1012", line: [side * 1.44 - 0.11, 0, side * 1.44 + 0.11, 0] },
  });
}

/** The right-hand side of the cab; (0, 0) is the roof's rear corner, x runs towards the front. */
export function paintCabSide(drawing: Drawing, surface: Surface, colour: string): void {
  const { length } = CAB;
  drawing.fill(surface, roundedRectangle(0, 0, length, 2.35, 0.14), {
    fill: { from: toned(colour, 1.08), to: toned(colour, 0.8), line: [0, 0, 0, 2.35] },
  });
  drawing.fill(surface, polygon([0.75, 0.32], [1.72, 0.32], [1.86, 1.12], [0.75, 1.12]), { fill: "#11161a" });
  drawing.fill(surface, polygon([0.8, 0.37], [1.68, 0.37], [1.8, 1.07], [0.8, 1.07]), {
    fill: { from: "#66808f", to: "#222c33", line: [0, 0.37, 0, 1.07] },
  });
  drawing.fill(surface, frame(0.68, 0.24, 1.26, 1.86, 0.012), { fill: "#000000", opacity: 0.5 });
  drawing.fill(surface, roundedRectangle(0.78, 1.24, 0.2, 0.06, 0.02), { fill: "#17191b" });
  drawing.fill(surface, rectangle(0, 1.5, length, 0.05), { fill: "#ffffff", opacity: 0.25 });
  drawing.fill(surface, ellipse(1.0, 2.6, 0.64, 0.6), { fill: "#0b0c0d" });
  paintWheel(drawing, surface, 1.0, 2.6);
  drawing.fill(surface, roundedRectangle(1.6, 2.12, 0.44, 0.55, 0.05), { fill: "#35393c" });
}

/** A lorry wheel of 1 m diameter around (x, y). */
export function paintWheel(drawing: Drawing, surface: Surface, x: number, y: number): void {
  drawing.fill(surface, ellipse(x, y, 0.5, 0.5), { fill: "#17181a" });
  drawing.fill(surface, ellipse(x, y, 0.44, 0.44), { fill: "#232527" });
  drawing.fill(surface, ellipse(x, y, 0.29, 0.29), {
    fill: { from: "#b4b8ba", to: "#6f7476", line: [x, y - 0.3, x, y + 0.3] },
  });
  drawing.fill(surface, ellipse(x, y, 0.2, 0.2), { fill: "#55595c" });
  for (let index = 0; index < 8; index++) {
    const angle = (index * Math.PI) / 4;
    drawing.fill(surface, ellipse(x + Math.cos(angle) * 0.235, y + Math.sin(angle) * 0.235, 0.022, 0.022), {
      fill: "#3c4042",
    });
  }
  drawing.fill(surface, ellipse(x, y, 0.1, 0.1), { fill: "#8c9194" });
}
