/** Red, green, blue. 0..255 for a colour; around 1 when used as factors. */
export type Colour = readonly [red: number, green: number, blue: number];

const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;

/** Reads `#rrggbb`; throws RangeError for anything else. */
export function parseColour(text: string): Colour {
  const found = HEX.exec(text);
  if (found === null) throw new RangeError(`a colour is written #rrggbb, not ${JSON.stringify(text)}`);
  return [
    Number.parseInt(found[1] ?? "", 16),
    Number.parseInt(found[2] ?? "", 16),
    Number.parseInt(found[3] ?? "", 16),
  ];
}

export const css = (colour: Colour): string => `rgb(${colour.map((part) => Math.round(clamp(part))).join(",")})`;

/** `share` 0 gives `a`, 1 gives `b`. */
export const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

export const brightened = (colour: Colour, tint: Colour, factor: number): Colour => [
  colour[0] * tint[0] * factor,
  colour[1] * tint[1] * factor,
  colour[2] * tint[2] * factor,
];

/** `#rrggbb` made lighter (factor > 1) or darker (factor < 1). */
export function toned(text: string, factor: number): string {
  const parts = parseColour(text).map((part) => Math.round(clamp(part * factor)));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function clamp(part: number): number {
  return Math.min(255, Math.max(0, part));
}
