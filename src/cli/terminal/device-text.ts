import type { DeviceView, LiveValue } from "#edge/devices/device-view";
import type { SelfTestReport } from "#edge/devices/self-test";
import { type Colours, clockTime, shown } from "./output.ts";
import { table } from "./table.ts";

/** Everything about one device, for people. `changes`: how many of the last changes. */
export function deviceText(device: DeviceView, changes: number, colours: Colours): string {
  const { id, driver, summary, home, options } = device;
  const facts = Object.entries(options).map(([name, value]) => [`  ${shown(name)}`, shown(optionText(value))]);
  return [
    `${colours.bold(shown(id))}  ${shown(device.class)}, driver ${shown(driver)}, in the ${home} process\n`,
    summary === "" ? "" : `${shown(summary)}\n`,
    healthText(device, colours),
    `${colours.bold("values")}\n`,
    valuesText(device.values, colours),
    `${colours.bold("options")}\n`,
    facts.length === 0 ? "  none\n" : table(facts),
    `${colours.bold("last changes")}\n`,
    changesText(device, changes),
  ].join("");
}

/** What changes while one watches. */
export function liveText(device: DeviceView, changes: number, colours: Colours): string {
  const head = `${colours.bold(shown(device.id))}  ${shown(device.class)}, driver ${shown(device.driver)}\n`;
  return `${head}${healthText(device, colours)}${valuesText(device.values, colours)}${changesText(device, changes)}`;
}

/** What a self-test found. */
export function selfTestText({ device, ok, checks, picture }: SelfTestReport, colours: Colours): string {
  const paint = { pass: colours.green, fail: colours.red, skip: colours.dim };
  const rows = checks.map(({ name, outcome, measured, expected }) => [
    `  ${paint[outcome](outcome)}`,
    shown(name),
    shown(measured),
    colours.dim(outcome === "pass" ? "" : `expected: ${shown(expected)}`),
  ]);
  const todo = checks.flatMap(({ name, advice }) => (advice === null ? [] : [`  ${shown(name)}: ${shown(advice)}\n`]));
  const head = ok ? colours.green("nothing is wrong") : colours.red("something is wrong");
  return [
    `${colours.bold(shown(device))}: ${head}\n`,
    table(rows),
    picture === null ? "" : `  picture of ${picture.width} x ${picture.height} pixels: ${shown(picture.file)}\n`,
    todo.length === 0 ? "" : `${colours.bold("what to do")}\n${todo.join("")}`,
  ].join("");
}

function healthText({ health, advice }: DeviceView, colours: Colours): string {
  const paint = { up: colours.green, degraded: colours.yellow, down: colours.red };
  const state = paint[health.state](health.state);
  const { fault } = health;
  if (fault === undefined) return `health  ${state}\n`;
  return `health  ${state}  ${colours.bold(shown(fault.code))}  ${shown(fault.detail)}\n        ${shown(advice)}\n`;
}

function valuesText(values: readonly LiveValue[], colours: Colours): string {
  if (values.length === 0) return "  none yet\n";
  const paint = { good: colours.green, event: colours.dim, old: colours.yellow, lost: colours.red };
  return table(
    values.map(({ name, value, unit, ageMs, quality }) => [
      `  ${shown(name)}`,
      `${shown(typeof value === "boolean" ? (value ? "on" : "off") : value)}${unit === "" ? "" : ` ${unit}`}`,
      `${ageText(ageMs)} ago`,
      paint[quality](quality),
    ]),
  );
}

function changesText({ transitions }: DeviceView, count: number): string {
  const rows = transitions.slice(0, count).map(({ at, what }) => [`  ${clockTime(at)}`, shown(what)]);
  return rows.length === 0 ? "  none since the daemon started\n" : table(rows);
}

const ageText = (ms: number): string => (ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`);
const optionText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
