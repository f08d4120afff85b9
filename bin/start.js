import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as modules from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
/** Beside the code, where only who may change the code may write; where nobody may, everything is compiled as ever. */
const COMPILE_CACHE = fileURLToPath(new URL("../.build/compile-cache", import.meta.url));

/**
 * Runs a TypeScript file of this package with the arguments of this process: in this process when its Node is new
 * enough, else with the Node that was installed beside the dependencies. Never installs anything.
 */
export async function start(entry) {
  const main = new URL(`../${entry}`, import.meta.url);
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) {
    // Without it every process carries a TypeScript compiler in its memory.
    process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
    modules.enableCompileCache(process.env.NODE_COMPILE_CACHE);
    await import(main.href);
    return;
  }
  const node = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `Node.js ${NODE_MAJOR} is needed, this is ${process.version}; run npm ci in the folder above\n`,
    );
    process.exit(1);
  }
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // On a terminal the whole process group already has Ctrl-C and the hang-up.
    process.on(signal, () => void ((process.stdin.isTTY && signal !== "SIGTERM") || child.kill(signal)));
  }
  child.once("close", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
