import Type from "typebox";

/** Options of every reader that tells the same finding again and again while it lasts. */
export const REPORT_OPTIONS = {
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
