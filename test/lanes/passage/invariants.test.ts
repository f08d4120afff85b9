import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvariantError } from "#contract/errors";
import type { Wish } from "#contract/order";
import { assertInvariants, INVARIANTS, type InvariantName } from "#lanes/passage/invariants";
import type { LaneEffect, LaneEvent, LaneState, Passage, Step } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { cached, policyWith, QUIET } from "../builders.ts";
import { Lane } from "../harness.ts";
import { boomRises, drivesOut, drivesUnder, standsOnScale } from "../vehicle.ts";

/** A step that the lane really makes: what was, what happened, what came of it. */
type Real = readonly [before: LaneState, event: LaneEvent, after: Step];

const cleared = () => new Lane({ clearances: [cached()], diskIsFast: false }).ready();
const crossing = () => boomRises(standsOnScale(cleared()).answers());
const clearing = () => drivesOut(drivesUnder(crossing()));

function real(lane: Lane, input: { readonly type: LaneEvent["type"] } & Record<string, unknown>): Real {
  const event = { ...input, at: lane.now, utc: lane.utc } as LaneEvent;
  const before = lane.state;
  const after = step(before, event, policyWith());
  assertInvariants(before, event, after);
  return [before, event, after];
}

const NOTHING = { type: "link", up: true, detail: "" } as const;
const quiet = (lane: Lane) => real(lane, NOTHING);
const raising = () => {
  const lane = standsOnScale(cleared());
  return real(lane, { type: "decision-durable", passage: "P000001", question: lane.state.questionCount });
};
const lowering = () => {
  const lane = clearing().wait(199);
  lane.now += 1;
  return real(lane, { type: "timer-expired", timer: "under-clear" });
};
const opened = () => real(standsOnScale(cleared()).answers(), gate({ boomClosed: false, boomOpen: true }));
const closed = () => real(clearing().wait(600), gate({ boomClosed: true, boomOpen: false }));
const gate = (change: object) => ({ type: "gate-inputs", inputs: { ...QUIET, ...change } }) as const;

const without = ([before, event, { state, effects }]: Real, drop: (effect: LaneEffect) => boolean): Real => [
  before,
  event,
  { state, effects: effects.filter((effect) => !drop(effect)) },
];
const doing = ([before, event, { state, effects }]: Real, ...more: readonly LaneEffect[]): Real => [
  before,
  event,
  { state, effects: [...effects, ...more] },
];
const being = ([before, event, { state, effects }]: Real, change: Partial<LaneState>): Real => [
  before,
  event,
  { state: { ...state, ...change }, effects },
];
const passing = (made: Real, change: Partial<Passage>): Real => {
  const passage = made[2].state.passage;
  assert.ok(passage);
  return being(made, { passage: { ...passage, ...change } });
};
const behind = (change: Partial<Passage>): Real => {
  const made = quiet(clearing());
  const { passage } = made[2].state;
  assert.ok(passage);
  return being(made, {
    next: { ...passage, id: "P000002", phase: "identify", decision: null, intent: null, ...change },
  });
};
const isRecord = (entry: string) => (effect: LaneEffect) => effect.type === "record" && effect.entry === entry;
const command = (type: "raise-boom" | "lower-boom", commandId = "C99"): LaneEffect => ({
  type: "command",
  commandId,
  passage: "P000001",
  command: { type },
  issuedAt: 0,
});
const armedStep = (): Real => {
  const lane = standsOnScale(new Lane({ clearances: [] }).ready()).wait(30_000);
  lane.world.cacheAnswers = false;
  lane.post({ type: "clearances-changed", version: 8 });
  const question = lane.state.questionCount;
  return real(lane, {
    type: "clearances-found",
    passage: "P000001",
    question,
    candidates: [cached()],
    version: 8,
    ageMs: 0,
  });
};

