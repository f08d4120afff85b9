import Type, { type Static } from "typebox";
import { READER_OPTIONS } from "../../transport/serial/reader-options.ts";

/** Options of the driver `text-seal-reader`, without `class` and `driver`. */
export const SealReaderTextOptionsSchema = Type.Object(
  {
    ...READER_OPTIONS,
    lowBatteryPercent: Type.Integer({
      minimum: 1,
      maximum: 90,
      default: 20,
      description: "Charge below which the battery of a seal counts as low, percent",
    }),
  },
  { additionalProperties: false },
);

export type SealReaderTextOptions = Static<typeof SealReaderTextOptionsSchema>;
