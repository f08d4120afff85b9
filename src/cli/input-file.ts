import { readFileSync, statSync } from "node:fs";
import { messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "./exit.ts";
import { shown } from "./terminal/output.ts";

/** Text of a file that a person named. Throws CommandFailure with this code when it cannot be read or is too large. */
export function readInput(file: string, limitBytes: number, code: string): string {
  try {
    if (statSync(file).size > limitBytes) throw new Error(`larger than ${limitBytes} bytes`);
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandFailure(EXIT.usage, code, `${shown(file)} cannot be read: ${messageOf(error)}`);
  }
}
