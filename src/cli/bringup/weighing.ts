import { setTimeout as pause } from "node:timers/promises";
import type { DeviceView } from "#edge/devices/device-view";
import { type Bench, LOOK_MS } from "./bench.ts";
import type { Step, StepOutcome } from "./step.ts";

type Steady = Extract<Step, { kind: "steady" }>;
type Weigh = Extract<Step, { kind: "weigh" }>;

/** Division of a vehicle scale, kilograms: the one that the standard policy names (weight, divisionKg). */
const DIVISION_KG = 20;
/** A load stands still when it has been stable for so long, milliseconds. */
const STILL_MS = 2000;
/** Less is no load, kilograms. */
const LEAST_LOAD_KG = 400;

/** The empty deck is stable and at zero for a while without a break. */
export async function steady(step: Steady, bench: Bench): Promise<StepOutcome> {
  const expected = `stable and at zero for ${step.ms / 1000} s`;
  bench.person.tell(`  ${step.instruction}`);
  const weights = await stillFor(bench, step.id, step.ms, (view) => flag(view, "stable") && flag(view, "atZero"));
  if (weights === undefined) return notStill(step.id, bench, expected);
  const spread = Math.max(...weights) - Math.min(...weights);
  return { outcome: "passed", measured: `${weights.at(-1)} kg, spread ${spread} kg`, expected };
}

/** A known weight is shown within what a vehicle scale in service may be off. */
export async function weigh(step: Weigh, bench: Bench): Promise<StepOutcome> {
  const known = await bench.person.number(step.id, "  How heavy is it, in kilograms, by another calibrated scale?");
  if (known === null) return { outcome: "skipped", measured: "no known weight", expected: "a known weight is shown" };
  const limit = permissibleErrorKg(known);
  const expected = `${known} kg, at most ${limit} kg off (OIML R 76-1, class III, in service, e = ${DIVISION_KG} kg)`;
  bench.person.tell(`  ${step.instruction}`);
  const loaded = (view: DeviceView) => flag(view, "stable") && (grossOf(view) ?? 0) >= LEAST_LOAD_KG;
  const weights = await stillFor(bench, step.id, STILL_MS, loaded);
  if (weights === undefined) return notStill(step.id, bench, expected);
  const shown = weights.at(-1) ?? 0;
  const off = shown - known;
  const measured = `${shown} kg, ${off >= 0 ? "+" : ""}${off} kg off`;
  return { outcome: Math.abs(off) <= limit ? "passed" : "failed", measured, expected };
}

/** Largest error of a scale in service, kilograms: twice that of verification (OIML R 76-1, 3.5.1 and 3.5.2). */
function permissibleErrorKg(load: number): number {
  const divisions = load / DIVISION_KG;
  return DIVISION_KG * (divisions <= 500 ? 1 : divisions <= 2000 ? 2 : 3);
}

/** Weights seen while `holds` was true for so long without a break; undefined when it never was. */
async function stillFor(
  { person, look, patienceMs }: Bench,
  id: string,
  ms: number,
  holds: (view: DeviceView) => boolean,
): Promise<readonly number[] | undefined> {
  const deadline = performance.now() + patienceMs;
  let since: number | undefined;
  let weights: number[] = [];
  while (performance.now() < deadline && !person.gaveUp(id)) {
    const view = await look();
    const gross = grossOf(view);
    const good = gross !== undefined && holds(view);
    if (!good) since = undefined;
    if (since === undefined) weights = [];
    if (good) {
      since ??= performance.now();
      weights.push(gross);
      if (performance.now() - since >= ms) return weights;
    }
    person.live(`${gross ?? "-"} kg, ${flag(view, "stable") ? "stable" : "moving"}`);
    await pause(LOOK_MS);
  }
  return undefined;
}

function notStill(id: string, { person, patienceMs }: Bench, expected: string): StepOutcome {
  if (person.gaveUp(id)) return { outcome: "skipped", measured: "left out by the technician", expected };
  return { outcome: "failed", measured: `not seen within ${patienceMs / 1000} s`, expected };
}

const fresh = (view: DeviceView, name: string) =>
  view.values.find((one) => one.name === name && one.quality === "good")?.value;
const flag = (view: DeviceView, name: string): boolean => fresh(view, name) === true;

function grossOf(view: DeviceView): number | undefined {
  const value = fresh(view, "gross");
  return typeof value === "number" ? value : undefined;
}
