import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { EXIT } from "./exit.ts";
import type { HandedLane } from "./handed-lane.ts";

/** A configuration with mistakes. */
export interface BadLane {
  readonly exit: number;
  /** What is wrong, on one line. */
  readonly problem: string;
  /** The same for people, a paragraph for each mistake. */
  readonly text: string;
}

export type LaneCheck = HandedLane | BadLane;

/**
 * Checks configuration and policy in a process that ends with the check: schemas and their validators take more memory
 * than supervising does, and the supervisor runs for months.
 */
export function checkSetup(configPath: string): Promise<LaneCheck> {
  const program = fileURLToPath(new URL("./check-process.ts", import.meta.url));
  const child = fork(program, ["--config", configPath, "--boot", "check"]);
  return new Promise((resolve, reject) => {
    let checked: LaneCheck | undefined;
    child.once("message", (message: LaneCheck) => {
      checked = message;
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const problem = `the check of the configuration ended with ${signal ?? `exit code ${code}`}`;
      resolve(checked ?? { exit: EXIT.software, problem, text: `${problem}\n` });
    });
  });
}
