import { parseColour } from "./colour.ts";
import type { Drawing, Surface } from "./drawing.ts";
import { textOutline } from "./glyphs.ts";
import { frame } from "./outline.ts";

export interface ContainerMarking {
  /** `MSKU4135329`. */
  readonly number: string;
  /** `22G1`, `45G1`. */
  readonly sizeType: string;
}

/** White on dark paint, nearly black on light paint. */
export function markingInk(ground: string): string {
  const [red, green, blue] = parseColour(ground);
  return 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? "#191b1e" : "#eceff0";
}

/**
 * Number with its boxed check digit and the size and type code under it (ISO 6346, clause 5), right edge at `right`.
 * `height` is the height of the characters, metres; the standard asks for at least 0.1.
 */
export function paintContainerNumber(
  drawing: Drawing,
  surface: Surface,
  place: { readonly right: number; readonly top: number; readonly height: number },
  marking: ContainerMarking,
  ink: string,
): void {
  const { height, right } = place;
  const base = place.top + height;
  const letters = { y: base, height, spacing: 0.22 };
  const owner = marking.number.slice(0, 4);
  const serial = marking.number.slice(4, 10);
  const check = marking.number.slice(10);
  const widthOf = (text: string) => textOutline(text, { ...letters, x: 0 }).width;
  const paint = (text: string, x: number, y: number) =>
    drawing.fill(surface, textOutline(text, { ...letters, x, y }).outline, { fill: ink, opacity: 0.94 });

  const checkX = right - widthOf(check) - height * 0.28;
  const serialX = checkX - height * 0.75 - widthOf(serial);
  const ownerX = serialX - height * 0.7 - widthOf(owner);
  paint(owner, ownerX, base);
  paint(serial, serialX, base);
  paint(check, checkX, base);
  const box = frame(
    checkX - height * 0.26,
    place.top - height * 0.24,
    widthOf(check) + height * 0.52,
    height * 1.48,
    height * 0.09,
  );
  drawing.fill(surface, box, { fill: ink, opacity: 0.94 });
  paint(marking.sizeType, serialX, base + height * 1.7);
}

/** The table of weights every box carries: text that a reader must not take for an identity. */
const WEIGHTS = [
  ["MAX.GROSS", "30,480 KGS"],
  ["", "67,200 LBS"],
  ["TARE", "3,790 KGS"],
  ["", "8,360 LBS"],
  ["PAYLOAD", "26,690 KGS"],
  ["", "58,840 LBS"],
  ["CU.CAP.", "76.4 CU.M"],
] as const;

export function paintWeights(
  drawing: Drawing,
  surface: Surface,
  place: { readonly left: number; readonly top: number; readonly height: number },
  ink: string,
): void {
  const { height, left } = place;
  const column = Math.max(...WEIGHTS.map(([label]) => textOutline(label, { x: 0, y: 0, height, spacing: 0.12 }).width));
  for (const [index, [label, value]] of WEIGHTS.entries()) {
    const y = place.top + height * (1 + index * 1.75);
    const layout = { y, height, spacing: 0.12 };
    drawing.fill(surface, textOutline(label, { ...layout, x: left }).outline, { fill: ink, opacity: 0.9 });
    drawing.fill(surface, textOutline(value, { ...layout, x: left + column + height * 0.9 }).outline, {
      fill: ink,
      opacity: 0.9,
    });
  }
}
