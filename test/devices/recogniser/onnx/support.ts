import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import opentype from "opentype.js";
import sharp from "sharp";
import { symbolOf } from "#devices/recogniser/onnx/lines/alphabet";
import type { Frame, Lattice } from "#devices/recogniser/onnx/lines/lattice";
import type { Raster } from "#devices/recogniser/onnx/picture/raster";

/** A frame from pairs of character and probability. */
export function frameOf(seen: Readonly<Record<string, number>>): Frame {
  return Object.entries(seen).map(([character, probability]) => {
    const symbol = symbolOf(character);
    if (symbol === undefined) throw new RangeError(`no symbol for ${character}`);
    return { symbol, probability };
  });
}

/** A lattice that clearly shows a text: every character in one frame, a blank frame after each. */
export function latticeFor(text: string, probability = 0.99): Lattice {
  return [...text].flatMap((character) => [frameOf({ [character]: probability }), []]);
}

/** A lattice like latticeFor in which single characters have rivals. */
export function doubtful(text: string, doubts: Readonly<Record<number, Readonly<Record<string, number>>>>): Lattice {
  return [...text].flatMap((character, place) => [frameOf(doubts[place] ?? { [character]: 0.99 }), []]);
}

/** A one-colour picture. */
export function plain(width: number, height: number, grey: number): Raster {
  return { pixels: new Uint8Array(width * height * 3).fill(grey), width, height };
}

/** Paints an upright rectangle into a picture. */
export function paint(
  picture: Raster,
  area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  grey: number,
): void {
  for (let y = area.top; y < area.top + area.height; y++) {
    picture.pixels.fill(grey, (y * picture.width + area.left) * 3, (y * picture.width + area.left + area.width) * 3);
  }
}

export interface PaintedLine {
  readonly text: string;
  readonly x: number;
  /** Base line. */
  readonly y: number;
  /** Font size, pixels. */
  readonly size: number;
}

const FONT = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"));

/** A JPEG with dark text on a light ground, drawn from outlines so that no font of the machine matters. */
export async function paintedJpeg(width: number, height: number, lines: readonly PaintedLine[]): Promise<Buffer> {
  const bytes = readFileSync(FONT);
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  // Glyph by glyph: the library cannot apply this font's substitution tables to a whole text.
  const paths = lines.flatMap(({ text, x, y, size }) => {
    let left = x;
    return [...text].map((character) => {
      const glyph = font.charToGlyph(character);
      const path = glyph.getPath(left, y, size).toPathData(1);
      left += ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
      return path;
    });
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#d8d8d0"/><path d="${paths.join(" ")}" fill="#181818"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Writes a picture and gives the reference a recogniser needs. */
export async function stored(path: string, bytes: Uint8Array): Promise<{ jpegPath: string; sha256: string }> {
  await writeFile(path, bytes);
  return { jpegPath: path, sha256: sha256Of(bytes) };
}
