import { writeFileSync } from "node:fs";
import { messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "./exit.ts";
import { shown } from "./terminal/output.ts";

/** Writes a file that does not exist yet. Throws CommandFailure FILE_EXISTS when it does, or cannot be written. */
export function writeNewFile(file: string, content: string | Uint8Array, mode = 0o666): void {
  try {
    writeFileSync(file, content, { flag: "wx", mode });
  } catch (error) {
    const mend = "name a file that does not exist yet, in a folder that does";
    throw new CommandFailure(
      EXIT.usage,
      "FILE_EXISTS",
      `${shown(file)} cannot be written: ${messageOf(error)}; ${mend}`,
    );
  }
}
