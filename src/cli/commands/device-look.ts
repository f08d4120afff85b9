import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { DeviceView } from "#edge/devices/device-view";
import type { SelfTestReport } from "#edge/devices/self-test";
import { type CommandContext, contextOf, endWithInterrupt } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import { wholeNumber } from "../numbers.ts";
import { deviceText, liveText, selfTestText } from "../terminal/device-text.ts";
import { jsonText, type Output } from "../terminal/output.ts";

/** Time between two looks, milliseconds. */
const WATCH_MS = 250;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";
/** A self-test may wait for pictures, milliseconds. */
const TEST_MS = 60_000;

export const devicePath = (id: string): string => `/devices/${encodeURIComponent(id)}`;

/** Runs the self-test of a device in the daemon. */
export function selfTest({ client }: CommandContext, id: string): Promise<SelfTestReport> {
  const posting = { type: "application/json", body: "{}", timeoutMs: TEST_MS };
  return client.post<SelfTestReport>(`${devicePath(id)}/test`, posting);
}

/** `lanectl device show|watch|test`: one device while the lane runs. */
export function addDeviceLook(device: Command, output: Output): void {
  addShow(device, output);
  addWatch(device, output);
  addTest(device, output);
}

function addShow(device: Command, output: Output): void {
  const show = device
    .command("show")
    .description("everything about one device: driver, options, live values with their age, fault and what to do")
    .argument("<id>", "as lanectl device list names it")
    .option("-n, --number <count>", "how many of the last changes", wholeNumber(0, 100), 10);
  withExamples(show, [
    ["lanectl device show gate", "inputs of the gate PLC, one by one"],
    ["lanectl device show scale -n 0", "without what has changed"],
    ["lanectl device show gate --json | jq '.values[] | select(.quality != \"good\")'", "values that are not fresh"],
  ]).action(async (id: string, { number }: { readonly number: number }) => {
    const context = await contextOf(show, output);
    const found = await context.client.get<DeviceView>(devicePath(id));
    context.show(found, (view) => deviceText(view, number, output.colours));
  });
}

function addWatch(device: Command, output: Output): void {
  const watch = device
    .command("watch")
    .description("the live values of one device, until Ctrl-C")
    .argument("<id>", "as lanectl device list names it")
    .option("-n, --number <count>", "how many of the last changes", wholeNumber(0, 100), 8);
  withExamples(watch, [
    ["lanectl device watch gate", "drive over the loops and see them switch"],
    ["lanectl device watch scale", "see whether the weight stands still"],
    ["lanectl device watch gate --json", "a line of JSON whenever something has changed"],
  ]).action(async (id: string, { number }: { readonly number: number }) => {
    const context = await contextOf(watch, output);
    // A mistake in the id, or a daemon that is not there, is said once and ends the command.
    await context.client.get<DeviceView>(devicePath(id));
    await follow(context, id, number);
  });
}

/** Shows the device again whenever something has changed; a daemon that goes away is waited for. */
async function follow({ client, output, json }: CommandContext, id: string, changes: number): Promise<never> {
  endWithInterrupt();
  let last = "";
  for (;;) {
    const look = await client.get<DeviceView>(devicePath(id)).then(
      (view) => ({ key: withoutAges(view), text: json ? jsonText(view, 0) : liveText(view, changes, output.colours) }),
      (error: unknown) => away(error, json),
    );
    const inPlace = output.isTerminal && !json;
    if (inPlace || look.key !== last) output.write(inPlace ? `${CLEAR_SCREEN}${look.text}` : look.text);
    last = look.key;
    await pause(WATCH_MS);
  }
}

/** What counts as a change: ages do not, nor what counts up by itself. */
function withoutAges({ health, values, transitions }: DeviceView): string {
  const told = values.filter(({ name }) => name !== "sequence");
  const plain = told.map(({ name, value, quality }) => [name, value, quality]);
  return JSON.stringify([health, plain, transitions[0]]);
}

function away(error: unknown, json: boolean): { readonly key: string; readonly text: string } {
  if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.unavailable) throw error;
  const { code, message } = error;
  return { key: message, text: json ? jsonText({ error: { code, message } }, 0) : `${message}\n` };
}

function addTest(device: Command, output: Output): void {
  const test = device
    .command("test")
    .description("the self-test of one device in the running lane; nothing moves and nothing is lit")
    .argument("<id>", "as lanectl device list names it");
  withExamples(test, [
    ["lanectl device test gate", "switches, stop chain, sensors of an empty lane"],
    ["lanectl device test front", "takes two pictures and says where one is kept"],
    ["lanectl device test scale --json", "exit code 0 when nothing is wrong, 1 when something is"],
  ]).action(async (id: string) => {
    const context = await contextOf(test, output);
    const report = await selfTest(context, id);
    context.show(report, (found) => selfTestText(found, output.colours));
    if (!report.ok) throw new NegativeAnswer(EXIT.negative);
  });
}
