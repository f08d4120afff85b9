/**
 * `npm run chaos`: a real lane is killed, cut off, filled up and misled while trucks drive through it; then its records
 * are held against what it had promised. Exit code 1 when a promise was broken; the folder stays for whoever looks.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { messageOf } from "#contract/errors";
import { whole } from "../whole-number.ts";
import { Chaos, type ChaosReport, chaosVerdict } from "./chaos.ts";

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly json: boolean;
}

const program = new Command("npm run chaos --")
  .description(
    "Kills the processes of a lane at random moments, cuts its link, fills its disk and moves its clock while trucks pass; nothing it promised may be lost.",
  )
  .option("--kills <n>", "how often a process is killed", whole(1, 10_000), 200)
  .option("--seed <n>", "the same seed plans the same mishaps", whole(0, 2_000_000_000), 1)
  .option("--keep", "keep the data folder also when all is well", false)
  .option("--json", "two JSON objects: everything that was counted, and in the last line the verdict", false)
  .addHelpText(
    "after",
    `
Examples:
  npm run chaos -- --kills 10              two minutes
  npm run chaos -- --json                  200 kills, a quarter of an hour

Exit code 0: nothing promised was lost, nothing moved unasked. 1: something was; the data folder is kept and named.
Linux. A small disk to fill needs root (tmpfs), a clock to move needs a C compiler; what cannot be had is left out and said.`,
  );

/** Two lines: the whole report, and the verdict for scripts. */
function toldAsJson(report: ChaosReport): string {
  return `${JSON.stringify(report)}\n${JSON.stringify(chaosVerdict(report))}\n`;
}

function told({ seed, faults, ...report }: ChaosReport): string {
  const lines = Object.entries(report).map(([name, value]) => `  ${name.padEnd(18)}${JSON.stringify(value)}`);
  const wrong = faults.map(({ what, command, entry }) => `  ${what}: ${command} after entry ${entry}`);
  return `${[`chaos, seed ${seed}`, ...lines, ...wrong].join("\n")}\n`;
}

/** The small disk ends with the bench; what lay on it is copied beside it first. */
async function ended(chaos: Chaos, folder: string, keep: boolean): Promise<void> {
  try {
    await chaos.stop();
  } finally {
    const disk = chaos.lane?.disk;
    disk?.free();
    if (keep && disk?.isMounted === true) {
      cpSync(join(folder, "data"), join(folder, "data-kept"), {
        recursive: true,
        filter: (name) => !name.endsWith(".sock"),
      });
    }
    disk?.unmount();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-chaos-"));
  const { kills, seed } = options;
  const chaos = new Chaos({ kills, seed, folder, progress: (text) => process.stderr.write(`chaos: ${text}\n`) });
  let keep = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void ended(chaos, folder, false).finally(() => process.exit(130)));
  }
  try {
    const report = await chaos.run();
    keep = options.keep || !report.ok;
    process.stdout.write(options.json ? toldAsJson(report) : told(report));
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    process.stderr.write(`chaos: ${messageOf(error)}\n`);
    process.exitCode = 1;
  } finally {
    await ended(chaos, folder, keep);
    if (keep) process.stderr.write(`chaos: configuration, journal and log are in ${folder}\n`);
  }
}

await main(program.parse().opts<Options>());
