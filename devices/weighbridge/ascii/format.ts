import Type, { type Static } from "typebox";
import { PROFILE_NAME, profileFolder } from "../../profiles.ts";

/**
 * The text that one weighing indicator sends by itself, as data: frames of fixed columns, counted from 0 after the start
 * character. What a frame must look like is written down completely, so that anything else is no weight.
 */

const LONGEST_FRAME = 120;
const column = { at: Type.Integer({ minimum: 0, maximum: LONGEST_FRAME - 1 }) };
const words = Type.Array(Type.String({ minLength: 1, maxLength: 16 }), { minItems: 1 });
const closed = { additionalProperties: false };

const TextFlag = Type.Object(
  { ...column, text: words },
  { ...closed, description: "Active when one of these stands there" },
);
const BitFlag = Type.Object(
  {
    ...column,
    bit: Type.Integer({ minimum: 0, maximum: 7 }),
    activeWhen: Type.Union([Type.Literal(0), Type.Literal(1)]),
  },
  { ...closed, description: "Active when this bit of the character has this level" },
);
const Flag = () => Type.Union([TextFlag, BitFlag]);

export const FrameFormatSchema = Type.Object(
  {
    name: Type.String({ pattern: PROFILE_NAME }),
    summary: Type.String({ minLength: 1 }),
    manual: Type.Optional(Type.String({ minLength: 1, description: "Where it was read: product, manual, page" })),
    note: Type.Optional(Type.String({ minLength: 1, description: "What the manual leaves open" })),
    start: Type.Optional(Type.String({ minLength: 1, maxLength: 1, description: "First character of a frame" })),
    end: Type.String({ minLength: 1, maxLength: 2, description: "Last character or two of a frame" }),
    length: Type.Integer({ minimum: 1, maximum: LONGEST_FRAME, description: "Characters between start and end" }),
    expect: Type.Array(TextFlag, { description: "At each of these places one of the texts must stand" }),
    weight: Type.Object(
      {
        ...column,
        length: Type.Integer({ minimum: 1, maximum: 16 }),
        decimals: Type.Integer({ minimum: 0, maximum: 3, description: "Digits after the decimal point; 0: no point" }),
      },
      { ...closed, description: "Blanks, a sign if any, digits: nothing else is a number" },
    ),
    kilograms: Flag(),
    gross: Type.Optional(Flag()),
    negative: Type.Optional(Flag()),
    stable: Type.Optional(Flag()),
    zero: Type.Optional(Flag()),
    overRange: Type.Optional(Flag()),
    underRange: Type.Optional(Flag()),
  },
  closed,
);

export type FrameFormat = Static<typeof FrameFormatSchema>;
export type Flag = Static<ReturnType<typeof Flag>>;

const FLAGS = ["kilograms", "gross", "negative", "stable", "zero", "overRange", "underRange"] as const;
export type FlagName = (typeof FLAGS)[number];

const FORMATS = profileFolder(new URL("./profiles/", import.meta.url), "frame format", FrameFormatSchema, (format) => {
  const flags = FLAGS.flatMap((name) => format[name] ?? []);
  const ends = [...format.expect, ...flags].map((flag) => flag.at + ("text" in flag ? longest(flag.text) : 1));
  ends.push(format.weight.at + format.weight.length);
  if (Math.max(...ends) > format.length) return `a field ends beyond its ${format.length} characters`;
  const sameWidth = [...format.expect, ...flags].every(
    (flag) => !("text" in flag) || flag.text.every((text) => text.length === longest(flag.text)),
  );
  return sameWidth ? undefined : "the texts of one field have different lengths";
});

/** Every format there is, by name. */
export const formatNames = FORMATS.names;
/** Reads and checks the format of that name. Rejects with LaneError CONFIG_INVALID. */
export const loadFormat = FORMATS.load;
/** Checks what was read from a format file. Throws LaneError CONFIG_INVALID. */
export const checkFormat = FORMATS.check;

const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));

/** Whether a flag is active in the characters of one frame. */
export function flagIn(frame: string, flag: Flag): boolean {
  if ("text" in flag) {
    return flag.text.some((text) => frame.startsWith(text, flag.at));
  }
  return ((frame.charCodeAt(flag.at) >> flag.bit) & 1) === flag.activeWhen;
}
