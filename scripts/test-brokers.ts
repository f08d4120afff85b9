/**
 * `npm run test:brokers`: the upstream link against real brokers: aedes, Mosquitto, and a cluster of three NATS servers.
 * Missing brokers are installed with apt-get; one that cannot be is left out with a message. `--only <word>` runs the
 * cases whose name has the word in it, `mosquitto` for instance.
 */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEBIAN_PACKAGES, installPackages, isInstalled, type Program } from "#bench/brokers/debian";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { only: { type: "string" }, "no-install": { type: "boolean", default: false } },
});

for (const [program, name] of Object.entries(DEBIAN_PACKAGES) as [Program, string][]) {
  if (isInstalled(program)) continue;
  const problem = values["no-install"] ? "--no-install was given" : installPackages([name]);
  if (problem !== undefined) process.stderr.write(`${program} is missing, its cases are left out: ${problem}\n`);
}

const pattern = values.only === undefined ? [] : [`--test-name-pattern=${values.only}`];
const args = ["--test", "--test-reporter=spec", ...pattern, "test/brokers/brokers.suite.ts"];
const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
process.exitCode = status ?? 1;
