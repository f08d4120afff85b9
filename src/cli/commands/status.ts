import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { LaneSnapshot } from "#contract/messages";
import { type CommandContext, contextOf, endWithInterrupt } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { type Colours, clockTime, jsonText, type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { deviceRows } from "./device-rows.ts";

/** Time between two looks, milliseconds. */
const WATCH_MS = 1000;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

export function addStatus(program: Command, output: Output): void {
  const command = program
    .command("status")
    .description("what the lane looks like now")
    .option("-w, --watch", "look again every second, until Ctrl-C");
  withExamples(command, [
    ["lanectl status", "boom, link, vehicles, devices, journal"],
    ["lanectl status --watch", "the same, kept up to date"],
    ["lanectl status --json", "for scripts and health checks; exit code 69 when the daemon does not answer"],
  ]).action(async (options: { readonly watch?: boolean }) => {
    const context = await contextOf(command, output);
    if (options.watch === true) await watch(context);
    else context.show(await context.client.get<LaneSnapshot>("/status"), (lane) => statusText(lane, output.colours));
  });
}

/** Shows the state again whenever it changed; a daemon that is away is said to be away, and waited for. */
async function watch({ client, output, json }: CommandContext): Promise<never> {
  endWithInterrupt();
  let last = "";
  for (;;) {
    const text = await client.get<LaneSnapshot>("/status").then(
      (lane) => (json ? jsonText(lane, 0) : statusText(lane, output.colours)),
      (error: unknown) => unavailableText(error, json),
    );
    if (text !== last) output.write(output.isTerminal && !json ? `${CLEAR_SCREEN}${text}` : text);
    last = text;
    await pause(WATCH_MS);
  }
}

function unavailableText(error: unknown, json: boolean): string {
  if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.unavailable) throw error;
  return json ? jsonText({ error: { code: error.code, message: error.message } }, 0) : `${error.message}\n`;
}

/** The state of a lane for people. */
export function statusText(lane: LaneSnapshot, colours: Colours): string {
  const { journal, clearances, link } = lane;
  const boom = lane.boom === "fault" || lane.boom === "unknown" ? colours.red : colours.bold;
  const facts: string[][] = [
    ...configurationRows(lane, colours),
    ["mode", (lane.mode === "auto" ? colours.green : colours.yellow)(shown(lane.mode))],
    ...alarmRows(lane, colours),
    ["boom", boom(shown(lane.boom))],
    ["occupied", shown(lane.occupancy.join(", ") || "nothing")],
    ["link", `${link.up ? colours.green("up") : colours.red("down")}  ${shown(link.detail)}`],
    ...incidentRows(lane, colours),
    ["clearances", clearancesText(clearances, colours)],
    ...(lane.neighbours === undefined ? [] : [["neighbours", neighboursText(lane.neighbours, colours)]]),
    ["journal", `${journal.seq} entries, ${journal.acked} acknowledged by operations`],
    ...storageRows(lane, colours),
    ["messages refused", refusedText(lane)],
    ...keyRows(lane, colours),
    ["software", `${shown(lane.software)}, running since ${clockTime(lane.startedAt, true)}`],
  ];
  const passages = lane.passages.map(({ passage, phase, openedAt }) => [
    `  ${shown(passage)}`,
    colours.bold(shown(phase)),
    `since ${clockTime(openedAt)}`,
  ]);
  return [
    `${colours.bold(`${shown(lane.site)} / ${shown(lane.lane)}`)}\n`,
    table(facts.map(([name, value]) => [`  ${name ?? ""}`, value ?? ""])),
    `${colours.bold("passages")}\n`,
    passages.length === 0 ? "  none\n" : table(passages),
    `${colours.bold("devices")}\n`,
    table(deviceRows(lane.devices, colours).map(([id, ...rest]) => [`  ${id ?? ""}`, ...rest])),
  ].join("");
}

function incidentRows({ incident, openReports = 0 }: LaneSnapshot, colours: Colours): string[][] {
  const rows: string[][] = [];
  if (incident !== undefined) {
    const { id, since, stage, noticeBy } = incident;
    const text = `${shown(id)}  since ${clockTime(since, true)}, notice to customs by ${clockTime(noticeBy, true)}`;
    const colour = stage === "opened" ? colours.yellow : colours.red;
    rows.push(["incident", colour(stage === "notice-overdue" ? `${text}: OVERDUE` : text)]);
  }
  if (openReports > 0) rows.push(["reports to customs", `${openReports} not acknowledged yet`]);
  return rows;
}

/** Nothing to say while the lane runs on what its file says. */
function configurationRows({ configuration }: LaneSnapshot, colours: Colours): string[][] {
  if (configuration === undefined) return [];
  return [
    ["configuration", colours.red(shown(configuration.detail))],
    ["", shown(configuration.advice)],
  ];
}

/** What a person should look at, one line each. */
function alarmRows({ alarms = [], uncertain = [] }: LaneSnapshot, colours: Colours): string[][] {
  const raised = alarms.map(
    ({ code, since, detail }) => `${shown(code)} since ${clockTime(since, true)}: ${shown(detail)}`,
  );
  const unknown = uncertain.map(
    ({ passage, clearance }) =>
      `nobody saw ${shown(passage)} to its end; say what became of ${shown(clearance)}: lanectl resolve`,
  );
  return [...raised, ...unknown].map((text, index) => [index === 0 ? "alarms" : "", colours.red(text)]);
}

function refusedText({ rejected, lastRejected }: LaneSnapshot): string {
  if (lastRejected === undefined) return shown(rejected);
  const { at, source, code, detail } = lastRejected;
  return `${shown(rejected)}, the last at ${clockTime(at, true)}: ${shown(source)}, ${shown(detail)} (${shown(code)})`;
}

/** Keys whose last day has come or comes soon. */
function keyRows({ keys = [] }: LaneSnapshot, colours: Colours): string[][] {
  return keys.map(({ kid, signs, state, detail }, index) => {
    const what = state === "ended" ? "what it signs is refused" : "its successor belongs into the lane file";
    const text = `${shown(kid)} of ${shown(signs)} ${shown(detail)}; ${what}`;
    return [index === 0 ? "keys" : "", state === "ended" ? colours.red(text) : colours.yellow(text)];
  });
}

/** Nothing to say while all is well. */
function storageRows({ storage }: LaneSnapshot, colours: Colours): string[][] {
  if (storage === undefined || storage.mode === "ok") return [];
  const found = `${shown(storage.mode)}: ${shown(storage.detail)}; nobody is let through`;
  return [
    ["storage", colours.red(found)],
    ["", shown(storage.advice)],
  ];
}

function neighboursText({ heard, known }: NonNullable<LaneSnapshot["neighbours"]>, colours: Colours): string {
  const text = `${heard} of ${known} heard`;
  return heard < known ? colours.yellow(text) : text;
}

function clearancesText(list: LaneSnapshot["clearances"], colours: Colours): string {
  const { version, records, receivedAt, ladder } = list;
  if (receivedAt === null) return "none received yet";
  const text = `${records} records, version ${version}, received ${clockTime(receivedAt, true)}`;
  if (ladder === undefined || ladder === "none") return text;
  const step = {
    fresh: colours.green("fresh"),
    stale: colours.yellow("STALE"),
    "beyond-limit": colours.red("TOO OLD"),
  };
  return `${text}, ${step[ladder]}`;
}
