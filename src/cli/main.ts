import { EXIT } from "./exit.ts";
import { run } from "./run.ts";
import { standardOutput } from "./terminal/output.ts";

/** Entry of lanectl: runs one command and ends with its exit code. */

// Whoever reads may stop reading, like head does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), standardOutput());
