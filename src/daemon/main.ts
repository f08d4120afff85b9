import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "#contract/errors";
import { EXIT } from "./exit.ts";
import type { AgreedLane } from "./lane-setup.ts";
import { keepLastGood, readLastGood } from "./last-good.ts";
import { createLog } from "./log.ts";
import { checkSetup } from "./setup-check.ts";
import { softwareVersion } from "./software-version.ts";
import { Supervisor } from "./supervisor.ts";

const HELP = `laned ${softwareVersion()} - runs one lane of a border gate

  laned --config <file>     run the lane that the file describes, until SIGTERM or SIGINT
        --last-good <dir>   keep a copy of what the lane runs on in this folder; when the file has errors,
                            run on the copy and say so, instead of not at all
  laned --version
  laned --help

The file is read once, at the start: what is changed in it later counts from the next start on.

Examples
  laned --config config/examples/lane.yaml
  laned --config /etc/gatelane/lane.yaml --last-good /var/lib/gatelane    for starts that nobody watches
  lanectl config check config/examples/lane.yaml     check the file without starting anything

Exit codes: 0 stopped in order, 64 wrong usage, 70 the lane could not go on, 78 the configuration has errors.
The log goes to standard error, one JSON object a line.
`;

interface Options {
  readonly configPath: string;
  readonly lastGood: string | undefined;
}

function optionsFrom(argv: readonly string[]): Options {
  const options = {
    config: { type: "string" },
    "last-good": { type: "string" },
    help: { type: "boolean" },
    version: { type: "boolean" },
  } as const;
  const values = parsed(() => parseArgs({ args: [...argv], options }).values);
  if (values.help === true || values.version === true) {
    process.stdout.write(values.help === true ? HELP : `${softwareVersion()}\n`);
    process.exit(EXIT.ok);
  }
  if (values.config === undefined) {
    process.stderr.write(`laned needs to know which lane to run: laned --config <file>\n\n${HELP}`);
    process.exit(EXIT.usage);
  }
  return { configPath: values.config, lastGood: values["last-good"] };
}

function parsed<Values>(parse: () => Values): Values {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${HELP}`);
    process.exit(EXIT.usage);
  }
}

/** What the lane is to run on, JSON of an AgreedLane: what its file says, or the copy. Ends the process without either. */
async function laneToRun({ configPath, lastGood }: Options): Promise<string> {
  const checked = await checkSetup(configPath);
  if ("lane" in checked) return checked.lane;
  process.stderr.write(checked.text);
  const give = (why: string): never => {
    process.stderr.write(`laned: nothing was started${why}\n`);
    process.exit(checked.exit);
  };
  if (checked.exit !== EXIT.config || lastGood === undefined) return give("");
  const copy = readLastGood(lastGood, configPath);
  if ("absent" in copy) return give(`; --last-good ${lastGood}: ${copy.absent}`);
  const { keptAt } = copy;
  process.stderr.write(`laned: the lane runs on its last good configuration, of ${keptAt}, until this is put right\n`);
  const agreed = JSON.parse(copy.lane) as AgreedLane;
  return JSON.stringify({ ...agreed, instead: { keptAt, problem: checked.problem } } satisfies AgreedLane);
}

const options = optionsFrom(process.argv.slice(2));
const { configPath, lastGood } = options;
const lane = await laneToRun(options);
const { config, instead } = JSON.parse(lane) as AgreedLane;
const { dataDir, socket, configHash } = config;
const log = createLog(config, "laned");
mkdirSync(dataDir, { recursive: true, mode: 0o750 });
const supervisor = new Supervisor({ configPath, lane, socketPath: socket, log });

let stopping = false;

async function stop(signal: string): Promise<void> {
  stopping = true;
  log.info({ event: "laned.stopping", signal }, "stopping in order");
  await supervisor.stop();
  log.info({ event: "laned.stopped" }, "stopped");
  process.exit(EXIT.ok);
}

/** A lane that has started on its file can start on it again. */
function keep(folder: string): void {
  try {
    keepLastGood(folder, configPath, lane, Date.now());
  } catch (error) {
    const told = { event: "laned.not-kept", folder, error: messageOf(error) };
    log.warn(told, "the configuration could not be kept for a start on a file with errors");
  }
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
log.info({ event: "laned.starting", software: softwareVersion(), config: configPath, configHash }, "starting");
if (instead !== null)
  log.error({ event: "laned.last-good", ...instead }, "the lane file has errors and is not in force");
try {
  const runs = await supervisor.start();
  if (runs && lastGood !== undefined && instead === null) keep(lastGood);
} catch (error) {
  // A start that fails because it was told to stop has not failed: `stop` is at work and ends the process.
  if (!stopping) {
    log.fatal({ event: "laned.refused", error: messageOf(error) }, "the lane could not be started");
    process.exit(EXIT.software);
  }
}
