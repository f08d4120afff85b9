import Type from "typebox";
import { REPORT_OPTIONS } from "../common/report-options.ts";
import { LINE_OPTIONS, type LineSettings } from "./line-options.ts";

/** Options of every reader that tells what it sees in lines of text. */
export const READER_OPTIONS = {
  ...LINE_OPTIONS,
  heartbeat: Type.Optional(
    Type.String({
      pattern: "^[!-~]{1,32}$",
      description: "Line that the reader sends when it has nothing else to tell; without it its silence means nothing",
    }),
  ),
  silenceMs: Type.Integer({
    minimum: 200,
    maximum: 600_000,
    default: 10_000,
    description: "Longest time between two lines of a reader with a heartbeat, milliseconds",
  }),
  ...REPORT_OPTIONS,
};

export interface ReaderSettings extends LineSettings {
  readonly heartbeat?: string;
  readonly silenceMs: number;
  readonly repeatMs: number;
  readonly mostPerSecond: number;
}
