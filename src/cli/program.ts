import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addBundle } from "./commands/bundle.ts";
import { addClearance } from "./commands/clearance.ts";
import { addConfig } from "./commands/config.ts";
import { addDevice } from "./commands/device.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEvidence } from "./commands/evidence.ts";
import { addExplain } from "./commands/explain.ts";
import { addIncident } from "./commands/incident.ts";
import { addJournal } from "./commands/journal.ts";
import { addOpsTail } from "./commands/ops-tail.ts";
import { addOrders } from "./commands/orders.ts";
import { addPassages } from "./commands/passages.ts";
import { addPolicy } from "./commands/policy.ts";
import { addRead } from "./commands/read.ts";
import { addReplay } from "./commands/replay.ts";
import { addStatus } from "./commands/status.ts";
import { STANDARD_SOCKET } from "./context.ts";
import { withExamples } from "./examples.ts";
import type { Output } from "./terminal/output.ts";

const EXIT_CODES = `
Exit codes: 0 done, 1 the answer is no (a broken chain, an unknown passage, a refused order), 2 wrong usage,
3 an order waits for its second step and nothing has happened,
69 the daemon does not answer, 70 a mistake of lanectl itself, 78 the configuration has errors.`;

/** The command line of lanectl. Throws CommanderError instead of ending the process. */
export function createProgram(output: Output): Command {
  const program = new Command("lanectl")
    .description("One lane of a border gate: what it sees, what it decided and why, and orders to it.")
    .version(version(), "-V, --version", "show the version")
    .option("--socket <path>", `socket of the daemon (or the variable GATELANE_SOCKET; else ${STANDARD_SOCKET})`)
    .option("--config <file>", "lane file of the daemon, to find its socket")
    .option("--json", "answer in JSON")
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .showHelpAfterError("(lanectl --help shows what there is)")
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => output.writeError(text) })
    .exitOverride();
  withExamples(program, [
    ["lanectl status", "what the lane looks like now"],
    ["lanectl explain last", "why the last vehicle was let through or held"],
    ["lanectl --config lane.yaml passages", "vehicles of the lane that lane.yaml describes"],
  ]).addHelpText("after", EXIT_CODES);
  addStatus(program, output);
  addPassages(program, output);
  addExplain(program, output);
  addOrders(program, output);
  addJournal(program, output);
  addEvidence(program, output);
  addClearance(program, output);
  addIncident(program, output);
  addDevice(program, output);
  addDoctor(program, output);
  addBundle(program, output);
  addConfig(program, output);
  addPolicy(program, output);
  addReplay(program, output);
  addRead(program, output);
  addOpsTail(program, output);
  return program;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}
