/**
 * `npm run check`: types, format and lint, and the rules of this repository, in that order. One line for each; what a
 * failing one printed follows its line. Exit code 1 when any of them failed.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pc from "picocolors";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = (name: string) => join(ROOT, "node_modules", ".bin", name);

const STEPS = [
  { name: "types", command: tool("tsc"), args: ["-b", "--pretty"] },
  { name: "format and lint", command: tool("biome"), args: ["check", "--error-on-warnings", "--max-diagnostics=50"] },
  { name: "repository rules", command: process.execPath, args: ["--test", "test/tidy.test.ts"] },
] as const;

/** Runs one step and prints its line; true when it passed. */
function run(step: (typeof STEPS)[number]): boolean {
  const startedAt = performance.now();
  const { status, error, stdout, stderr } = spawnSync(step.command, step.args, { cwd: ROOT, encoding: "utf8" });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const passed = status === 0;
  process.stdout.write(`${passed ? pc.green("ok    ") : pc.red("failed")}  ${step.name} (${seconds} s)\n`);
  if (!passed) process.stdout.write(`${stdout ?? ""}${stderr ?? ""}${error === undefined ? "" : `${error.message}\n`}`);
  return passed;
}

const results = STEPS.map(run);
process.exitCode = results.every(Boolean) ? 0 : 1;
