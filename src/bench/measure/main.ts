import { cpus } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { messageOf } from "#contract/errors";
import { addCore } from "./core-command.ts";
import { addDevices } from "./devices-command.ts";
import { measureNodeRed, type NodeRedResult } from "./node-red.ts";
import { measureReaction, type Reaction } from "./reaction.ts";
import { addSync } from "./sync-command.ts";
import { addVision } from "./vision-command.ts";
import { addVisionSoak } from "./vision-soak-command.ts";

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 5 || value > 2000)
    throw new InvalidArgumentError("a whole number, 5 to 2000");
  return value;
}

const program = new Command("npm run bench --").description(
  "Measures this machine; our figure beside a peer's, in the same run.",
);

program
  .command("reaction", { isDefault: true })
  .description("from the last reading to the barrier command on the wire, beside Node-RED")
  .option("--rounds <n>", "vehicles", count, 60)
  .option("--no-peer", "leave out Node-RED, which npm installs into the user's cache once")
  .option("--json", "one JSON object", false)
  .addHelpText(
    "after",
    "\nExamples:\n  npm run bench\n  npm run bench -- reaction --rounds 200 --json\n  npm run bench -- --no-peer",
  )
  .action(reaction);

addVision(program);
addVisionSoak(program);
addSync(program);
addCore(program);
addDevices(program);

async function reaction(options: { rounds: number; peer: boolean; json: boolean }): Promise<void> {
  const { rounds, peer, json } = options;
  const progress = (done: number) => {
    if (done % 20 === 0) process.stderr.write(`bench: ${done} of ${rounds} vehicles\n`);
  };
  const ours = await measureReaction(rounds, progress);
  if (peer) process.stderr.write("bench: the same reaction in Node-RED (installed on first use)\n");
  const nodeRed = peer ? await measureNodeRed({ rounds }) : null;
  const report = { bench: "reaction", cpus: cpus().length, node: process.version, ours, nodeRed };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : table(ours, nodeRed));
}

function table(ours: Reaction, nodeRed: NodeRedResult | null): string {
  const row = (name: string, p50: number, p99: number, remark: string) =>
    `  ${name.padEnd(34)}${p50.toFixed(2).padStart(9)}${p99.toFixed(2).padStart(9)}   ${pc.dim(remark)}`;
  const { readingToCommandMs: whole, breakdownMs } = ours;
  const { decisionDurable, intentAndWrite } = breakdownMs;
  const lines = [
    pc.bold("From the last reading to the barrier command on the wire, milliseconds"),
    `  ${"".padEnd(34)}${"p50".padStart(9)}${"p99".padStart(9)}`,
    row("gatelane", whole.p50, whole.p99, `${ours.rounds} vehicles, every rule, two durable commits`),
    row(
      "  reading to PASS on the disk",
      decisionDurable.p50,
      decisionDurable.p99,
      "look-up, rules, journal with synchronous=FULL",
    ),
    row(
      "  intent to echo of the PLC",
      intentAndWrite.p50,
      intentAndWrite.p99,
      "vetoes again, journal, interlock, Modbus",
    ),
  ];
  if (nodeRed !== null) {
    lines.push(row("Node-RED + contrib-modbus", nodeRed.p50Ms, nodeRed.p99Ms, "one list look-up, nothing stored"));
    lines.push(
      `  gatelane / Node-RED: ${(whole.p50 / nodeRed.p50Ms).toFixed(2)} (p50), ${(whole.p99 / nodeRed.p99Ms).toFixed(2)} (p99)`,
    );
  }
  return `${lines.join("\n")}\n`;
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
