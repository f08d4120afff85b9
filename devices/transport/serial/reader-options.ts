import Type from "typebox";
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
  repeatMs: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 5000,
    description: "Time after which the same finding is told again while it lasts, milliseconds",
  }),
  mostPerSecond: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 20,
    description: "Most findings a second that are told; the rest is dropped, and the reader is marked as degraded",
  }),
};

export interface ReaderSettings extends LineSettings {
  readonly heartbeat?: string;
  readonly silenceMs: number;
  readonly repeatMs: number;
  readonly mostPerSecond: number;
}
