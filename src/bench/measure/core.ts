import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput } from "#contract/decision";
import { ClearanceIndex } from "#control/clearance-index";
import { decide } from "#lanes/decision/decide";
import { INITIAL_STATE, type LaneEvent, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { clearanceOf } from "../demo/clearances.ts";
import { containerNumber, vietnamesePlate } from "../demo/numbers.ts";
import { Dice } from "../sim/dice.ts";
import { LaneDay } from "../sim/lane-day.ts";
import { drawVariant, type LaneVariant, standardPolicy } from "../sim/setup.ts";
import { swarmOf } from "../sim/swarm.ts";

export interface CoreSpeed {
  /** Events of a recorded day that the core takes in a second, one processor. */
  readonly stepEventsPerSecond: number;
  readonly events: number;
  /** Looking a vehicle up among so many clearances and judging it, milliseconds. */
  readonly clearances: number;
  readonly decisionMs: { readonly p50: number; readonly p99: number };
}

const SEED = 7;
const NOW_UTC = Date.UTC(2026, 9, 10, 8);

/** How fast the pure core is on this machine: the events of one simulated day again and again, and single decisions. */
export function measureCore(
  options: { readonly forMs?: number; readonly clearances?: number; readonly decisions?: number } = {},
): CoreSpeed {
  const { forMs = 2000, clearances = 100_000, decisions = 5000 } = options;
  const { events, stepEventsPerSecond } = measureSteps(forMs);
  return { events, stepEventsPerSecond, clearances, decisionMs: measureDecisions(clearances, decisions) };
}

/** An ordinary day of the example lane, without faults. */
function recordedDay(variant: LaneVariant): readonly LaneEvent[] {
  const events: LaneEvent[] = [];
  const day = new LaneDay({
    seed: SEED,
    days: 1,
    vehicles: 437,
    policy: variant.policy,
    variant,
    swarm: swarmOf({ paperwork: 0.05 }),
    recorded: (event) => events.push(event),
  });
  day.run();
  return events;
}

function measureSteps(forMs: number): { events: number; stepEventsPerSecond: number } {
  const policy = standardPolicy();
  const { site } = drawVariant(new Dice(SEED), policy);
  const variant: LaneVariant = { site: { ...site, weighbridge: true }, policy, onboard: false, demanding: false };
  const day = recordedDay(variant);
  const once = () => {
    let state: LaneState = INITIAL_STATE;
    for (const event of day) state = step(state, event, policy).state;
  };
  once();
  let events = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < forMs) {
    once();
    events += day.length;
  }
  return { events: day.length, stepEventsPerSecond: Math.round((events * 1000) / (performance.now() - startedAt)) };
}

function measureDecisions(clearances: number, decisions: number): { p50: number; p99: number } {
  const dice = new Dice(SEED);
  const policy = standardPolicy();
  const { site } = drawVariant(dice, policy);
  const records = Array.from({ length: clearances }, (_, index) =>
    clearanceOf({
      id: `CL-${index}`,
      plate: vietnamesePlate(dice),
      container: containerNumber(dice),
      declaredGrossKg: 20_000,
      tractorTareKg: 15_000,
      containerTareKg: 2300,
      nowUtc: NOW_UTC,
    }),
  );
  const index = new ClearanceIndex();
  index.replace(1, records);
  const times: number[] = [];
  for (let round = 0; round < decisions + 200; round++) {
    const record = records[dice.integer(0, records.length - 1)];
    const container = record?.containers[0]?.number ?? null;
    const plate = record?.vehicle.tractorPlate ?? null;
    const startedAt = performance.now();
    const candidates: CachedClearance[] = index.find(container, plate);
    decide({
      input: inputOf(container ?? "", plate ?? ""),
      candidates,
      policy,
      site,
      passage: "P000001",
      utc: NOW_UTC,
    });
    if (round >= 200) times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function inputOf(container: string, plate: string): DecisionInput {
  return {
    container: { text: container, confidence: 0.97, sources: ["side"], dissent: [] },
    plate: { text: plate, confidence: 0.97, sources: ["front"], dissent: [] },
    reads: [],
    weight: { grossKg: 35_000, spreadKg: 0, zeroSeen: true },
    weightFault: null,
    link: "online",
    clearanceVersion: 1,
    clearanceAgeMs: 0,
    boomHealthy: true,
    occupancyConsistent: true,
  };
}
