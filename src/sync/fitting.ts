import type { ValidateFunction } from "ajv";
import { LaneError } from "#contract/errors";

/** `value` when it fits the schema. Throws LaneError MESSAGE_SCHEMA; nothing of what was received gets into its detail. */
export function fitting<T>(validate: ValidateFunction<T>, value: unknown): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  // Path and rule come from the schema.
  throw new LaneError("MESSAGE_SCHEMA", `${error?.instancePath || "the message"} ${error?.message ?? "does not fit"}`);
}
