import { assertInvariants } from "#lanes/passage/invariants";
import { INITIAL_STATE, type LaneEvent, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { Dice } from "../sim/dice.ts";
import { BUSIEST_LANE, LaneDay } from "../sim/lane-day.ts";
import { drawVariant, type LaneVariant, standardPolicy } from "../sim/setup.ts";
import { swarmOf } from "../sim/swarm.ts";
import { type DecisionSpeed, measureDecisions } from "./core-decision.ts";
import { measureSim, type SimSpeed, TRAFFIC } from "./core-sim.ts";

export interface CoreSpeed {
  /** Events of one recorded day of 437 vehicles; run again and again, each time from an empty lane. */
  readonly events: number;
  /** Events that the core takes in a second on one processor. */
  readonly stepEventsPerSecond: number;
  /** The same with every promise of the core checked after every event, as the control process does. */
  readonly checkedEventsPerSecond: number;
  readonly decision: DecisionSpeed;
  /** One simulated lane, for each density of traffic with every check and with `--fast`. */
  readonly sim: readonly SimSpeed[];
}

export interface CoreOptions {
  /** How long each of the two runs of the recorded day lasts, milliseconds. */
  readonly forMs?: number;
  readonly clearances?: number;
  readonly decisions?: number;
  /** How long each simulation lasts, milliseconds of the processor. */
  readonly simForMs?: number;
}

const SEED = 7;

/** How fast the pure core is on this machine: the events of one simulated day again and again, and single decisions. */
export async function measureCore(options: CoreOptions = {}): Promise<CoreSpeed> {
  const { forMs = 2000, clearances = 100_000, decisions = 5000, simForMs = 8000 } = options;
  const policy = standardPolicy();
  const { site } = drawVariant(new Dice(SEED), policy);
  const variant: LaneVariant = {
    site: { ...site, weighbridge: true },
    policy,
    onboard: false,
    readers: { tag: false, code: false, seal: false },
    tidal: false,
    demanding: false,
  };
  const day = recordedDay(variant);
  const run = (checked: boolean) => eventsPerSecond(day, forMs, variant, checked);
  return {
    events: day.length,
    stepEventsPerSecond: run(false),
    checkedEventsPerSecond: run(true),
    decision: await measureDecisions(clearances, decisions),
    sim: TRAFFIC.flatMap((traffic) => [false, true].map((fast) => measureSim(traffic, fast, simForMs))),
  };
}

/** An ordinary day of the example lane, without faults. */
function recordedDay(variant: LaneVariant): readonly LaneEvent[] {
  const events: LaneEvent[] = [];
  const day = new LaneDay({
    seed: SEED,
    days: 1,
    vehicles: BUSIEST_LANE,
    policy: variant.policy,
    variant,
    swarm: swarmOf({ paperwork: 0.05 }),
    recorded: (event) => events.push(event),
  });
  day.run();
  return events;
}

function eventsPerSecond(day: readonly LaneEvent[], forMs: number, variant: LaneVariant, checked: boolean): number {
  const once = () => {
    let state: LaneState = INITIAL_STATE;
    for (const event of day) {
      const next = step(state, event, variant.policy);
      if (checked) assertInvariants(state, event, next);
      state = next.state;
    }
  };
  once();
  let events = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < forMs) {
    once();
    events += day.length;
  }
  return Math.round((events * 1000) / (performance.now() - startedAt));
}
