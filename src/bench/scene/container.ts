import { toned } from "./colour.ts";
import type { Drawing, Surface } from "./drawing.ts";
import { textOutline } from "./glyphs.ts";
import { type ContainerMarking, markingInk, paintContainerNumber, paintWeights } from "./markings.ts";
import { bar, ellipse, polygon, rectangle, roundedRectangle } from "./outline.ts";
import type { Random } from "./random.ts";

/** Outer width of every ISO container, metres (ISO 668). */
export const CONTAINER_WIDTH = 2.438;

export interface ContainerLook {
  readonly marking: ContainerMarking;
  /** Name in large letters on the long sides. */
  readonly operator: string;
  readonly colour: string;
  /** Metres. */
  readonly length: number;
  readonly height: number;
}

/** 20 feet for codes that begin with 2, else 40 feet; high cube when the second character says 9 feet 6 (ISO 6346, annex D). */
export function containerLook(marking: ContainerMarking, operator: string, colour: string): ContainerLook {
  const short = marking.sizeType.startsWith("2");
  const high = "5E".includes(marking.sizeType[1] ?? " ");
  return { marking, operator, colour, length: short ? 6.058 : 12.192, height: high ? 2.896 : 2.591 };
}

const RAIL = 0.13;
const POST = 0.16;

/** A long side; (0, 0) is its upper left corner and the number stands at the upper right, the end that goes first. */
export function paintSideWall(drawing: Drawing, surface: Surface, look: ContainerLook, random: Random): void {
  const { length, height, colour } = look;
  const ink = markingInk(colour);
  drawing.fill(surface, rectangle(0, 0, length, height), { fill: colour });
  const lettering = { y: height - 0.36, height: 0.42, spacing: 0.22 };
  const { width } = textOutline(look.operator, { ...lettering, x: 0 });
  drawing.fill(surface, textOutline(look.operator, { ...lettering, x: length - 1.1 - width }).outline, {
    fill: ink,
    opacity: 0.86,
  });
  paintContainerNumber(drawing, surface, { right: length - 0.42, top: 0.3, height: 0.125 }, look.marking, ink);
  paintWeights(drawing, surface, { left: length - 1.62, top: 0.98, height: 0.05 }, ink);
  paintCorrugation(drawing, surface, POST, length - POST, RAIL, height - RAIL - 0.03);
  paintRust(drawing, surface, length, height, random);
  paintRails(drawing, surface, length, height, colour);
}

/** The end that goes first; (0, 0) is its upper left corner. */
export function paintFrontWall(drawing: Drawing, surface: Surface, look: ContainerLook): void {
  drawing.fill(surface, rectangle(0, 0, CONTAINER_WIDTH, look.height), { fill: look.colour });
  const ink = markingInk(look.colour);
  paintContainerNumber(drawing, surface, { right: CONTAINER_WIDTH - 0.3, top: 0.28, height: 0.1 }, look.marking, ink);
  paintCorrugation(drawing, surface, POST, CONTAINER_WIDTH - POST, RAIL, look.height - RAIL);
  paintRails(drawing, surface, CONTAINER_WIDTH, look.height, look.colour);
}

/** The door end; (0, 0) is its upper left corner. */
export function paintDoors(drawing: Drawing, surface: Surface, look: ContainerLook): void {
  const { height, colour } = look;
  const width = CONTAINER_WIDTH;
  const ink = markingInk(colour);
  drawing.fill(surface, rectangle(0, 0, width, height), { fill: toned(colour, 0.8) });
  for (const left of [POST, width / 2 + 0.012]) paintLeaf(drawing, surface, left, width / 2 - POST - 0.012, look);
  paintContainerNumber(drawing, surface, { right: width - 0.22, top: 0.33, height: 0.1 }, look.marking, ink);
  paintWeights(drawing, surface, { left: width / 2 + 0.27, top: 1.06, height: 0.034 }, ink);
  paintCautionLabel(drawing, surface, 0.53, 1.1);
  for (const x of [0.33, 1.0, width - 1.0, width - 0.33]) paintLockingBar(drawing, surface, x, height);
  paintRails(drawing, surface, width, height, colour);
}

function paintLeaf(drawing: Drawing, surface: Surface, left: number, width: number, look: ContainerLook): void {
  const { height, colour } = look;
  const bottom = height - 0.14;
  drawing.fill(surface, rectangle(left, 0.12, width, bottom - 0.12), { fill: colour });
  const rows = 4;
  const pitch = (bottom - 0.3) / rows;
  for (let row = 0; row < rows; row++) {
    const top = 0.2 + row * pitch;
    drawing.fill(surface, rectangle(left + 0.05, top, width - 0.1, 0.05), { fill: "#000000", opacity: 0.2 });
    drawing.fill(surface, rectangle(left + 0.05, top + pitch - 0.06, width - 0.1, 0.035), {
      fill: "#ffffff",
      opacity: 0.12,
    });
  }
  drawing.fill(surface, rectangle(left, 0.12, 0.02, bottom - 0.12), { fill: "#0c0d0e", opacity: 0.8 });
  drawing.fill(surface, rectangle(left + width - 0.02, 0.12, 0.02, bottom - 0.12), { fill: "#0c0d0e", opacity: 0.8 });
}

