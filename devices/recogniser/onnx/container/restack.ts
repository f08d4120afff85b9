import { type Raster, resize } from "../picture/raster.ts";
import { LINES, RESTACK } from "../thresholds.ts";

/**
 * Line readers know lines, not columns. A column of stacked characters is cut between the characters and its pieces
 * are set side by side on one line.
 */

/** Rows [first, end) of one character. */
type Band = readonly [first: number, end: number];

/** The column as one line of the network's height, or undefined when it does not fall apart into enough characters. */
export function restack(column: Raster): Raster | undefined {
  const bands = splitTall(characterBands(smooth(rowContrast(column)), column.width));
  if (bands.length < RESTACK.minCharacters) return undefined;
  const glyphHeight = LINES.height - 2 * RESTACK.border;
  const glyphs = bands.map(([first, end]) => {
    const piece = rows(column, first - 2, end + 2);
    const width = Math.max(10, Math.round((column.width / (end - first + 4)) * glyphHeight));
    return resize(piece, width, glyphHeight);
  });
  return compose(glyphs, backgroundOf(column));
}

/** Difference between the brightest and the darkest point of every row, margins left out. */
function rowContrast(column: Raster): Float32Array {
  const contrast = new Float32Array(column.height);
  const from = Math.round(column.width * 0.1);
  for (let y = 0; y < column.height; y++) {
    let low = 255;
    let high = 0;
    for (let x = from; x < column.width * 0.9; x++) {
      const value = luminance(column, y * column.width + x);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    contrast[y] = high - low;
  }
  return contrast;
}

function luminance(raster: Raster, pixel: number): number {
  const [red = 0, green = 0, blue = 0] = raster.pixels.subarray(pixel * 3, pixel * 3 + 3);
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}

function smooth(values: Float32Array): Float32Array {
  return values.map((value, i) => (value + (values[i - 1] ?? value) + (values[i + 1] ?? value)) / 3);
}

/** Runs of rows with clearly more contrast than the gaps between characters. */
function characterBands(contrast: Float32Array, width: number): Band[] {
  const sorted = [...contrast].sort((a, b) => a - b);
  const quiet = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const busy = sorted[Math.floor(sorted.length * 0.85)] ?? 0;
  const threshold = quiet + RESTACK.contrastShare * (busy - quiet);
  const bands: Band[] = [];
  let start = -1;
  for (let y = 0; y <= contrast.length; y++) {
    const inside = y < contrast.length && (contrast[y] ?? 0) > threshold;
    if (inside && start < 0) start = y;
    if (inside || start < 0) continue;
    if (y - start >= RESTACK.minHeightShare * width) bands.push([start, y]);
    start = -1;
  }
  return bands;
}

/** Cuts bands in which characters touch each other into pieces of the usual height. */
function splitTall(bands: readonly Band[]): Band[] {
  const heights = bands.map(([first, end]) => end - first).sort((a, b) => a - b);
  const usual = heights[heights.length >> 1] ?? 0;
  return bands.flatMap(([first, end]): Band[] => {
    const height = end - first;
    const pieces = Math.round(height / (usual * 1.15));
    if (pieces < 2 || height <= 1.7 * usual) return [[first, end]];
    return Array.from({ length: pieces }, (_, i) => [
      first + (height * i) / pieces,
      first + (height * (i + 1)) / pieces,
    ]);
  });
}

function rows(column: Raster, from: number, to: number): Raster {
  const first = Math.max(0, Math.floor(from));
  const end = Math.min(column.height, Math.ceil(to));
  const stride = column.width * 3;
  return { pixels: column.pixels.subarray(first * stride, end * stride), width: column.width, height: end - first };
}

/** The middle colour of the column's two edges. */
function backgroundOf(column: Raster): readonly number[] {
  return [0, 1, 2].map((channel) => {
    const values: number[] = [];
    for (let y = 0; y < column.height; y += 3) {
      const start = y * column.width * 3 + channel;
      values.push(column.pixels[start] ?? 0, column.pixels[start + (column.width - 1) * 3] ?? 0);
    }
    return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  });
}

function compose(glyphs: readonly Raster[], background: readonly number[]): Raster {
  const width = glyphs.reduce((sum, glyph) => sum + glyph.width + RESTACK.spacing, 8);
  const pixels = new Uint8Array(width * LINES.height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = background[i % 3] ?? 0;
  let left = 4;
  for (const glyph of glyphs) {
    const stride = glyph.width * 3;
    for (let y = 0; y < glyph.height; y++) {
      const row = glyph.pixels.subarray(y * stride, (y + 1) * stride);
      pixels.set(row, ((y + RESTACK.border) * width + left) * 3);
    }
    left += glyph.width + RESTACK.spacing;
  }
  return { pixels, width, height: LINES.height };
}
