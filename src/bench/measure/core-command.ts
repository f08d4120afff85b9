import { cpus } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import { whole } from "../whole-number.ts";
import type { CoreSpeed } from "./core.ts";
import type { Spread } from "./core-decision.ts";

interface Options {
  readonly clearances: number;
  readonly decisions: number;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  npm run bench -- core
  npm run bench -- core --clearances 20000 --json`;

/** Adds `core`: how fast the pure core takes events and judges vehicles. */
export function addCore(program: Command): void {
  program
    .command("core")
    .description(
      "events that the core takes in a second, one decision on a long list of clearances, and the speed of one simulated lane",
    )
    .option("--clearances <n>", "records on the list", whole(100, 1_000_000), 100_000)
    .option("--decisions <n>", "vehicles that are judged, as often with misread identities", whole(100, 100_000), 5000)
    .option("--json", "one JSON object", false)
    .addHelpText("after", EXAMPLES)
    .action(core);
}

async function core({ clearances, decisions, json }: Options): Promise<void> {
  const { measureCore } = await import("./core.ts");
  const ours = await measureCore({ clearances, decisions });
  const report = { bench: "core", cpus: cpus().length, node: process.version, ...ours };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : table(ours));
}

function table({ stepEventsPerSecond, checkedEventsPerSecond, decision, sim }: CoreSpeed): string {
  const count = (value: number) => value.toLocaleString("en").padStart(12);
  const { clearances, exactMs, fuzzyMs, list } = decision;
  const spread = ({ p50, p99, most }: Spread) => [p50, p99, most].map((ms) => ms.toFixed(3).padStart(10)).join("");
  const fast = (density: number) => sim.find((one) => one.fast && one.density === density)?.speedup ?? 0;
  return [
    pc.bold("The pure core, one processor"),
    `  events in a second                ${count(stepEventsPerSecond)}`,
    `  with every promise checked        ${count(checkedEventsPerSecond)}`,
    pc.bold(`One decision among ${clearances.toLocaleString("en")} clearances, milliseconds`),
    `  ${"".padEnd(30)}${["p50", "p99", "most"].map((name) => name.padStart(10)).join("")}`,
    `  ${"read as announced".padEnd(30)}${spread(exactMs)}`,
    `  ${"both one character off".padEnd(30)}${spread(fuzzyMs)}`,
    `  the whole list into the index in ${list.buildMs.toFixed(0)} ms, nothing waits longer than ${list.longestSliceMs.toFixed(1)} ms`,
    pc.bold("One simulated lane on one processor, times real time"),
    `  ${"".padEnd(36)}${"every check".padStart(12)}${"--fast".padStart(12)}`,
    ...sim.flatMap(({ density, traffic, speedup, fast: sampled }) => {
      const of = `${traffic}, ${density} vehicles a day`.padEnd(36);
      return sampled ? [] : [`  ${of}${count(speedup)}${count(fast(density))}`];
    }),
    "",
  ].join("\n");
}
