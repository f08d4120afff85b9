import { classifyPlate, type PlateCountry } from "#contract/identifiers";
import type { Drawing, Surface } from "./drawing.ts";
import { fittedText } from "./glyphs.ts";
import { ellipse, frame, roundedRectangle } from "./outline.ts";

export type PlateColour = "yellow" | "blue" | "white" | "green" | "red";

export interface PlateDescription {
  /** Normal form: `12C12345`, `桂A12345`. */
  readonly text: string;
  readonly country: PlateCountry;
  readonly lines: 1 | 2;
  readonly colour: PlateColour;
}

/** Background and characters. Yellow with black is a commercial vehicle in both countries. */
const COLOURS: Record<PlateColour, { readonly ground: string; readonly ink: string }> = {
  yellow: { ground: "#f2b91d", ink: "#17150f" },
  blue: { ground: "#1848a8", ink: "#f4f6fa" },
  white: { ground: "#eceeee", ink: "#15171a" },
  green: { ground: "#8fd3a2", ink: "#12201a" },
  red: { ground: "#b3161b", ink: "#f6f2ee" },
};

/** Outer size in metres and the height of the characters. */
interface Stamping {
  readonly width: number;
  readonly height: number;
  readonly character: number;
  /** The upper line of a two-line plate is lower on Chinese plates. */
  readonly upperCharacter: number;
}

const STAMPINGS: Record<PlateCountry, Record<1 | 2, Stamping>> = {
  VN: {
    1: { width: 0.52, height: 0.11, character: 0.072, upperCharacter: 0 },
    2: { width: 0.33, height: 0.165, character: 0.06, upperCharacter: 0.058 },
  },
  CN: {
    1: { width: 0.44, height: 0.14, character: 0.09, upperCharacter: 0 },
    2: { width: 0.44, height: 0.22, character: 0.11, upperCharacter: 0.06 },
  },
};

/** Retro-reflective: a plate keeps most of its brightness in a headlight or a lamp beside the camera. */
const GLOW = 0.55;

/** What the plate of this text looks like when nothing else is known. */
export function plateLook(text: string, lines: 1 | 2): PlateDescription {
  const known = classifyPlate(text);
  const country = known?.country ?? (/^[0-9]/.test(text) ? "VN" : "CN");
  return { text, country, lines, colour: known?.kind === "new-energy" ? "green" : "yellow" };
}

/** The lines as they are stamped: separators are drawn but are not part of the plate's normal form. */
export function plateLines(plate: PlateDescription): readonly string[] {
  const [head, tail] = plate.country === "VN" ? splitVietnamese(plate.text) : splitChinese(plate.text);
  if (plate.lines === 2) return [plate.country === "VN" ? head : head.split("").join("·"), tail];
  return [plate.country === "VN" ? `${head}-${tail}` : `${head}·${tail}`];
}

export function plateSize(plate: PlateDescription): { readonly width: number; readonly height: number } {
  return STAMPINGS[plate.country][plate.lines];
}

/** Paints a plate whose upper left corner lies at (x, y) of the surface. */
export function paintPlate(drawing: Drawing, surface: Surface, x: number, y: number, plate: PlateDescription): void {
  const { width, height, character, upperCharacter } = STAMPINGS[plate.country][plate.lines];
  const { ground, ink } = COLOURS[plate.colour];
  const inked = { fill: ink, glow: GLOW * 0.5 };
  drawing.fill(surface, roundedRectangle(x - 0.012, y - 0.012, width + 0.024, height + 0.024, 0.012), {
    fill: "#26282b",
  });
  drawing.fill(surface, roundedRectangle(x, y, width, height, 0.01), { fill: ground, glow: GLOW });
  drawing.fill(surface, frame(x + 0.005, y + 0.005, width - 0.01, height - 0.01, 0.003), { ...inked, opacity: 0.85 });
  const lines = plateLines(plate);
  const margin = width * 0.055;
  const write = (text: string, baseline: number, size: number, inset: number) =>
    drawing.fill(
      surface,
      fittedText(text, { x: x + inset, y: baseline, height: size, spacing: 0.16 }, width - 2 * inset),
      inked,
    );
  const [first = "", second] = lines;
  if (second === undefined) {
    write(first, y + (height + character) / 2, character, margin);
  } else {
    const gap = (height - character - upperCharacter) / 3;
    // The upper line has few characters: it stands in the middle and is not stretched over the whole width.
    const upperWidth = Math.min(width - 2 * margin, first.length * upperCharacter * 0.85);
    write(first, y + gap + upperCharacter, upperCharacter, (width - upperWidth) / 2);
    write(second, y + 2 * gap + upperCharacter + character, character, margin);
  }
  for (const bolt of [0.2, 0.8]) {
    drawing.fill(surface, ellipse(x + width * bolt, y + 0.011, 0.006, 0.006), { fill: "#9b9d9f", opacity: 0.9 });
  }
}

/** `12C12345` -> `12C`, `123.45`; four figures have no dot. */
function splitVietnamese(text: string): readonly [string, string] {
  const found = /^(\d{2}[A-ZĐ]+\d??)(\d{4,5})$/.exec(text);
  if (found === null) return [text.slice(0, 3), text.slice(3)];
  const digits = found[2] ?? "";
  return [found[1] ?? "", digits.length === 5 ? `${digits.slice(0, 3)}.${digits.slice(3)}` : digits];
}

function splitChinese(text: string): readonly [string, string] {
  return [text.slice(0, 2), text.slice(2)];
}
