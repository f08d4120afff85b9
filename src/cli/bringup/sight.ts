import { setTimeout as pause } from "node:timers/promises";
import type { DeviceView } from "#edge/devices/device-view";
import { type Bench, LOOK_MS } from "./bench.ts";
import type { Step, StepOutcome } from "./step.ts";

type See = Extract<Step, { kind: "see" }>;
type Word = Extract<Step, { kind: "word" }>;
type Change = DeviceView["transitions"][number];

/** The technician does something, and the device must see it. */
export async function see(step: See, bench: Bench): Promise<StepOutcome> {
  const { value: name, on } = step;
  const wanted = `${name} ${on ? "on" : "off"}`;
  const expected = `${wanted}, after it was ${on ? "off" : "on"}`;
  const first = await bench.look();
  if (step.already !== true && levelOf(first, name) === on) {
    return { outcome: "failed", measured: `${wanted} before anything was done: stuck, or wired wrong`, expected };
  }
  bench.person.tell(`  ${step.instruction}`);
  const found = await watch(step, bench, (view) => {
    bench.person.live(`${name} is ${levelOf(view, name) ? "on" : "off"}`);
    if (view.health.state === "down") return undefined;
    const since = changesSince(view, first);
    return since.some(({ what }) => what === wanted) || levelOf(view, name) === on ? since : undefined;
  });
  if (found === undefined) return missed(step, bench, wanted, expected);
  const others = found.map(({ what }) => what).filter((what) => !what.startsWith(`${name} `));
  const beside = others.length === 0 ? "" : `; also seen meanwhile: ${[...new Set(others)].join(", ")}`;
  return { outcome: "passed", measured: `${wanted}${beside}`.slice(0, 900), expected };
}

/** The technician brings something before a reader, which must say what it is. */
export async function word(step: Word, bench: Bench): Promise<StepOutcome> {
  const expected = `a ${step.value}, and the right one`;
  const first = await bench.look();
  bench.person.tell(`  ${step.instruction}`);
  const found = await watch(step, bench, (view) =>
    changesSince(view, first).find(({ what }) => what.startsWith(`${step.value} `)),
  );
  if (found === undefined) return missed(step, bench, `no ${step.value}`, expected);
  const answer = await bench.person.confirm(step.id, `  Read: ${found.what}. ${step.question}`);
  return {
    outcome: answer === "yes" ? "passed" : answer === "no" ? "failed" : "skipped",
    measured: found.what,
    expected,
  };
}

/** Looks until `found` gives something; undefined when the person gives up or patience ends. */
async function watch<Found>(
  { id }: Step,
  { person, look, patienceMs }: Bench,
  found: (view: DeviceView) => Found | undefined,
): Promise<Found | undefined> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline && !person.gaveUp(id)) {
    const result = found(await look());
    if (result !== undefined) return result;
    await pause(LOOK_MS);
  }
  return undefined;
}

function missed({ id }: Step, { person, patienceMs }: Bench, wanted: string, expected: string): StepOutcome {
  if (person.gaveUp(id)) return { outcome: "skipped", measured: "left out by the technician", expected };
  return { outcome: "failed", measured: `${wanted}: not seen within ${patienceMs / 1000} s`, expected };
}

function levelOf(view: DeviceView, name: string): boolean | undefined {
  const value = view.values.find((one) => one.name === name)?.value;
  return typeof value === "boolean" ? value : undefined;
}

/** What has changed since that look, the newest first. */
function changesSince({ transitions }: DeviceView, before: DeviceView): readonly Change[] {
  const [last] = before.transitions;
  if (last === undefined) return transitions;
  const index = transitions.findIndex(({ at, what }) => at === last.at && what === last.what);
  return index === -1 ? transitions : transitions.slice(0, index);
}
