import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { messageOf } from "#contract/errors";
import type { TextReading } from "#contract/reading";
import { CommandFailure, EXIT } from "./exit.ts";
import { shown } from "./terminal/output.ts";

type TextOutline = typeof import("#bench/scene/glyphs").textOutline;
type Outline = ReturnType<TextOutline>["outline"];

const COLOUR = { container: "#19e06c", plate: "#ffc400" } as const;
const JPEG_QUALITY = 90;

/**
 * Writes a copy of the picture, upright, with a box and the text of every reading. Nothing is taken from the fonts of
 * the machine: texts are outlines. False when the package with the outlines is not installed; then only boxes are drawn.
 */
export async function annotatePicture(jpeg: Buffer, readings: readonly TextReading[], file: string): Promise<boolean> {
  const { data, info } = await sharp(jpeg).autoOrient().toBuffer({ resolveWithObject: true });
  const outlineOf = await loadOutlines();
  const svg = drawing(readings, info.width, info.height, outlineOf);
  const copy = await sharp(data)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  try {
    writeFileSync(file, copy, { flag: "wx" });
  } catch (error) {
    throw new CommandFailure(EXIT.usage, "FILE_EXISTS", `${shown(file)} cannot be written: ${messageOf(error)}`);
  }
  return outlineOf !== undefined;
}

/** The outlines come with the rendered pictures of the bench, whose font packages an installed lane does not have. */
async function loadOutlines(): Promise<TextOutline | undefined> {
  try {
    const { textOutline } = await import("#bench/scene/glyphs");
    textOutline("A", { x: 0, y: 0, height: 1 });
    return textOutline;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "ENOENT";
}

/** The overlay as an SVG document of the picture's size. */
function drawing(
  readings: readonly TextReading[],
  width: number,
  height: number,
  outlineOf: TextOutline | undefined,
): string {
  const stroke = Math.max(2, Math.round(width / 400));
  const parts = readings.map((reading) => {
    const points = reading.box.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
    const box = `<polygon points="${points}" fill="none" stroke="${COLOUR[reading.kind]}" stroke-width="${stroke}"/>`;
    return outlineOf === undefined ? box : box + label(reading, width, height, outlineOf);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join("")}</svg>`;
}

/** The text and its confidence on a dark bar above the box, or below it where there is no room. */
function label(reading: TextReading, width: number, height: number, outlineOf: TextOutline): string {
  const xs = reading.box.map(([x]) => x);
  const ys = reading.box.map(([, y]) => y);
  const size = Math.max(10, Math.min(width, height) / 32);
  const bar = size * 1.6;
  const text = `${reading.text} ${reading.confidence.toFixed(2)}`;
  const wide = outlineOf(text, { x: 0, y: 0, height: size }).width + size * 0.6;
  const left = Math.max(0, Math.min(Math.min(...xs), width - wide));
  const above = Math.min(...ys) - bar * 1.1;
  const top = above >= 0 ? above : Math.max(0, Math.min(Math.max(...ys) + bar * 0.1, height - bar));
  const { outline } = outlineOf(text, { x: left + size * 0.3, y: top + bar - size * 0.3, height: size });
  const back = `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${wide.toFixed(1)}" height="${bar.toFixed(1)}" fill="#000" fill-opacity="0.75"/>`;
  return `${back}<path d="${pathData(outline)}" fill="${COLOUR[reading.kind]}"/>`;
}

function pathData(outline: Outline): string {
  const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return outline
    .map((command) => {
      if (command.type === "Z") return "Z";
      const end = at(command.x, command.y);
      if (command.type === "Q") return `Q${at(command.x1, command.y1)} ${end}`;
      return command.type === "C"
        ? `C${at(command.x1, command.y1)} ${at(command.x2, command.y2)} ${end}`
        : `${command.type}${end}`;
    })
    .join("");
}
