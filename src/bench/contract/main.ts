import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { ConfigError, formatIssues } from "#config/issues";
import { loadLaneConfig } from "#config/load-lane-config";
import { loadPolicy } from "#config/load-policy";
import { isLaneError, messageOf } from "#contract/errors";
import { isoUtc } from "#contract/units";
import { lockLane } from "#daemon/lane-lock";
import { softwareVersion } from "#daemon/lane-setup";
import type { LanePolicy } from "#lanes/decision/policy";
import type { Family } from "./check.ts";
import { allFamilies } from "./families/all.ts";
import { laneFamilies } from "./field/lane.ts";
import { NOBODY, personAt } from "./field/person.ts";
import { htmlOf } from "./report/html.ts";
import { junitOf } from "./report/junit.ts";
import { type ContractReport, countsOf } from "./report/report.ts";
import { familyText, summaryText } from "./report/text.ts";
import { runFamily } from "./run.ts";

interface Options {
  readonly device?: string;
  readonly only?: readonly string[];
  readonly allowMotion: boolean;
  readonly junit?: string;
  readonly html?: string;
  readonly json: boolean;
}

const EXIT = { ok: 0, failed: 1, usage: 2, config: 78 } as const;

const HELP = `
Without --device every driver is asked on its simulator. With it the devices of that lane are asked on the wire that the
configuration names, simulators or hardware; the lane's daemon must not run. What somebody has to do or to see is asked on
the terminal, and skipped with the reason where there is none. No boom moves and no light changes without --allow-motion;
with it, boom commands still pass the lane's interlock.

Exit codes: 0 nothing failed, 1 something failed, 2 wrong usage, 78 the configuration has errors or the lane is running.

Examples:
  npm run test:contract
  npm run test:contract -- --only modbus-weighbridge --html report.html
  npm run test:contract -- --device config/lane.yaml --junit contract.xml --html contract.html
  npm run test:contract -- --device config/lane.yaml --only gate --allow-motion
`;

const program = new Command("npm run test:contract --")
  .description("Asks devices, or their simulators, for everything that their class has promised.")
  .option("--device <config.yaml>", "the devices of this lane configuration, in place of the simulators")
  .option("--only <name...>", "only these devices (ids), or with simulators these drivers or classes")
  .option("--allow-motion", "the boom may move and the lights may change", false)
  .option("--junit <file>", "write the report as JUnit XML")
  .option("--html <file>", "write the report as one HTML page")
  .option("--json", "write the report as JSON to standard output", false)
  .addHelpText("after", HELP)
  .exitOverride()
  .action(run);

interface Target {
  readonly name: string;
  readonly configHash: string | null;
  readonly families: readonly Family[];
  readonly concurrency: number;
  /** Gives back what the run has held. */
  leave(): void;
}

async function run(options: Options): Promise<void> {
  const startedAt = isoUtc(Date.now());
  const target = await targetOf(options);
  try {
    const chosen = chosenOf(target.families, options.only);
    if (typeof chosen === "string") return refuse(chosen);
    const families = [];
    for (const family of chosen) {
      const result = await runFamily(family, { concurrency: target.concurrency, giveUp: target.concurrency === 1 });
      families.push(result);
      process.stderr.write(`${familyText(result, options.device !== undefined)}\n`);
    }
    const counts = countsOf(families.flatMap(({ results }) => results));
    const { name, configHash } = target;
    const about = { software: softwareVersion(), node: process.version, startedAt, endedAt: isoUtc(Date.now()) };
    await publish({ schema: "gatelane.contract/1", ...about, target: name, configHash, counts, families }, options);
    process.exitCode = counts.failed > 0 ? EXIT.failed : EXIT.ok;
  } finally {
    target.leave();
  }
}

async function targetOf({ device, allowMotion }: Options): Promise<Target> {
  if (device === undefined) {
    const nothing = () => undefined;
    return { name: "simulators", configHash: null, families: await allFamilies(), concurrency: 4, leave: nothing };
  }
  const lane = loadLaneConfig(device);
  // Two masters on one wire disturb each other, and only one of them may command a boom.
  const unlock = existsSync(lane.dataDir) ? lockLane(lane.dataDir) : () => undefined;
  const attended = process.stdin.isTTY === true;
  const person = attended ? personAt(process.stdin, process.stderr) : { ...NOBODY, leave: () => undefined };
  const interlock = (loadPolicy(lane.policy).value as LanePolicy).interlock;
  const families = laneFamilies({ lane, interlock, person, attended, allowMotion });
  const leave = () => {
    person.leave();
    unlock();
  };
  return { name: device, configHash: lane.configHash, families, concurrency: 1, leave };
}

/** The families that were asked for, or what is wrong with the asking. */
function chosenOf(families: readonly Family[], only: readonly string[] | undefined): readonly Family[] | string {
  if (only === undefined) return families;
  const named = (family: Family) => [family.name, family.driver, family.class];
  const stranger = only.find((name) => !families.some((family) => named(family).includes(name)));
  if (stranger === undefined) return families.filter((family) => named(family).some((name) => only.includes(name)));
  const known = new Set(families.flatMap(({ class: deviceClass, driver, name }) => [deviceClass, driver, name]));
  return `there is no ${JSON.stringify(stranger)}; there are:\n${[...known].map((name) => `  ${name}`).join("\n")}`;
}

async function publish(report: ContractReport, { junit, html, json }: Options): Promise<void> {
  if (junit !== undefined) await writeFile(junit, junitOf(report));
  if (html !== undefined) await writeFile(html, htmlOf(report));
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.stderr.write(summaryText(report));
}

function refuse(message: string): void {
  process.stderr.write(`test:contract: ${message}\n`);
  process.exitCode = EXIT.usage;
}

/** Nothing was asked of any device. */
function couldNotBegin(error: unknown): boolean {
  return isLaneError(error, "CONFIG_INVALID") || isLaneError(error, "LANE_RUNNING");
}

/** Ends by itself what a failed check may have left open: the report is out by then. */
function leave(): void {
  process.stdout.write("", () => process.exit());
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof ConfigError) process.stderr.write(formatIssues(error.file, error.issues));
  else if (!(error instanceof Error && "exitCode" in error)) refuse(messageOf(error));
  if (error instanceof Error && "exitCode" in error) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = couldNotBegin(error) ? EXIT.config : EXIT.failed;
}
leave();
