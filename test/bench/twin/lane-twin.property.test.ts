import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ObservedGate } from "#bench/twin/driver";
import { LANE } from "#bench/twin/geometry";
import { LaneTwin, type LaneTwinState } from "#bench/twin/lane-twin";
import type { Truck } from "#bench/twin/truck";

/**
 * Any queue of trucks, any behaviour of the gate, any length of tick: whatever happens, positions, sensors and weight tell
 * the same story. The last test asserts that the random lanes did reach every phase, so that the others are about something.
 */

type Act = { readonly type: "tick"; readonly ms: number; readonly gate: ObservedGate } | { readonly type: "back-out" };

const truckArbitrary = fc.record(
  {
    kind: fc.constantFrom("semi-trailer" as const, "bobtail" as const),
    grossKg: fc.integer({ min: 6_000, max: 49_000 }),
    tailgates: fc.boolean(),
    stallAtM: fc.integer({ min: -5, max: 60 }),
    stallForMs: fc.integer({ min: 0, max: 20_000 }),
  },
  { requiredKeys: ["kind", "grossKg", "stallForMs"] },
);

const gateArbitrary = fc.record({
  boomOpen: fc.boolean(),
  entryLight: fc.constantFrom("red" as const, "green" as const),
  exitLight: fc.constantFrom("red" as const, "green" as const),
});

const actArbitrary: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      type: fc.constant("tick" as const),
      ms: fc.integer({ min: 0, max: 8000 }),
      gate: gateArbitrary,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "back-out" as const }) },
);

const laneArbitrary = fc.record({
  trucks: fc.array(truckArbitrary, { maxLength: 5, size: "max" }),
  acts: fc.array(actArbitrary, { maxLength: 60, size: "max" }),
  speed: fc.constantFrom(1, 3),
});

type Lane = typeof laneArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const phasesSeen = new Set<string>();

/** Lets the lane run and shows every state, with the one before it, to `check`. */
function run(lane: Lane, check: (state: LaneTwinState, before: LaneTwinState, trucks: readonly Truck[]) => void): void {
  const trucks = lane.trucks.map((truck, index): Truck => ({ ...truck, id: `t${index}` }));
  const twin = new LaneTwin({ speed: lane.speed, trucks });
  let before = twin.state();
  for (const act of lane.acts) {
    if (act.type === "back-out") twin.backOut();
    const state = act.type === "tick" ? twin.tick(act.ms, act.gate) : twin.state();
    for (const { phase } of state.trucks) phasesSeen.add(phase);
    check(state, before, trucks);
    before = state;
  }
}

/** Where the vehicles in the lane are, the foremost first. */
function bodies(state: LaneTwinState): { readonly id: string; readonly noseM: number; readonly tailM: number }[] {
  return state.trucks.flatMap(({ id, noseM, tailM }) =>
    noseM === null || tailM === null ? [] : [{ id, noseM, tailM }],
  );
}

function holds(check: (state: LaneTwinState, before: LaneTwinState, trucks: readonly Truck[]) => void): void {
  fc.assert(
    fc.property(laneArbitrary, (lane) => run(lane, check)),
    { numRuns: 150 },
  );
}

test("no two trucks overlap", () => {
  holds((state) => {
    const inOrder = bodies(state);
    for (const [index, { noseM }] of inOrder.entries()) {
      const ahead = inOrder[index - 1];
      assert.ok(ahead === undefined || noseM < ahead.tailM, `${noseM} runs into ${ahead?.tailM}`);
    }
  });
});

test("loops, photo-eyes and curtain follow from the positions", () => {
  holds((state) => {
    const over = (from: number, to: number) =>
      bodies(state).some(({ noseM, tailM }) => Math.min(noseM, to) - Math.max(tailM, from) > 0);
    const cut = (x: number) => bodies(state).some(({ noseM, tailM }) => tailM < x && x < noseM);
    assert.deepEqual(state.inputs, {
      loopArrival: over(0, 2),
      loopUnder: over(32, 34.5),
      loopExit: over(38, 40),
      eyeScaleFront: cut(10),
      eyeScaleRear: cut(30),
      curtain: cut(33),
    });
  });
});

test("the deck carries nothing when empty, all of a truck that stands on it, and never more than what touches it", () => {
  holds((state, _before, trucks) => {
    const grossOf = (id: string) => trucks.find((truck) => truck.id === id)?.grossKg ?? 0;
    const touching = bodies(state).filter(({ noseM, tailM }) => noseM > 10 && tailM < 30);
    const whole = touching.filter(({ noseM, tailM }) => noseM <= 30 && tailM >= 10);
    const sum = (list: typeof touching) => list.reduce((total, { id }) => total + grossOf(id), 0);
    assert.ok(state.loadKg <= sum(touching), `${state.loadKg} kg of at most ${sum(touching)}`);
    assert.ok(state.loadKg >= sum(whole), `${state.loadKg} kg of at least ${sum(whole)}`);
    for (const { id, phase } of state.trucks) {
      if (phase === "standing" && touching.length === 1) assert.equal(state.loadKg, grossOf(id));
    }
  });
});

test("cameras see only trucks that are where they look", () => {
  holds((state) => {
    const body = (id: string | null) => bodies(state).find((one) => one.id === id);
    const { front, rear, side } = state.view;
    if (front !== null) assert.ok((body(front)?.noseM ?? -1) >= 0 && (body(front)?.noseM ?? 99) <= LANE.boom);
    if (rear !== null) assert.ok((body(rear)?.tailM ?? -1) >= LANE.portal.to);
    if (side !== null) assert.ok((body(side)?.noseM ?? -1) > LANE.portal.from && (body(side)?.tailM ?? 99) < 30);
    const alone = bodies(state).length === 1 ? bodies(state)[0] : undefined;
    if (alone !== undefined && alone.noseM > 12 && alone.noseM <= 30) assert.equal(front, alone.id);
    if (alone !== undefined && alone.tailM >= 8 && alone.tailM < 30) {
      assert.deepEqual([rear, side], [alone.id, alone.id]);
    }
  });
});

test("nobody jumps: a truck moves no faster than its speed and no truck gets lost", () => {
  holds((state, before, trucks) => {
    assert.equal(state.trucks.length, trucks.length);
    for (const { id, noseM } of bodies(before)) {
      const now = bodies(state).find((one) => one.id === id);
      // The longest tick is 8 s, at three times the speed.
      if (now !== undefined) assert.ok(Math.abs(now.noseM - noseM) <= 8 * 3 * 1.81);
    }
  });
});

test("one long tick and many short ones lead to the same place", () => {
  const gate: ObservedGate = { boomOpen: true, entryLight: "green", exitLight: "green" };
  fc.assert(
    fc.property(
      fc.array(truckArbitrary, { maxLength: 4, size: "max" }),
      fc.integer({ min: 1, max: 2000 }),
      (given, parts) => {
        const trucks = given.map((truck, index): Truck => ({ ...truck, id: `t${index}` }));
        const long = new LaneTwin({ trucks });
        const short = new LaneTwin({ trucks });
        const whole = long.tick(parts * 20, gate);
        for (let part = 0; part < parts; part++) short.tick(20, gate);
        assert.deepEqual(short.state(), whole);
      },
    ),
    { numRuns: 40 },
  );
});

test("the lanes above reached every phase", () => {
  assert.deepEqual(
    phasesSeen,
    new Set(["waiting", "approaching", "standing", "leaving", "reversing", "passed", "turned-back"]),
  );
});
