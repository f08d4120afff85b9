import { cpus } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import { whole } from "../whole-number.ts";
import type { SoakFigures } from "./vision-soak.ts";

interface Options {
  readonly pictures: number;
  readonly photos?: string;
  readonly threads: number;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  npm run bench -- vision-soak
  npm run bench -- vision-soak --pictures 500 --threads 1
  npm run bench -- vision-soak --photos photos --json`;

/** Adds `vision-soak`: memory and speed of the recognition process over a long day. */
export function addVisionSoak(program: Command): void {
  program
    .command("vision-soak")
    .description("memory and speed of the recognition process over thousands of pictures")
    .option("--pictures <n>", "how many are read", whole(20, 1_000_000), 10_000)
    .option("--photos <folder>", "pictures with a labels.csv; lanes of two megapixels are drawn when absent")
    .option("--threads <n>", "threads for inference", whole(1, 64), 2)
    .option("--json", "one JSON object", false)
    .addHelpText("after", EXAMPLES)
    .action(soak);
}

async function soak({ pictures, photos, threads, json }: Options): Promise<void> {
  // Loaded only here: the other measurements do not need the networks.
  const { soakVision } = await import("./vision-soak.ts");
  const progress = (done: number, all: number) => process.stderr.write(`bench: ${done} of ${all} pictures\n`);
  const figures = await soakVision({ pictures, photos, threads, progress });
  const report = { bench: "vision-soak", cpus: cpus().length, node: process.version, ...figures };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : soakText(figures));
}

export function soakText(figures: SoakFigures): string {
  const { pictures, threads, latencyMs, peakBytes, residentBytes, growthPerThousand, restarts, failed } = figures;
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  const ms = (value: number | null) => value?.toFixed(0) ?? "-";
  const times = Object.entries(latencyMs).map(
    ([task, { p50, p99 }]) => `  ${task.padEnd(12)}p50 ${ms(p50)} ms, p99 ${ms(p99)} ms`,
  );
  const memory =
    peakBytes === null
      ? "  memory       unknown on this system"
      : `  memory       ${mb(peakBytes)} MB at most, growing by ${(growthPerThousand / 1e6).toFixed(1)} MB for 1,000 pictures: ${residentBytes.map(mb).join(" ")}`;
  const head = `${pictures} pictures, ${threads} thread(s); ${restarts} restarts, ${failed} failed`;
  return `${[pc.bold(head), ...times, memory].join("\n")}\n`;
}
