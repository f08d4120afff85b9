import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import opentype, { type Font } from "opentype.js";
import type { Command, Outline } from "./outline.ts";

/**
 * Text as outlines, from fonts that come with the packages: a picture must not depend on the fonts of the machine it was
 * drawn on.
 */

const LATIN = "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf";
const HAN_DIRECTORY = "@fontsource/noto-sans-sc";
/** Height of a capital letter as a share of the font size, measured on H and on a Han character. */
const LATIN_CAPITAL = 0.729;
const HAN_HEIGHT = 0.92;

export interface TextLayout {
  /** Left end of the line and its base line, metres. */
  readonly x: number;
  readonly y: number;
  /** Height of a capital letter, metres. */
  readonly height: number;
  /** Characters are squeezed or stretched by this factor; 1 when absent. */
  readonly stretch?: number;
  /** Extra room after each character, as a share of the height; 0 when absent. */
  readonly spacing?: number;
}

export interface PlacedText {
  readonly outline: Outline;
  readonly width: number;
}

/** Throws RangeError when no font has one of the characters. */
export function textOutline(text: string, layout: TextLayout): PlacedText {
  const stretch = layout.stretch ?? 1;
  const spacing = (layout.spacing ?? 0) * layout.height;
  const outline: Command[] = [];
  let x = layout.x;
  for (const character of text) {
    const { font, size } = fontFor(character, layout.height);
    const glyph = font.charToGlyph(character);
    const commands = glyph.getPath(0, 0, size).commands;
    for (const command of commands) outline.push(placed(command, x, layout.y, stretch));
    x += ((glyph.advanceWidth ?? font.unitsPerEm) / font.unitsPerEm) * size * stretch + spacing;
  }
  return { outline, width: x - layout.x - (text === "" ? 0 : spacing) };
}

/** Text that ends up exactly `width` wide: plates and number panels are stamped into a fixed space. */
export function fittedText(text: string, layout: TextLayout, width: number): Outline {
  const natural = textOutline(text, layout).width;
  if (natural === 0) return [];
  const factor = width / natural;
  return textOutline(text, {
    ...layout,
    stretch: (layout.stretch ?? 1) * factor,
    spacing: (layout.spacing ?? 0) * factor,
  }).outline;
}

/** The form a path command has in the font library. */
type FontCommand = ReturnType<Font["getPath"]>["commands"][number];

function placed(command: FontCommand, dx: number, dy: number, stretch: number): Command {
  const px = (x: number) => dx + x * stretch;
  switch (command.type) {
    case "Z":
      return { type: "Z" };
    case "Q":
      return { type: "Q", x1: px(command.x1), y1: dy + command.y1, x: px(command.x), y: dy + command.y };
    case "C":
      return {
        type: "C",
        x1: px(command.x1),
        y1: dy + command.y1,
        x2: px(command.x2),
        y2: dy + command.y2,
        x: px(command.x),
        y: dy + command.y,
      };
    default:
      return { type: command.type, x: px(command.x), y: dy + command.y };
  }
}

function fontFor(character: string, height: number): { font: Font; size: number } {
  const latin = fontAt(LATIN);
  if (latin.charToGlyphIndex(character) > 0) return { font: latin, size: height / LATIN_CAPITAL };
  const han = fontAt(hanFile(character));
  if (han.charToGlyphIndex(character) > 0) return { font: han, size: height / HAN_HEIGHT };
  throw new RangeError(`no font has the character ${JSON.stringify(character)}`);
}

const fonts = new Map<string, Font>();

/** Fonts are parsed once in the life of the process. */
function fontAt(specifier: string): Font {
  const known = fonts.get(specifier);
  if (known !== undefined) return known;
  const bytes = readPackageFile(specifier);
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  fonts.set(specifier, font);
  return font;
}

let hanRanges: readonly { readonly file: string; readonly ranges: string }[] | undefined;

/** The Chinese font is cut into about a hundred files; its package lists which characters lie in which. */
function hanFile(character: string): string {
  hanRanges ??= Object.entries(
    JSON.parse(Buffer.from(readPackageFile(`${HAN_DIRECTORY}/unicode.json`)).toString("utf8")) as Record<
      string,
      string
    >,
  ).map(([name, ranges]) => ({ file: name.replace(/[[\]]/g, ""), ranges }));
  const code = character.codePointAt(0) ?? 0;
  const found = hanRanges.find(({ ranges }) => ranges.split(",").some((range) => covers(range, code)));
  if (found === undefined) throw new RangeError(`no font has the character ${JSON.stringify(character)}`);
  return `${HAN_DIRECTORY}/files/noto-sans-sc-${found.file}-700-normal.woff`;
}

/** `range` is `U+4e00` or `U+4e00-4e0f`. */
function covers(range: string, code: number): boolean {
  const [low, high] = range
    .replace(/^U\+/i, "")
    .split("-")
    .map((part) => Number.parseInt(part, 16));
  return low !== undefined && code >= low && code <= (high ?? low);
}

function readPackageFile(specifier: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fileURLToPath(import.meta.resolve(specifier))));
}
