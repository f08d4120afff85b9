import type { Point, Quad } from "#contract/reading";
import { joinLattices, type Lattice } from "../lines/lattice.ts";
import type { LineReaders, ReaderName } from "../lines/line-reader.ts";
import { cutOut, quarterTurn, type Raster } from "../picture/raster.ts";
import { LINES, SECOND_LOOK } from "../thresholds.ts";
import { type Chain, chainsOf, mostPromising, textOf } from "./chain.ts";
import { type Sighting, sightingsIn } from "./sighting.ts";
import { digitsIn, type Token } from "./token.ts";

/**
 * The check digit stands in a box of its own and detection often misses it. So the most promising chains are cut out
 * again as one line that reaches past their ends, in several framings, and read anew.
 */

/** A straight line of text through several tokens. */
export interface TextLine {
  readonly origin: Point;
  readonly direction: Point;
  /** Ends along the direction, measured from the origin. */
  readonly from: number;
  readonly to: number;
  readonly thickness: number;
  /** Distance from one character to the next, pixels. */
  readonly pitch: number;
  readonly vertical: boolean;
}

export function lineThrough(tokens: readonly Token[]): TextLine | undefined {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const dx = last.centre[0] - first.centre[0];
  const dy = last.centre[1] - first.centre[1];
  const span = Math.hypot(dx, dy);
  const longest = tokens.reduce((best, token) => (token.length > best.length ? token : best));
  const direction: Point =
    tokens.length > 1 && span > 1.5 * first.thickness ? [dx / span, dy / span] : longest.direction;
  const wordiest = tokens.reduce((best, token) => (token.text.length > best.text.length ? token : best));
  // Side by side, boxes are about a third of a character wider than their text; stacked characters fill theirs.
  const characters = wordiest.text.length + (wordiest.vertical ? 0 : 0.3);
  return {
    origin: first.centre,
    direction,
    from: -first.length / 2,
    to: dx * direction[0] + dy * direction[1] + last.length / 2,
    thickness: Math.max(...tokens.map((token) => token.thickness)),
    pitch: wordiest.length / Math.max(1, characters),
    vertical: first.vertical,
  };
}

/** A piece of the line: `before` and `after` are character pitches beyond its ends, `scale` multiplies its height. */
export interface Framing {
  readonly before: number;
  readonly after: number;
  readonly scale: number;
}

/** The upright quad of a framed line; for a vertical line its text still runs downwards in it. */
export function frame(line: TextLine, { before, after, scale }: Framing): Quad {
  const from = line.from - before * line.pitch;
  const to = line.to + after * line.pitch;
  const half = (line.thickness * scale) / 2;
  const [ux, uy] = line.direction;
  const point = (s: number, t: number): Point => [line.origin[0] + s * ux - t * uy, line.origin[1] + s * uy + t * ux];
  return line.vertical
    ? [point(from, half), point(from, -half), point(to, -half), point(to, half)]
    : [point(from, -half), point(to, -half), point(to, half), point(from, half)];
}

/** The chains worth a second look, most promising first. */
export function seedsOf(tokens: readonly Token[], limit: number): Chain[] {
  const single = tokens
    .filter(({ text }) => (text.length >= 4 && digitsIn(text) >= 3) || /^[A-Z]{3}U/.test(text))
    .map((token): Chain => ({ tokens: [token], twoLines: false }));
  return mostPromising([...chainsOf(tokens), ...single], tokens, limit);
}

/** Characters missing before the text, in pitches: an owner code has four letters. */
function missingBefore(text: string): number {
  if (/^[A-Z]{4}/.test(text)) return 0.35;
  const leading = /^[A-Z]{0,3}(?=\d)/.exec(text);
  return leading === null ? 0.5 : (4 - leading[0].length) * 1.15 + 0.6;
}

/** A cut-out to be read, and what is already known to stand before it. */
export interface SecondLookCut {
  readonly quad: Quad;
  readonly vertical: boolean;
  readonly prefix: Lattice | undefined;
}

/** The framings of one chain, the most useful first. */
export function cutsFor(chain: Chain): SecondLookCut[] {
  const [owner, ...serial] = chain.tokens;
  if (owner === undefined) return [];
  const cuts: SecondLookCut[] = [];
  const whole = lineThrough(chain.twoLines ? serial : chain.tokens);
  const before = chain.twoLines ? 0 : missingBefore(textOf(chain));
  const prefix = chain.twoLines ? owner.lattice : undefined;
  for (const { after, scale } of SECOND_LOOK.wholeLine) {
    if (whole) cuts.push({ quad: frame(whole, { before, after, scale }), vertical: whole.vertical, prefix });
  }
  const digits = serial.length > 0 && !owner.vertical ? lineThrough(serial) : undefined;
  for (const { after, scale } of SECOND_LOOK.serialOnly) {
    if (digits)
      cuts.push({ quad: frame(digits, { before: 0.3, after, scale }), vertical: false, prefix: owner.lattice });
  }
  return cuts;
}

/** Reads one cut-out. */
export async function lookAgain(
  picture: Raster,
  cut: SecondLookCut,
  lines: LineReaders,
  by: ReaderName,
): Promise<Sighting[]> {
  const along = cut.vertical ? quarterTurn(cut.quad) : cut.quad;
  const { lattice } = await lines[by].read(cutOut(picture, along, LINES.maxCutHeight));
  return sightingsIn(cut.prefix === undefined ? lattice : joinLattices([cut.prefix, lattice]), cut.quad, by);
}
