import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { Command } from "commander";
import { messageOf } from "#contract/errors";
import { isoUtc } from "#contract/units";
import type { DeviceView } from "#edge/devices/device-view";
import type { CommissioningSheet, SheetReport } from "#store/commissioning-sheet";
import type { Bench } from "../bringup/bench.ts";
import { type Person, parseScript, ScriptedPerson } from "../bringup/person.ts";
import { stepsFor } from "../bringup/procedures.ts";
import { type Progress, runSteps } from "../bringup/runner.ts";
import { sheetPage } from "../bringup/sheet-page.ts";
import { TerminalPerson } from "../bringup/terminal-person.ts";
import { type CommandContext, contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import { wholeNumber } from "../numbers.ts";
import { jsonText, type Output, shown } from "../terminal/output.ts";
import { devicePath, selfTest } from "./device-look.ts";

interface Options {
  readonly output?: string;
  readonly by?: string;
  readonly script?: string;
  readonly yes?: boolean;
  readonly patience: number;
  readonly afresh?: boolean;
}

const PATIENCE_S = 600;
/** Exit code of a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

export function addDeviceBringup(device: Command, output: Output): void {
  const command = device
    .command("bringup")
    .description("bring a device into service, step by step, and write a sheet about it that the lane signs")
    .argument("<id>", "as lanectl device list names it")
    .option(
      "-o, --output <file>",
      "the sheet, JSON; a page to print lies beside it (else commissioning-<id>.json here)",
    )
    .option("--by <name>", "who stands before the device (else the user of this machine)")
    .option("--script <file>", "answers by step, JSON, in place of a person")
    .option("--yes", "say yes to everything, also to lamps: for simulators, and the sheet says so")
    .option("--patience <seconds>", "longest wait for something you do", wholeNumber(1, 86_400), PATIENCE_S)
    .option("--afresh", "begin again, also when an earlier run was interrupted");
  withExamples(command, [
    ["lanectl device bringup gate", "loops, photo-eyes, boom by hand, emergency stop, lamps"],
    ["lanectl device bringup scale -o sheets/scale.json --by T-0421", "zero, known weight, zero again"],
    ["lanectl device bringup front", "two fresh pictures, one kept for you to look at"],
    ["lanectl device bringup gate --script answers.json --patience 20 --json", "on a bench with simulators"],
  ])
    .addHelpText("after", NOTES)
    .action(async (id: string, options: Options) => {
      const context = await contextOf(command, output);
      const sheet = await bringUp(context, id, options);
      const { result } = sheet.report;
      const file = sheetFile(id, options);
      context.show(
        sheet,
        () => `${shown(id)}: ${result}; the sheet is ${shown(file)}, to print: ${shown(pageFile(file))}\n`,
      );
      if (result !== "passed") throw new NegativeAnswer(EXIT.negative);
    });
}

const NOTES = `
The lane moves nothing during this: a hand or the PLC's own button moves the boom. Lamps are lit one by one, each after
your yes, and only in maintenance (lanectl mode maintenance). Ctrl-C interrupts; the same command goes on where it was,
and repeats what had not passed. Ends with 0 when every step passed, 1 when one failed or was left out.
`;

async function bringUp(context: CommandContext, id: string, options: Options): Promise<CommissioningSheet> {
  const { client } = context;
  const view = await client.get<DeviceView>(devicePath(id));
  const steps = stepsFor(view);
  const person = personFor(options, context.output);
  const file = sheetFile(id, options);
  const keeper = `${file}.unfinished`;
  const now = () => isoUtc(Date.now());
  const before = takeUp(keeper, view, options) ?? { startedAt: now(), steps: [], pictures: [] };
  if (before.steps.length > 0) person.tell(`going on with what was begun on ${before.startedAt}`);
  person.tell(`${steps.length} steps. An empty line leaves out what you cannot do now; Ctrl-C interrupts.`);
  const interrupted = () => {
    person.tell("\ninterrupted; the same command goes on from here");
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", interrupted);
  const key = keyOf(view);
  try {
    const progress = await runSteps({
      steps,
      bench: benchOf(context, id, person, options),
      before,
      now,
      keep: (done) => writeFileSync(keeper, `${JSON.stringify({ key, ...done })}\n`),
    });
    const report: SheetReport = {
      technician: options.by ?? userInfo().username,
      answeredBy: person.kind,
      startedAt: progress.startedAt,
      endedAt: now(),
      result: resultOf(progress, steps.length),
      steps: [...progress.steps],
      pictures: [...progress.pictures],
    };
    const posting = { type: "application/json", body: JSON.stringify(report) };
    const sheet = await client.post<CommissioningSheet>(`${devicePath(id)}/sheet`, posting);
    writeSheet(file, sheet);
    // Steps that did not pass are asked for again by the next run; those that did need not be.
    if (report.result === "passed") rmSync(keeper, { force: true });
    return sheet;
  } finally {
    process.off("SIGINT", interrupted);
    person.close();
  }
}

function personFor({ script, yes }: Options, output: Output): Person {
  const tell = (text: string) => output.writeError(text);
  if (script !== undefined) return new ScriptedPerson(parseScript(readText(script)), tell);
  if (yes === true) return new ScriptedPerson(null, tell);
  if (process.stdin.isTTY !== true) {
    throw new CommandFailure(EXIT.usage, "USAGE", "this needs a terminal; without one give --script or --yes");
  }
  return new TerminalPerson();
}

function benchOf(context: CommandContext, id: string, person: Person, { patience }: Options): Bench {
  const { client } = context;
  return {
    person,
    patienceMs: patience * 1000,
    look: () => client.get<DeviceView>(devicePath(id)),
    test: () => selfTest(context, id),
    lamp: async (request) => {
      await client.post(`${devicePath(id)}/lamp`, { type: "application/json", body: JSON.stringify(request) });
    },
  };
}

/** What an interrupted run of the same device, with the same options, has left behind. */
function takeUp(keeper: string, view: DeviceView, { afresh }: Options): Progress | undefined {
  if (afresh === true || !existsSync(keeper)) return undefined;
  try {
    const { key, ...progress } = JSON.parse(readText(keeper)) as Progress & { readonly key: string };
    return key === keyOf(view) ? progress : undefined;
  } catch {
    // Cut off in the middle of being written: the run begins again.
    return undefined;
  }
}

/** A device with other options is another device: nothing of the earlier run counts for it. */
const keyOf = ({ id, driver, options }: DeviceView): string => JSON.stringify([id, driver, options]);

function resultOf({ steps }: Progress, wanted: number): SheetReport["result"] {
  if (steps.some(({ outcome }) => outcome === "failed")) return "failed";
  return steps.length === wanted && steps.every(({ outcome }) => outcome === "passed") ? "passed" : "incomplete";
}

const sheetFile = (id: string, { output }: Options): string => output ?? `commissioning-${id}.json`;
const pageFile = (file: string): string => `${file.replace(/\.json$/, "")}.html`;

/** Written whole or not at all: a sheet that is cut off would not verify. */
function writeSheet(file: string, sheet: CommissioningSheet): void {
  for (const [path, content] of [
    [file, jsonText(sheet)],
    [pageFile(file), sheetPage(sheet)],
  ] as const) {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandFailure(EXIT.usage, "USAGE", `${shown(file)} cannot be read: ${messageOf(error)}`);
  }
}
