/** The parts of a JSON schema that are put into words. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** Units by the ending of a key, with the factors by which people's own units become ours. */
const UNITS: readonly { ending: RegExp; name: string; factors: Readonly<Record<string, number>> }[] = [
  { ending: /Ms$/, name: "milliseconds", factors: { ms: 1, s: 1000, sec: 1000, min: 60_000, h: 3_600_000 } },
  { ending: /Kg$/, name: "kilograms", factors: { kg: 1, t: 1000, g: 0.001 } },
  { ending: /Bytes$/, name: "bytes", factors: { b: 1, kb: 1000, kib: 1024, mb: 1_000_000, mib: 1_048_576 } },
  { ending: /Mm$/, name: "millimetres", factors: { mm: 1, cm: 10, m: 1000 } },
];

const unitOf = (key: string) => UNITS.find(({ ending }) => ending.test(key));

/** What may stand at `key`, in words. */
export function expectation(schema: SchemaNode, key: string): string {
  const words = inWords(schema, key);
  return schema.description === undefined ? words : `${words} (${schema.description})`;
}

function inWords(schema: SchemaNode, key: string): string {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.anyOf !== undefined) return oneOf(schema.anyOf.map((branch) => inWords(branch, key)));
  switch (schema.type) {
    case "integer":
    case "number":
      return number(schema, key);
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "string":
      return text(schema);
    case "array":
      return `a list${range(schema.minItems, schema.maxItems, " items")}`;
    default:
      return schema.properties === undefined
        ? "a block of keys"
        : `a block with ${Object.keys(schema.properties).join(", ")}`;
  }
}

function number(schema: SchemaNode, key: string): string {
  const unit = unitOf(key);
  const kind = schema.type === "integer" ? "a whole number" : "a number";
  return `${kind}${unit === undefined ? "" : ` of ${unit.name}, without unit`}${range(schema.minimum, schema.maximum, "")}`;
}

function text(schema: SchemaNode): string {
  const form = schema.pattern === undefined ? "" : ` of the form ${schema.pattern}`;
  return `text${form}${range(schema.minLength, schema.maxLength, " characters")}`;
}

function range(from: number | undefined, to: number | undefined, things: string): string {
  if (from === undefined && to === undefined) return "";
  if (to === undefined) return `, ${from}${things} or more`;
  if (from === undefined) return `, at most ${to}${things}`;
  return from === to ? `, exactly ${to}${things}` : `, from ${from} to ${to}${things}`;
}

const oneOf = (words: readonly string[]) => (words.length === 1 ? (words[0] ?? "") : `one of ${words.join(", ")}`);

/**
 * The number that `value` was meant to be, in the unit of `key`: `"20 ms"` is 20 for `pollMs`, `"1.5 t"` is 1500 for
 * `toleranceKg`, `"502"` is 502. Undefined when it is not a number with a unit we know.
 */
export function intendedNumber(value: unknown, key: string): number | undefined {
  if (typeof value !== "string") return undefined;
  const [, digits, unit] = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*([a-z]*)\s*$/i.exec(value) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const factor = unit === "" ? 1 : unitOf(key)?.factors[unit.toLowerCase()];
  return factor === undefined ? undefined : Number(digits.replace(",", ".")) * factor;
}
