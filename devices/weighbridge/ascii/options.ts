import Type, { type Static } from "typebox";
import { PROFILE_NAME } from "../../profiles.ts";
import { LINE_OPTIONS } from "../../transport/serial/line-options.ts";

/** Options of the driver `ascii-weighbridge`, without `class` and `driver`. */
export const WeighbridgeAsciiOptionsSchema = Type.Object(
  {
    ...LINE_OPTIONS,
    format: Type.String({
      pattern: PROFILE_NAME,
      default: "and-18",
      description: "Frames that the indicator sends: the name of a file in the folder profiles, without .json",
    }),
    sampleMs: Type.Integer({
      minimum: 10,
      maximum: 1000,
      default: 50,
      description: "Shortest time between two weights that are taken, milliseconds; frames in between are passed over",
    }),
    silenceMs: Type.Integer({
      minimum: 100,
      maximum: 10_000,
      default: 1000,
      description: "Longest time without a usable frame, milliseconds; then the line is opened afresh",
    }),
    capacityKg: Type.Integer({
      minimum: 1,
      maximum: 200_000,
      default: 80_000,
      description: "Largest weight that the weighbridge can measure, kilograms; anything beyond is no weight",
    }),
  },
  { additionalProperties: false },
);

export type WeighbridgeAsciiOptions = Static<typeof WeighbridgeAsciiOptionsSchema>;
