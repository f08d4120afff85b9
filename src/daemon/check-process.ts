import { ConfigError, formatIssues } from "#config/issues";
import { isLaneError, messageOf } from "#contract/errors";
import { childArguments } from "./arguments.ts";
import { EXIT } from "./exit.ts";
import { readLane } from "./lane-setup.ts";
import type { LaneCheck } from "./setup-check.ts";

/** Entry of the process that checks the configuration for the supervisor, and ends. */
const { configPath } = childArguments(process.argv.slice(2));

function check(): LaneCheck {
  try {
    return { lane: JSON.stringify(readLane(configPath)) };
  } catch (error) {
    const exit = isLaneError(error, "CONFIG_INVALID") ? EXIT.config : EXIT.software;
    if (!(error instanceof ConfigError)) return { exit, problem: messageOf(error), text: `${messageOf(error)}\n` };
    return { exit, problem: inShort(error), text: formatIssues(error.file, error.issues) };
  }
}

function inShort({ detail, issues }: ConfigError): string {
  const text = detail.length > 200 ? `${detail.slice(0, 200)}...` : detail;
  return issues.length === 1 ? text : `${issues.length} errors in ${text}`;
}

process.send?.(check(), () => process.disconnect?.());
