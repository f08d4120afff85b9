import { cpus } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { DEBIAN_PACKAGES, installPackages, isInstalled } from "../brokers/debian.ts";

interface Options {
  readonly entries: number;
  readonly appends: number;
  readonly install: boolean;
  readonly json: boolean;
}

/** What the drain is held against, as Debian packages: Mosquitto with its clients, and Paho C to build a sender with. */
const CLIENTS = "mosquitto-clients";
const PAHO = "libpaho-mqtt-dev";
/** What a lane writes in 72 hours (domain guide, section 8). */
const ENTRIES = 38_063;
const APPENDS = 4_000;

const EXAMPLES = `
Examples:
  npm run bench -- sync
  npm run bench -- sync --entries 5000 --appends 500 --json`;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 500 || value > 1_000_000) {
    throw new InvalidArgumentError("a whole number, 500 to 1000000");
  }
  return value;
}

/** Adds `sync`: how fast entries become durable and reach operations, beside the disk itself and other programs. */
export function addSync(program: Command): void {
  program
    .command("sync")
    .description("appends beside fdatasync, and a 72 h backlog to Mosquitto beside its own bridge, Paho C and MQTT.js")
    .option("--entries <n>", "entries of the backlog", whole, ENTRIES)
    .option("--appends <n>", "appends of each kind", whole, APPENDS)
    .option("--no-install", "do not install missing Debian packages, which only root can")
    .option("--json", "one JSON object", false)
    .addHelpText("after", EXAMPLES)
    .action(sync);
}

async function sync({ entries, appends, install, json }: Options): Promise<void> {
  const progress = (what: string) => void process.stderr.write(`bench: ${what}\n`);
  if (install) prepare(progress);
  const { measureSync, syncTable } = await import("./sync.ts");
  const figures = await measureSync({ entries, appends, progress });
  const report = { bench: "sync", cpus: cpus().length, node: process.version, ...figures };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : syncTable(figures));
}

/** Throws when Mosquitto cannot be had; without Paho C the bench goes on. */
function prepare(progress: (what: string) => void): void {
  const needed = [
    ...(isInstalled("mosquitto") ? [] : [DEBIAN_PACKAGES.mosquitto]),
    ...(isInstalled("mosquitto_sub") ? [] : [CLIENTS]),
  ];
  const problem = installPackages(needed);
  if (problem !== undefined) throw new Error(`Mosquitto is missing: ${problem}`);
  const paho = installPackages([PAHO]);
  if (paho !== undefined) progress(`without Paho C: ${paho}`);
}
