import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ConfigError, formatIssues } from "#config/issues";
import { messageOf } from "#contract/errors";
import { serialsOf } from "../fittings/fleet.ts";
import { Demo } from "./demo.ts";
import { type LaneDescription, readLaneDescription } from "./lane-description.ts";
import { standardLane } from "./lane-files.ts";
import { photoStory } from "./photo-story.ts";
import { finalLine, JsonStage, summary, TerminalStage } from "./stages.ts";
import { story } from "./story.ts";
import type { DemoTruck } from "./truck.ts";
import { unmannedStory } from "./unmanned-story.ts";

const STORY_LENGTH = 10;
const SEED = 7;

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError("a number above 0");
  return value;
}

interface Options {
  readonly config?: string;
  readonly passages: number;
  readonly speed: number;
  readonly photos?: string;
  readonly seed: number;
  readonly data?: string;
  readonly hardware: boolean;
  readonly json: boolean;
}

const program = new Command("npm run demo --")
  .description(
    "One lane of a border gate with simulated hardware on real wires; trucks arrive, are read, weighed and decided.",
  )
  .option("--config <file>", "a lane file: its devices are simulated on the wires it names (else Modbus TCP and ONVIF)")
  .option("--passages <n>", "trucks to send through", positive, STORY_LENGTH)
  .option("--speed <x>", "how many times faster than in reality trucks and boom move", positive, 6)
  .option("--photos <dir>", "cameras show the photographs of this folder (with labels.csv) instead of rendered scenes")
  .option("--seed <n>", "which trucks: the same number, the same trucks", positive, SEED)
  .option("--data <dir>", "keep configuration, journal, evidence and log in this folder")
  .option("--hardware", "no trucks and no laned: only what is around a lane, with its lane file, until Ctrl-C", false)
  .option("--json", "one JSON object a line, nothing else on standard output", false)
  .addHelpText(
    "after",
    `
Examples:
  npm run demo
  npm run demo -- --passages 20 --speed 8
  npm run demo -- --config config/examples/lane-opcua.yaml
  npm run demo -- --config config/examples/lane-rtu-serial.yaml    needs socat, which makes the serial ports
  npm run demo -- --config config/examples/lane-igv.yaml           unmanned vehicles on VDA 5050
  npm run demo -- --photos ../photos --passages 40 --json
  npm run demo -- --hardware --data ./data/bench                   then run laned, lanectl or test:contract against it
  npm run demo -- --data ./data/demo       then: npm run lanectl -- --socket ./data/demo/data/lane.sock status

Exit code 0 only when every truck got the verdict the story expects and operations hold exactly the journal.`,
  );

/** The trucks of this run, and the lane that they come to. */
async function cast(options: Options): Promise<{ lane: LaneDescription; trucks: readonly DemoTruck[] }> {
  const passages = Math.floor(options.passages);
  const rendered = options.photos === undefined;
  const lane =
    options.config === undefined
      ? standardLane({ onboard: rendered, rear: rendered })
      : readLaneDescription(options.config);
  const direction = lane.direction === "IMPORT" ? "IMPORT" : "EXPORT";
  const nowUtc = Date.now();
  const serials = Object.values(lane.devices).flatMap(serialsOf);
  if (serials.length > 0)
    return { lane, trucks: unmannedStory(passages, options.seed, nowUtc, { direction, serials }) };
  const trucks =
    options.photos === undefined
      ? story(passages, options.seed, nowUtc, direction)
      : await photoStory(resolve(options.photos), passages, options.seed, nowUtc, direction);
  return { lane, trucks };
}

/** Keeps the surroundings of a lane until the process is ended. */
async function hold(demo: Demo, json: boolean): Promise<never> {
  const { config, dataDir, socket } = await demo.surround();
  if (json) process.stdout.write(`${JSON.stringify({ config, dataDir, socket })}\n`);
  else {
    process.stdout.write(`\nThe lane file is ${config}. Ctrl-C ends what is around it.\n`);
    process.stdout.write(
      `  npm run laned -- --config ${config}\n  npm run lanectl -- --config ${config} device list\n`,
    );
  }
  setInterval(() => undefined, 60_000);
  return await new Promise<never>(() => undefined);
}

function tellWhereItIs(folder: string): void {
  process.stderr.write(`demo: everything that was written is kept in ${folder}\n`);
}

async function main(): Promise<number> {
  program.parse();
  const options = program.opts<Options>();
  const { lane, trucks } = await cast(options);
  const folder = options.data === undefined ? mkdtempSync(join(tmpdir(), "gatelane-demo-")) : resolve(options.data);
  const stage = options.json ? new JsonStage() : new TerminalStage(trucks.length);
  const rendered = options.photos === undefined;
  const onboard = rendered && Object.values(lane.devices).some((device) => device["plateEvents"] === true);
  const demo = new Demo({ trucks, speed: options.speed, lane, folder, onboard, stage });
  // What a run that was broken off has written is of use to nobody, unless a folder was named or others work on it.
  const isKept = options.data !== undefined || options.hardware;
  const interrupted = async (signal: "SIGINT" | "SIGTERM") => {
    process.stderr.write("\ndemo: interrupted, stopping every part\n");
    await demo.stop();
    if (isKept) tellWhereItIs(folder);
    else await rm(folder, { recursive: true, force: true });
    process.exit(128 + constants.signals[signal]);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  let ok = false;
  try {
    if (options.hardware) return await hold(demo, options.json);
    const report = await demo.run();
    const exitCode = await demo.stop();
    ok = report.ok && exitCode === 0;
    const final = finalLine({ ...report, ok }, !rendered);
    process.stdout.write(options.json ? `${JSON.stringify(final)}\n` : summary(report, exitCode, folder, !rendered));
  } finally {
    await demo.stop();
    if (ok && options.data === undefined) await rm(folder, { recursive: true, force: true });
    else tellWhereItIs(folder);
  }
  return ok ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const text = error instanceof ConfigError ? formatIssues(error.file, error.issues) : `${messageOf(error)}\n`;
  process.stderr.write(`demo: ${text}`);
  process.exitCode = 1;
}
