import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const LANECTL = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface LanectlAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs lanectl as a process of its own against the lane of a socket. */
export async function lanectl(socketPath: string, ...args: readonly string[]): Promise<LanectlAnswer> {
  const command = [LANECTL, "--socket", socketPath, ...args];
  return await new Promise((resolve, reject) => {
    const child = execFile(process.execPath, command, { timeout: 60_000 }, (_error, stdout, stderr) => {
      if (child.exitCode === null) reject(new Error(`lanectl ${args.join(" ")} did not end by itself`));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** What `lanectl ... --json` says; rejects unless it ends with exit code 0. */
export async function lanectlJson(socketPath: string, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout } = await lanectl(socketPath, ...args, "--json");
  if (code !== 0) throw new Error(`lanectl ${args.join(" ")} ended with exit code ${code}: ${stdout}`);
  return JSON.parse(stdout);
}
