import { CONTAINER_WIDTH } from "./container.ts";
import type { Drawing, Surface } from "./drawing.ts";
import { bar, ellipse, polygon, rectangle, roundedRectangle } from "./outline.ts";
import { type PlateDescription, paintPlate, plateSize } from "./plate.ts";
import { paintWheel } from "./tractor.ts";

/** Height of a skeletal trailer's deck above the road, metres. */
export const DECK_HEIGHT = 1.22;

/** The rear end below the container. The surface's (0, 0) is the middle of the deck edge. */
export function paintTrailerRear(drawing: Drawing, surface: Surface, plate: PlateDescription | undefined): void {
  const half = CONTAINER_WIDTH / 2;
  drawing.fill(surface, rectangle(-half + 0.1, 0.2, CONTAINER_WIDTH - 0.2, 0.62), { fill: "#0a0b0c" });
  for (const side of [-1, 1]) paintRearWheels(drawing, surface, side);
  drawing.fill(surface, rectangle(-0.5, 0.2, 1, 0.3), { fill: "#1d2023" });
  drawing.fill(surface, rectangle(-half, 0, CONTAINER_WIDTH, 0.24), {
    fill: { from: "#4a5055", to: "#262a2d", line: [0, 0, 0, 0.24] },
  });
  paintChevrons(drawing, surface, -half + 0.03, 0.05, CONTAINER_WIDTH - 0.06, 0.1);
  for (const side of [-1, 1]) paintRearLights(drawing, surface, side);
  for (const x of [-0.78, 0.72]) drawing.fill(surface, rectangle(x, 0.24, 0.06, 0.52), { fill: "#2c3033" });
  drawing.fill(surface, roundedRectangle(-half + 0.06, 0.68, CONTAINER_WIDTH - 0.12, 0.13, 0.02), {
    fill: { from: "#888e91", to: "#404548", line: [0, 0.68, 0, 0.81] },
  });
  if (plate === undefined) return;
  const { width, height } = plateSize(plate);
  drawing.fill(surface, roundedRectangle(-width / 2 - 0.05, 0.25, width + 0.1, height + 0.09, 0.01), {
    fill: "#15171a",
  });
  drawing.fill(surface, roundedRectangle(-0.06, 0.245, 0.12, 0.035, 0.01), { fill: "#f7f2d8", glow: 0.8 });
  paintPlate(drawing, surface, -width / 2, 0.3, plate);
}

function paintRearWheels(drawing: Drawing, surface: Surface, side: number): void {
  for (const offset of [0.62, 0.95]) {
    const x = side * offset - 0.145;
    drawing.fill(surface, roundedRectangle(x, 0.24, 0.29, 0.98, 0.09), {
      fill: { from: "#1d1f21", to: "#0d0e0f", line: [x, 0, x + 0.29, 0] },
    });
    for (const groove of [0.07, 0.135, 0.2]) {
      drawing.fill(surface, rectangle(x + groove, 0.28, 0.016, 0.9), { fill: "#000000", opacity: 0.7 });
    }
  }
  const flap = side * 0.8 - 0.34;
  drawing.fill(surface, rectangle(flap, 0.3, 0.68, 0.4), { fill: "#16181a" });
  drawing.fill(surface, rectangle(flap, 0.66, 0.68, 0.04), { fill: "#b8262a" });
}

function paintRearLights(drawing: Drawing, surface: Surface, side: number): void {
  const left = side > 0 ? 0.66 : -1.14;
  drawing.fill(surface, roundedRectangle(left, 0.3, 0.48, 0.15, 0.03), { fill: "#101214" });
  const lamps = ["#c81d22", "#d8791c", "#e6e4dc"];
  for (const [index, fill] of (side > 0 ? lamps.toReversed() : lamps).entries()) {
    const x = left + 0.025 + index * 0.15;
    drawing.fill(surface, roundedRectangle(x, 0.32, 0.13, 0.11, 0.02), { fill, glow: 0.35 });
    drawing.fill(surface, ellipse(x + 0.045, 0.345, 0.03, 0.015), { fill: "#ffffff", opacity: 0.45 });
  }
}

/** Red and white retro-reflective tape across the rear. */
function paintChevrons(drawing: Drawing, surface: Surface, x: number, y: number, width: number, height: number): void {
  drawing.fill(surface, rectangle(x, y, width, height), { fill: "#e4e2dd", glow: 0.35 });
  const step = 0.16;
  for (let left = x; left + step * 1.6 <= x + width; left += step * 2) {
    drawing.fill(
      surface,
      polygon([left, y + height], [left + step * 0.6, y], [left + step * 1.6, y], [left + step, y + height]),
      { fill: "#c0161c", glow: 0.35 },
    );
  }
}

/** The side below the container, front end to the right. (0, 0) is the rear end at deck height. */
export function paintTrailerSide(drawing: Drawing, surface: Surface, length: number): void {
  drawing.fill(surface, rectangle(0, 0.3, length, 0.62), { fill: "#0b0c0d", opacity: 0.75 });
  drawing.fill(surface, rectangle(0, 0, length, 0.24), {
    fill: { from: "#53595d", to: "#24282b", line: [0, 0, 0, 0.24] },
  });
  for (let x = 0.4; x < length - 0.6; x += 1.1) {
    drawing.fill(surface, rectangle(x, 0.08, 0.4, 0.045), { fill: "#e9b91c", glow: 0.25 });
  }
  drawing.fill(surface, bar(length * 0.38, 0.62, length * 0.66, 0.62, 0.09), { fill: "#7d8386" });
  drawing.fill(surface, bar(length * 0.38, 0.86, length * 0.66, 0.86, 0.09), { fill: "#7d8386" });
  for (const x of [length * 0.4, length * 0.64]) {
    drawing.fill(surface, rectangle(x, 0.2, 0.06, 0.72), { fill: "#5c6265" });
  }
  drawing.fill(surface, rectangle(length - 2.9, 0.2, 0.14, 0.86), { fill: "#42474a" });
  drawing.fill(surface, rectangle(length - 3.05, 1.02, 0.44, 0.06), { fill: "#34383b" });
  for (const x of [1.15, 2.45, 3.75]) paintWheel(drawing, surface, x, DECK_HEIGHT - 0.5);
}
