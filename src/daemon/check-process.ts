import { ConfigError, formatIssues } from "#config/issues";
import { isLaneError, messageOf } from "#contract/errors";
import { childArguments } from "./arguments.ts";
import { EXIT } from "./exit.ts";
import { loadSetup } from "./lane-setup.ts";
import type { CheckedLane } from "./setup-check.ts";

/** Entry of the process that checks the configuration for the supervisor, and ends. */
const { configPath } = childArguments(process.argv.slice(2));
try {
  const { config, software } = loadSetup(configPath);
  const { site, lane, logLevel, dataDir, socket, configHash } = config;
  const checked: CheckedLane = { site, lane, logLevel, dataDir, socket, configHash, software };
  process.send?.(checked, () => process.exit(EXIT.ok));
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(formatIssues(error.file, error.issues));
  else process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = isLaneError(error, "CONFIG_INVALID") ? EXIT.config : EXIT.software;
  process.disconnect?.();
}
