import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clearance } from "#contract/clearance";
import type { DecisionInput, IdentityRead } from "#contract/decision";
import { ClearanceIndex } from "#control/clearance-index";
import { decide } from "#lanes/decision/decide";
import type { LanePolicy } from "#lanes/decision/policy";
import { fuse } from "#lanes/fusion/fuse";
import type { LaneSite } from "#lanes/passage/model";
import { clearanceOf } from "../demo/clearances.ts";
import { containerNumber, vietnamesePlate } from "../demo/numbers.ts";
import { Dice } from "../sim/dice.ts";
import { drawVariant, standardPolicy } from "../sim/setup.ts";
import { sisterPlate } from "../sim/world/sisters.ts";

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface DecisionSpeed {
  readonly clearances: number;
  /** Look-up, fusion of ten reads and every rule, for what was read as announced, milliseconds. */
  readonly exactMs: Spread;
  /** The same with plate and container each one character off: both are searched among what is nearly them. */
  readonly fuzzyMs: Spread;
  /** The whole list into the index, and the longest that anything else has to wait meanwhile, milliseconds. */
  readonly list: { readonly buildMs: number; readonly longestSliceMs: number };
}

const SEED = 7;
const NOW_UTC = Date.UTC(2026, 9, 10, 8);
const WARM_UP = 200;

/** Decisions on a long list of clearances. */
export async function measureDecisions(clearances: number, decisions: number): Promise<DecisionSpeed> {
  const dice = new Dice(SEED);
  const policy = standardPolicy();
  const { site } = drawVariant(dice, policy);
  const records = Array.from({ length: clearances }, (_, index) => recordOf(index, dice));
  const index = new ClearanceIndex();
  const list = await listInSlices(index, records);
  const judge = (bent: boolean) => {
    const record = records[dice.integer(0, records.length - 1)];
    const plate = record?.vehicle.tractorPlate ?? "";
    const container = record?.containers[0]?.number ?? "";
    const seen = bent ? { plate: sisterPlate(plate, dice), container: bend(container, dice) } : { plate, container };
    return timed(() => judgeOne(index, seen, policy, site));
  };
  const run = (bent: boolean) =>
    spreadOf(Array.from({ length: decisions + WARM_UP }, () => judge(bent)).slice(WARM_UP));
  return { clearances, exactMs: run(false), fuzzyMs: run(true), list };
}

function recordOf(index: number, dice: Dice): Clearance {
  return clearanceOf({
    id: `CL-${index}`,
    plate: vietnamesePlate(dice),
    container: containerNumber(dice),
    declaredGrossKg: 20_000,
    tractorTareKg: 15_000,
    containerTareKg: 2300,
    nowUtc: NOW_UTC,
  });
}

async function listInSlices(index: ClearanceIndex, records: readonly Clearance[]): Promise<DecisionSpeed["list"]> {
  const startedAt = performance.now();
  let sliceAt = startedAt;
  let longestSliceMs = 0;
  const pause = async () => {
    longestSliceMs = Math.max(longestSliceMs, performance.now() - sliceAt);
    await nextTurn();
    sliceAt = performance.now();
  };
  await index.replaceInSlices(1, records, pause);
  return { buildMs: performance.now() - startedAt, longestSliceMs };
}

function judgeOne(
  index: ClearanceIndex,
  seen: { readonly plate: string; readonly container: string },
  policy: LanePolicy,
  site: LaneSite,
): void {
  const reads = readsOf(seen.plate, seen.container);
  const { trailer: _, ...fused } = fuse(reads, policy.identity.minReadConfidence, policy.confusion);
  const candidates = index.find(fused.container?.text ?? null, fused.plate?.text ?? null);
  decide({ input: { ...FACTS, ...fused, reads }, candidates, policy, site, passage: "P000001", utc: NOW_UTC });
}

const FACTS: Omit<DecisionInput, "container" | "plate" | "reads"> = {
  weight: { grossKg: 35_000, spreadKg: 0, zeroSeen: true },
  weightFault: null,
  link: "online",
  clearanceVersion: 1,
  clearanceAgeMs: 0,
  boomHealthy: true,
  occupancyConsistent: true,
};

/** Five sources for each identity; one of them read something else. */
function readsOf(plate: string, container: string): IdentityRead[] {
  return [0, 1, 2, 3, 4].flatMap((at): IdentityRead[] => {
    const confidence = 0.7 + at * 0.05;
    const other = at === 2 ? `${plate.slice(0, -1)}${(Number(plate.at(-1)) + 1) % 10}` : plate;
    return [
      { kind: "plate", raw: other, text: other, confidence, source: `front-${at}` },
      { kind: "container", raw: container, text: container, confidence, source: `side-${at}`, check: "verified" },
    ];
  });
}

/** One digit of the serial off. The check digit is wrong then, as in the worst question that may be asked. */
function bend(container: string, dice: Dice): string {
  const at = dice.integer(4, 9);
  return `${container.slice(0, at)}${(Number(container[at]) + 1) % 10}${container.slice(at + 1)}`;
}

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
