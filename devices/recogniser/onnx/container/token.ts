import type { Point, Quad } from "#contract/reading";
import { between, centreOf, distance, heightOf, widthOf } from "../geometry.ts";
import type { Lattice } from "../lines/lattice.ts";
import { CONTAINER } from "../thresholds.ts";

/** One piece of text with its place: what detection and line reading give together. */
export interface Token {
  readonly quad: Quad;
  /** Letters and digits only, upper case. */
  readonly text: string;
  readonly lattice: Lattice;
  /** The text runs downwards. */
  readonly vertical: boolean;
  readonly centre: Point;
  /** Extent along the reading direction, pixels. */
  readonly length: number;
  /** Character height, pixels. */
  readonly thickness: number;
  /** Unit vector of the reading direction. */
  readonly direction: Point;
}

/** Does the box stand upright, so that its text runs downwards? */
export function isUpright(quad: Quad): boolean {
  return heightOf(quad) >= CONTAINER.verticalRatio * widthOf(quad);
}

export function tokenOf(quad: Quad, text: string, lattice: Lattice): Token {
  const vertical = isUpright(quad);
  const [from, to] = vertical ? [quad[0], quad[3]] : [quad[0], quad[1]];
  const length = distance(from, to);
  return {
    quad,
    text: text.toUpperCase().replace(/[^A-Z0-9]/g, ""),
    lattice,
    vertical,
    centre: centreOf(quad),
    length,
    thickness: vertical ? widthOf(quad) : heightOf(quad),
    direction: length === 0 ? [1, 0] : between([0, 0], [to[0] - from[0], to[1] - from[1]], 1 / length),
  };
}

/** Where `other` lies seen from `token`: along its reading direction and below it, pixels. */
export function placeOf(other: Token, token: Token): { readonly along: number; readonly below: number } {
  const dx = other.centre[0] - token.centre[0];
  const dy = other.centre[1] - token.centre[1];
  const [ux, uy] = token.direction;
  return { along: dx * ux + dy * uy, below: dy * ux - dx * uy };
}

export function digitsIn(text: string): number {
  return (text.match(/\d/g) ?? []).length;
}
