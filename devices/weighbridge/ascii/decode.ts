import { type FrameFormat, flagIn } from "./format.ts";

/** What one frame says. */
export type FrameReading =
  | {
      readonly kind: "weight";
      readonly grossKg: number;
      readonly stable: boolean;
      readonly atZero: boolean;
      readonly overRange: boolean;
      readonly underRange: boolean;
    }
  /** A frame of this format that holds no gross weight in kilograms. */
  | { readonly kind: "no-weight"; readonly why: string }
  /** Not a frame of this format. */
  | { readonly kind: "misfit"; readonly why: string };

/**
 * Reads the characters between start and end of one frame. A number is taken only when the frame has every mark of its
 * format: the same digits shifted by one column, in pounds, or net of a tare are the wrong weight.
 */
export function decodeFrame(format: FrameFormat, frame: string): FrameReading {
  const misfit = misfitOf(format, frame);
  if (misfit !== undefined) {
    return { kind: "misfit", why: misfit };
  }
  const { weight, kilograms, gross, negative, stable, zero, overRange, underRange } = format;
  const text = frame.slice(weight.at, weight.at + weight.length);
  // First of all: while it is out of range an indicator shows blanks or dashes, or its last value.
  if (overRange !== undefined && flagIn(frame, overRange)) return { kind: "no-weight", why: "it is above its range" };
  if (!flagIn(frame, kilograms)) return { kind: "no-weight", why: "its unit is not the kilogram" };
  if (gross !== undefined && !flagIn(frame, gross)) return { kind: "no-weight", why: "it is not a gross weight" };
  const value = parseWeight(text, weight.decimals);
  if (value === undefined) return { kind: "no-weight", why: `${JSON.stringify(text)} is no number` };
  const signed = negative === undefined ? value : withSign(value, flagIn(frame, negative));
  if (signed === undefined) return { kind: "no-weight", why: `${JSON.stringify(text)} has two signs` };
  return {
    kind: "weight",
    grossKg: signed,
    stable: stable !== undefined && flagIn(frame, stable),
    atZero: zero === undefined ? signed === 0 : flagIn(frame, zero),
    overRange: false,
    underRange: underRange !== undefined && flagIn(frame, underRange),
  };
}

/**
 * The number in a weight field, kilograms, or undefined. Blanks may lead and stand behind a sign; there are exactly as
 * many decimals as agreed, so that neither a thousands separator nor a moved point passes for something else.
 */
export function parseWeight(text: string, decimals: number): number | undefined {
  const match = /^ *([+-]?) *(\d{1,12})(?:\.(\d{1,3}))?$/.exec(text);
  if (match === null || (match[3]?.length ?? 0) !== decimals) {
    return undefined;
  }
  const value = Number(`${match[2]}.${match[3] ?? "0"}`);
  // Adding zero turns -0 into 0.
  return (match[1] === "-" ? -value : value) + 0;
}

function withSign(value: number, negative: boolean): number | undefined {
  if (value < 0) return undefined;
  return negative ? -value + 0 : value;
}

function misfitOf({ length, expect }: FrameFormat, frame: string): string | undefined {
  if (frame.length !== length) {
    return `a frame of ${frame.length} characters instead of ${length}`;
  }
  const missing = expect.find((one) => !flagIn(frame, one));
  return missing === undefined
    ? undefined
    : `${JSON.stringify(frame.slice(missing.at, missing.at + 8))} at ${missing.at} instead of ${missing.text.join(" or ")}`;
}