function paintLockingBar(drawing: Drawing, surface: Surface, x: number, height: number): void {
  drawing.fill(surface, rectangle(x + 0.028, 0.1, 0.02, height - 0.2), { fill: "#000000", opacity: 0.35 });
  drawing.fill(surface, rectangle(x - 0.02, 0.06, 0.045, height - 0.12), {
    fill: { from: "#d3d7d8", to: "#7f8587", line: [x - 0.02, 0, x + 0.03, 0] },
  });
  for (const y of [0.1, 0.75, height - 0.7, height - 0.16]) {
    drawing.fill(surface, roundedRectangle(x - 0.055, y, 0.11, 0.09, 0.02), { fill: "#9aa0a2" });
    drawing.fill(surface, ellipse(x, y + 0.045, 0.018, 0.018), { fill: "#4c5153" });
  }
  const handleY = height - 1.02;
  drawing.fill(surface, bar(x, handleY, x + 0.34, handleY + 0.06, 0.035), { fill: "#b9bec0" });
  drawing.fill(surface, roundedRectangle(x + 0.26, handleY, 0.1, 0.12, 0.02), { fill: "#8a9092" });
}

function paintCautionLabel(drawing: Drawing, surface: Surface, x: number, y: number): void {
  drawing.fill(surface, roundedRectangle(x, y, 0.24, 0.32, 0.01), { fill: "#e9c11d" });
  drawing.fill(surface, polygon([x + 0.12, y + 0.03], [x + 0.2, y + 0.16], [x + 0.04, y + 0.16]), { fill: "#16181a" });
  for (const [index, text] of ["CAUTION", "9'6\" HIGH"].entries()) {
    const placed = textOutline(text, { x: x + 0.03, y: y + 0.22 + index * 0.05, height: 0.026, spacing: 0.1 });
    drawing.fill(surface, placed.outline, { fill: "#16181a" });
  }
}

/** Sheet steel folded to a trapezoid, 278 mm from ridge to ridge. Laid over the markings as light and shadow. */
function paintCorrugation(drawing: Drawing, surface: Surface, from: number, to: number, top: number, bottom: number) {
  const pitch = 0.278;
  for (let x = from; x + pitch * 0.6 < to; x += pitch) {
    const strip = (start: number, width: number, fill: string, opacity: number) =>
      drawing.fill(surface, rectangle(x + start, top, Math.min(width, to - x - start), bottom - top), {
        fill,
        opacity,
      });
    strip(0.072, 0.05, "#000000", 0.26);
    strip(0.122, 0.02, "#000000", 0.18);
    strip(0.142, 0.07, "#000000", 0.09);
    strip(0.212, 0.05, "#ffffff", 0.08);
  }
  drawing.fill(surface, rectangle(from, top, to - from, bottom - top), {
    fill: { from: "#ffffff", to: "#0d1013", line: [0, top, 0, bottom] },
    opacity: 0.1,
  });
}

function paintRails(drawing: Drawing, surface: Surface, length: number, height: number, colour: string): void {
  const rail = toned(colour, 0.86);
  drawing.fill(surface, rectangle(0, 0, length, RAIL * 0.6), { fill: toned(colour, 1.12) });
  drawing.fill(surface, rectangle(0, RAIL * 0.6, length, RAIL * 0.5), { fill: "#000000", opacity: 0.28 });
  drawing.fill(surface, rectangle(0, height - RAIL, length, RAIL), { fill: rail });
  drawing.fill(surface, rectangle(0, height - RAIL - 0.02, length, 0.02), { fill: "#ffffff", opacity: 0.14 });
  for (const x of [0, length - POST]) {
    drawing.fill(surface, rectangle(x, 0, POST, height), { fill: rail });
    for (const y of [0, height - 0.118]) {
      drawing.fill(surface, rectangle(x, y, 0.162, 0.118), { fill: toned(colour, 0.7) });
      drawing.fill(surface, ellipse(x + 0.08, y + 0.058, 0.05, 0.032), { fill: "#101214" });
    }
  }
}

function paintRust(drawing: Drawing, surface: Surface, length: number, height: number, random: Random): void {
  const stains = Math.round(length * 3);
  for (let index = 0; index < stains; index++) {
    const x = random.between(0.1, length - 0.1);
    const y = random.between(0.15, height - 0.4);
    const long = random.between(0.05, 0.5);
    drawing.fill(surface, rectangle(x, y, random.between(0.004, 0.018), long), { fill: "#4a2412", opacity: 0.28 });
  }
}