const ORDER = "00000000-0000-4000-8000-00000000000a";
const WAITING = { id: "", wish: "open", by: "S-4", passage: null } as const;
const ordering = (wish: Wish, lane = new Lane({ clearances: [] })): Real =>
  real(lane, {
    type: "order",
    order: {
      id: ORDER,
      by: { subject: "S-4", role: "supervisor" },
      secondBy: { subject: "S-5", role: "supervisor" },
      reason: "",
      wish,
    },
  });
const hop = (from: string, to: string): LaneEffect => ({
  type: "record",
  entry: "passage.phase",
  passage: "P000001",
  data: { from, to, why: "" },
});
const answerTo = (id: string): LaneEffect => ({
  type: "answer",
  outcome: { id, state: "done", code: "", detail: "" },
});

/** For each promise a step of the lane with one thing about it changed. */
const BROKEN: Readonly<Record<InvariantName, readonly (() => Real)[]>> = {
  "nothing moves at a start": [
    () => doing(real(crossing(), { type: "started", boot: "b", site: crossing().state.site }), command("lower-boom")),
  ],
  "one boom command at most": [() => doing(raising(), command("lower-boom"))],
  "a raise follows a durable PASS": [
    () => {
      const [before, event, after] = raising();
      const held = before.passage === null ? null : { ...before.passage, phase: "hold" as const };
      return [{ ...before, passage: held }, event, after];
    },
    () => being(raising(), { mode: { service: "manual", because: "", link: "online" } }),
  ],
  "a lower needs a clear zone": [
    () => {
      const made = lowering();
      const { occupancy, inputs } = made[2].state;
      assert.ok(inputs);
      return being(made, { inputs: { ...inputs, curtain: true }, occupancy: { ...occupancy, underBoom: "occupied" } });
    },
    () => being(lowering(), { mode: { service: "manual", because: "", link: "online" } }),
  ],
  "a boom command is on record as the intent": [
    () => without(raising(), isRecord("barrier.command")),
    () => without(lowering(), isRecord("barrier.command")),
  ],
  "an intent ends with its outcome on record": [() => without(opened(), isRecord("barrier.outcome"))],
  "an intent belongs to its phase": [
    () => passing(quiet(clearing()), { intent: { commandId: "C1", command: "raise-boom" } }),
    () => passing(quiet(clearing()), { intent: { commandId: "C1", command: "lower-boom" } }),
  ],
  "a PASS on record waits for the disk": [
    () => without(armedStep(), (effect) => effect.type === "confirm-durable"),
    () => without(armedStep(), (effect) => effect.type === "consumption"),
  ],
  "only the disk makes a PASS durable": [
    () => {
      const made = quiet(standsOnScale(cleared()));
      const decision = made[2].state.passage?.decision;
      assert.ok(decision);
      return passing(made, { decision: { ...decision, durable: true }, confirm: null });
    },
    () => passing(quiet(crossing()), { confirm: 1 }),
  ],
  "a PASS belongs to its phase": [
    () => passing(quiet(standsOnScale(cleared())), { phase: "decide" }),
    () => passing(quiet(standsOnScale(cleared())), { phase: "armed", decision: null }),
  ],
  "only a PASS ends in PASSED": [
    () => passing(quiet(clearing()), { decision: null }),
    () => passing(quiet(crossing()), { result: "PASSED" }),
    () => passing(quiet(clearing()), { result: "PASSED_OFFICER" }),
  ],
  "an order is answered once": [
    () => without(ordering({ name: "open" }), (effect) => effect.type === "answer"),
    () => doing(ordering({ name: "close" }), answerTo(ORDER)),
    () => doing(quiet(crossing()), answerTo(ORDER)),
    () => being(ordering({ name: "mode", mode: "manual" }), { pendingOrders: [{ ...WAITING, id: ORDER }] }),
  ],
  "what a person did beside the rules is on record": [
    () => without(ordering({ name: "mode", mode: "manual" }), isRecord("override.made")),
    () => without(ordering({ name: "open" }, new Lane().ready()), isRecord("override.made")),
  ],
  "a boom that is down ends the passage": [
    () => {
      const made = quiet(clearing());
      const inputs = { ...QUIET };
      return being(made, { inputs, boom: "closed" });
    },
  ],
  "a clearance is used once and given back once": [
    () => without(closed(), (effect) => effect.type === "consumption"),
    () => doing(closed(), { type: "consumption", clearance: "CL-1", consumption: "none", passage: "P000001" }),
    () =>
      doing(quiet(crossing()), { type: "consumption", clearance: "CL-1", consumption: "consumed", passage: "P000001" }),
  ],
  "a phase that is limited has its timer": [() => being(quiet(crossing()), { timers: {} })],
  "an unread gate stops the passage": [
    () => {
      const made = quiet(crossing());
      const { occupancy } = made[2].state;
      return being(made, {
        inputs: null,
        boom: "unknown",
        exitLight: "red",
        occupancy: { ...occupancy, underBoom: "unknown" },
      });
    },
  ],
  "the vehicle behind waits its turn": [
    () => behind({ phase: "weigh" }),
    () => behind({ intent: { commandId: "C1", command: "raise-boom" } }),
    () => behind({ id: "P000001" }),
    () => behind({ decision: { verdict: "HOLD", reason: "", at: 0, clearance: null, durable: false } }),
    () => {
      const made = quiet(standsOnScale(cleared()));
      return being(made, { next: made[2].state.passage });
    },
  ],
  "an unread gate is told no green": [
    () =>
      being(real(cleared(), { type: "device-health", device: "g", class: "gate", health: { state: "down" } }), {
        entryLight: "green",
      }),
  ],
  "zones and boom are what the inputs say": [
    () => being(quiet(crossing()), { boom: "moving" }),
    () => {
      const made = quiet(crossing());
      return being(made, { occupancy: { ...made[2].state.occupancy, underBoom: "unknown" } });
    },
  ],
  "green only for whom it is meant": [
    () =>
      doing(being(quiet(clearing()), { commandCount: 99 }), {
        type: "command",
        commandId: "C99",
        passage: null,
        command: { type: "exit-light", colour: "green" },
        issuedAt: 0,
      }),
  ],
  "every machine goes only where its table lets it": [
    () => being(quiet(crossing()), { boom: "moving" }),
    () => being(quiet(crossing()), { mode: { service: "manual", because: "", link: "online" } }),
    () => {
      const made = quiet(crossing());
      return being(made, { occupancy: { ...made[2].state.occupancy, arrival: "unknown" } });
    },
    () => {
      const made = quiet(crossing());
      return being(made, { occupancy: { ...made[2].state.occupancy, scale: "empty" } });
    },
    () => doing(quiet(crossing()), hop("crossing", "opening")),
    () => doing(quiet(clearing()), hop("clearing", "closing")),
    () =>
      doing(quiet(crossing()), {
        type: "record",
        entry: "passage.closed",
        passage: "P000001",
        data: { result: "DIVERTED" },
      }),
  ],
  "counters only grow": [
    () => being(quiet(crossing()), { commandCount: 0 }),
    () => being(quiet(crossing()), { passageCount: 0 }),
  ],
};

describe("the lane stops itself when it breaks the promise that", () => {
  for (const name of Object.keys(INVARIANTS) as InvariantName[]) {
    test(name, () => {
      for (const breaking of BROKEN[name]) {
        const [before, event, after] = breaking();
        const transition = { before, event, after: after.state, effects: after.effects };
        assert.equal(INVARIANTS[name](transition), false);
        assert.throws(() => assertInvariants(before, event, after), InvariantError);
      }
    });
  }
});

test("the error names the promise, the event and the phases", () => {
  const [before, event, after] = without(opened(), isRecord("barrier.outcome"));
  assert.throws(() => assertInvariants(before, event, after), {
    message: "an intent ends with its outcome on record (on gate-inputs, opening -> crossing)",
  });
});
