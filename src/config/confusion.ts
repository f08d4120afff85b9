import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import Type from "typebox";
import { LaneError, messageOf } from "#contract/errors";
import type { ConfusionTable } from "#lanes/fusion/confusion";
import { deepFreeze } from "./deep-freeze.ts";

const share = () => Type.Number({ minimum: 0, maximum: 1 });

/** Form of `models/confusion.json`. */
export const ConfusionSchema = Type.Object(
  {
    version: Type.Literal(1),
    classes: Type.Array(Type.String({ minLength: 2, maxLength: 16 }), { maxItems: 64 }),
    shareInClass: share(),
    alphabetSize: Type.Integer({ minimum: 1, maximum: 10_000 }),
    containerPassRate: Type.Object(
      {
        letter: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        digit: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

const fits = new Ajv({ allErrors: true }).compile<ConfusionTable>(ConfusionSchema);

/** Reads a confusion table. Throws LaneError MODEL_INVALID when the file is absent or is none. */
export function readConfusion(file: string | URL): ConfusionTable {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new LaneError("MODEL_INVALID", `confusion table ${String(file)}: ${messageOf(error)}`, { cause: error });
  }
  if (fits(value)) return deepFreeze(value) as ConfusionTable;
  const why = (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join("; ");
  throw new LaneError("MODEL_INVALID", `confusion table ${String(file)}: ${why}`);
}
