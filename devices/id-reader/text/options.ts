import Type, { type Static } from "typebox";
import { READER_OPTIONS } from "../../transport/serial/reader-options.ts";
import { ID_READER_OPTIONS } from "../options.ts";

/** Options of the driver `text-id-reader`, without `class` and `driver`. */
export const IdReaderTextOptionsSchema = Type.Object(
  { ...READER_OPTIONS, ...ID_READER_OPTIONS },
  { additionalProperties: false },
);

export type IdReaderTextOptions = Static<typeof IdReaderTextOptionsSchema>;
