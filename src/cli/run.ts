import { CommanderError } from "commander";
import { isLaneError, messageOf } from "#contract/errors";
import { CommandFailure, EXIT, NegativeAnswer } from "./exit.ts";
import { createProgram } from "./program.ts";
import { jsonText, type Output, shown } from "./terminal/output.ts";

/** Runs one command line of lanectl, without the program's name, and gives the exit code. Never throws. */
export async function run(argv: readonly string[], output: Output): Promise<number> {
  try {
    await createProgram(output).parseAsync([...argv], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    // In these two cases everything that is to be said has been written already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof NegativeAnswer) return error.exitCode;
    report(error, argv.includes("--json"), output);
    return exitCodeOf(error);
  }
}

/** Says what went wrong: for people on stderr, as JSON on stdout. */
function report(error: unknown, json: boolean, output: Output): void {
  const code = error instanceof CommandFailure || isLaneError(error) ? error.code : "INTERNAL";
  const message = messageOf(error);
  if (json) output.write(jsonText({ error: { code, message } }));
  else output.writeError(`${message.split("\n").map(shown).join("\n")}\n`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailure) return error.exitCode;
  if (isLaneError(error, "CONFIG_INVALID")) return EXIT.config;
  return isLaneError(error) ? EXIT.negative : EXIT.software;
}
