import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "#contract/errors";
import { EXIT } from "./exit.ts";
import { createLog } from "./log.ts";
import { checkSetup } from "./setup-check.ts";
import { softwareVersion } from "./software-version.ts";
import { Supervisor } from "./supervisor.ts";

const HELP = `laned ${softwareVersion()} - runs one lane of a border gate

  laned --config <file>     run the lane that the file describes, until SIGTERM or SIGINT
  laned --version
  laned --help

Examples
  laned --config config/examples/lane.yaml
  lanectl config check config/examples/lane.yaml     check the file without starting anything

Exit codes: 0 stopped in order, 64 wrong usage, 70 the lane could not go on, 78 the configuration has errors.
The log goes to standard error, one JSON object a line.
`;

function configPathFrom(argv: readonly string[]): string {
  const options = { config: { type: "string" }, help: { type: "boolean" }, version: { type: "boolean" } } as const;
  let values: { config?: string | undefined; help?: boolean | undefined; version?: boolean | undefined };
  try {
    ({ values } = parseArgs({ args: [...argv], options }));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${HELP}`);
    process.exit(EXIT.usage);
  }
  if (values.help === true || values.version === true) {
    process.stdout.write(values.help === true ? HELP : `${softwareVersion()}\n`);
    process.exit(EXIT.ok);
  }
  if (values.config === undefined) {
    process.stderr.write(`laned needs to know which lane to run: laned --config <file>\n\n${HELP}`);
    process.exit(EXIT.usage);
  }
  return values.config;
}

const configPath = configPathFrom(process.argv.slice(2));
const checked = await checkSetup(configPath);
if (typeof checked === "number") process.exit(checked);
const { software, configHash } = checked;
const log = createLog(checked, "laned");
mkdirSync(checked.dataDir, { recursive: true, mode: 0o750 });
const supervisor = new Supervisor({ configPath, socketPath: checked.socket, log });

let stopping = false;

async function stop(signal: string): Promise<void> {
  stopping = true;
  log.info({ event: "laned.stopping", signal }, "stopping in order");
  await supervisor.stop();
  log.info({ event: "laned.stopped" }, "stopped");
  process.exit(EXIT.ok);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
log.info({ event: "laned.starting", software, config: configPath, configHash }, "starting");
try {
  await supervisor.start();
} catch (error) {
  // A start that fails because it was told to stop has not failed: `stop` is at work and ends the process.
  if (!stopping) {
    log.fatal({ event: "laned.refused", error: messageOf(error) }, "the lane could not be started");
    process.exit(EXIT.software);
  }
}
