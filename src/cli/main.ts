import { CommanderError } from "commander";
import { isLaneError, messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "./exit.ts";
import { createProgram } from "./program.ts";
import { jsonText, type Output, shown, standardOutput } from "./terminal/output.ts";

/** Entry of lanectl: runs one command and ends with its exit code. */
async function main(argv: readonly string[], output: Output): Promise<void> {
  try {
    await createProgram(output).parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = report(error, argv.includes("--json"), output);
  }
}

/** Says what went wrong, on stderr for people or on stdout as JSON, and gives the exit code. */
function report(error: unknown, json: boolean, output: Output): number {
  // Commander has already written its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const exitCode = exitCodeOf(error);
  const code = error instanceof CommandFailure || isLaneError(error) ? error.code : "INTERNAL";
  const message = messageOf(error);
  if (json) output.write(jsonText({ error: { code, message } }));
  else process.stderr.write(`${message.split("\n").map(shown).join("\n")}\n`);
  return exitCode;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailure) return error.exitCode;
  if (isLaneError(error, "CONFIG_INVALID")) return EXIT.config;
  return isLaneError(error) ? EXIT.negative : EXIT.software;
}

// Whoever reads may stop reading, like head does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

await main(process.argv.slice(2), standardOutput());
