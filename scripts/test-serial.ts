/**
 * `npm run test:serial`: the tests that need serial ports, over pairs of pseudo-terminals made by socat. Installs socat
 * with apt-get when it is missing and this user may; otherwise says what to install, and exits with code 2.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const works = (): boolean => spawnSync("socat", ["-V"], { stdio: "ignore" }).status === 0;

/** Tries to install socat; true when it is there afterwards. */
function install(): boolean {
  if (process.getuid?.() !== 0) return false;
  process.stderr.write("socat is missing; installing it with apt-get\n");
  const aptGet = (...args: string[]) =>
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  const ask = ["install", "-y", "--no-install-recommends", "socat"];
  // The list of packages may be absent or old; then it is fetched once.
  return (aptGet(...ask) || (aptGet("update") && aptGet(...ask))) && works();
}

if (works() || install()) {
  const files = globSync("test/devices/transport/serial/*.test.ts", { cwd: ROOT });
  const env = { ...process.env, GATELANE_SERIAL: "1" };
  const args = ["--test", "--test-concurrency=2", "--test-reporter=spec", ...process.argv.slice(2), ...files];
  process.exitCode = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" }).status ?? 1;
} else {
  process.stderr.write("socat is missing and could not be installed. As root: apt-get install socat\n");
  process.exitCode = 2;
}
