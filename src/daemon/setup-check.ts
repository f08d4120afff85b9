import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LaneConfig } from "#config/lane-config";
import { EXIT } from "./exit.ts";

/** What the supervisor has to know of a configuration that has passed its checks. */
export interface CheckedLane
  extends Pick<LaneConfig, "site" | "lane" | "logLevel" | "dataDir" | "socket" | "configHash"> {
  readonly software: string;
}

/**
 * Checks configuration and policy in a process that ends with the check: schemas and their validators take more memory
 * than supervising does, and the supervisor runs for months. Resolves with the exit code when there are mistakes; they
 * are on standard error then.
 */
export function checkSetup(configPath: string): Promise<CheckedLane | number> {
  const program = fileURLToPath(new URL("./check-process.ts", import.meta.url));
  const child = fork(program, ["--config", configPath, "--boot", "check"]);
  return new Promise((resolve, reject) => {
    let checked: CheckedLane | undefined;
    child.once("message", (message: CheckedLane) => {
      checked = message;
    });
    child.once("error", reject);
    child.once("exit", (code) => resolve(checked ?? (code === null || code === 0 ? EXIT.software : code)));
  });
}
