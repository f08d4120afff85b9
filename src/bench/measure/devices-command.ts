import { cpus, loadavg } from "node:os";
import type { Command } from "commander";
import pc from "picocolors";
import { whole } from "../whole-number.ts";
import type { DeviceFigures } from "./devices.ts";
import type { Spread } from "./spread.ts";

interface Options {
  readonly rounds: number;
  readonly edges: number;
  readonly memory: boolean;
  readonly json: boolean;
}

const EXAMPLES = `
libmodbus is compiled on the spot when a C compiler and libmodbus are installed (Debian: gcc libmodbus-dev).

Examples:
  npm run bench -- devices
  npm run bench -- devices --json
  npm run bench -- devices --rounds 10000 --no-memory`;

/** Adds `devices`: what the wires cost. */
export function addDevices(program: Command): void {
  program
    .command("devices")
    .description("polls beside libmodbus, edge to barrier command with twelve devices, OPC UA, memory of the daemon")
    .option("--rounds <n>", "polls and echoes", whole(100, 100_000), 3000)
    .option("--edges <n>", "edges of an input, quiet and again disturbed", whole(20, 10_000), 300)
    .option("--no-memory", "do not start daemons to weigh them")
    .option("--json", "one JSON object", false)
    .addHelpText("after", EXAMPLES)
    .action(devices);
}

async function devices({ rounds, edges, memory, json }: Options): Promise<void> {
  const { measureDevices } = await import("./devices.ts");
  const [load = 0] = loadavg();
  const progress = (what: string) => void process.stderr.write(`bench: ${what}\n`);
  const ours = await measureDevices({ rounds, edges, memory, progress });
  const report = { bench: "devices", cpus: cpus().length, load, node: process.version, ...ours };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : devicesTable(ours));
}

/** The figures for people. */
export function devicesTable(figures: DeviceFigures): string {
  return [...transports(figures), ...memoryLines(figures.memory), ""].join("\n");
}

function transports(figures: DeviceFigures): string[] {
  const { modbusPoll, libmodbusPoll, libmodbusProblem, timesLibmodbus, tcpEcho, edges, opcUa, opcUaProblem } = figures;
  const row = (name: string, { p50, p99 }: Spread, remark: string) =>
    `  ${name.padEnd(40)}${p50.toFixed(2).padStart(9)}${p99.toFixed(2).padStart(9)}   ${pc.dim(remark)}`;
  const ratio = timesLibmodbus === null ? "" : `${timesLibmodbus.toFixed(2)} of libmodbus at p50`;
  const every = `${edges.devices} devices, poll every ${edges.pollMs} ms, ${edges.edges} edges, ${edges.lost} lost`;
  return [
    pc.bold("On the wire, milliseconds"),
    `  ${"".padEnd(40)}${"p50".padStart(9)}${"p99".padStart(9)}`,
    row("Modbus TCP poll of a gate PLC", modbusPoll, ratio),
    libmodbusPoll === null
      ? `  libmodbus was not measured: ${libmodbusProblem}`
      : row("  libmodbus (C)", libmodbusPoll, "the same poll of the same PLC"),
    row("  bare TCP echo", tcpEcho, "no protocol can go below"),
    row("edge of an input to boom command", edges.quiet, every),
    row("  a camera hangs, a PLC floods", edges.disturbed, "the same, beside both"),
    opcUa === null
      ? `  OPC UA was not measured: ${opcUaProblem}`
      : row("OPC UA change to inbox", opcUa.changeToInbox, `publishing every ${opcUa.publishingMs} ms, encrypted`),
  ];
}

function memoryLines(memory: DeviceFigures["memory"]): string[] {
  if (memory === null) return [];
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0).padStart(9);
  const lines = Object.entries({ "without OPC UA": memory.modbus, "with OPC UA": memory.opcUa }).map(
    ([name, { laneBytes, laneRssBytes, processes }]) => {
      const parts = processes.map((one) => `${one.process} ${(one.pssBytes / 1e6).toFixed(0)}`).join(", ");
      return `  ${name.padEnd(40)}${megabytes(laneBytes)}${megabytes(laneRssBytes)}   ${pc.dim(parts)}`;
    },
  );
  return [
    pc.bold("Supervisor, control and edge of an idle laned with twelve devices, megabytes; recognition not counted"),
    `  ${"".padEnd(40)}${"PSS".padStart(9)}${"RSS".padStart(9)}   ${pc.dim("PSS of each process")}`,
    ...lines,
  ];
}
