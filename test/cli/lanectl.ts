import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { run } from "../../src/cli/run.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of lanectl inside this process, without a terminal. */
export async function lanectl(args: readonly string[]): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const code = await run(args, {
    colours: pc.createColors(false),
    isTerminal: false,
    write: (text) => {
      stdout += text;
    },
    writeError: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

/** Starts lanectl as a process of its own, without a terminal. */
export function startLanectl(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const { NO_COLOR: _, FORCE_COLOR: __, GATELANE_SOCKET: ___, ...inherited } = process.env;
  return spawn(process.execPath, [MAIN, ...args], { env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs lanectl as a process of its own, to its end. */
export function lanectlProcess(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = startLanectl(args, env);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
