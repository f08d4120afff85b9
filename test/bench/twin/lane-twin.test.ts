import assert from "node:assert/strict";
import { test } from "node:test";
import { LaneTwin, type LaneTwinState } from "#bench/twin/lane-twin";
import type { PresenceInputs } from "#bench/twin/sensors";
import {
  BOBTAIL,
  driveFor,
  driveUntil,
  FREE,
  INVITING,
  noseOf,
  phaseOf,
  SEMI,
  SHUT,
  standing,
  truckIn,
} from "./driving.ts";

const NOTHING: PresenceInputs = {
  loopArrival: false,
  loopUnder: false,
  loopExit: false,
  eyeScaleFront: false,
  eyeScaleRear: false,
  curtain: false,
};

test("an empty lane reports nothing", () => {
  const { inputs, loadKg, view, trucks } = new LaneTwin().tick(1000, INVITING);
  assert.deepEqual(inputs, NOTHING);
  assert.equal(loadKg, 0);
  assert.deepEqual(view, { front: null, rear: null, side: null });
  assert.deepEqual(trucks, []);
});

test("a red entry light keeps the truck outside", () => {
  const twin = new LaneTwin({ trucks: [SEMI] });
  assert.equal(phaseOf(driveFor(twin, SHUT, 60), SEMI.id), "waiting");
  assert.equal(phaseOf(driveFor(twin, INVITING, 1), SEMI.id), "approaching");
});

for (const truck of [SEMI, BOBTAIL]) {
  test(`${truck.kind}: stands on the scale whole, weighs its gross weight and is seen from all sides`, () => {
    const state = standing(truck).state();
    assert.deepEqual(state.inputs, NOTHING);
    assert.equal(state.loadKg, truck.grossKg);
    assert.deepEqual(state.view, { front: truck.id, rear: truck.id, side: truck.id });
    const { noseM, tailM } = truckIn(state, truck.id);
    assert.ok(noseM !== null && tailM !== null && tailM > 10 && noseM < 30);
  });

  test(`${truck.kind}: waits for the boom and for the light, then leaves`, () => {
    const twin = standing(truck);
    for (const gate of [
      { ...FREE, boomOpen: false },
      { ...FREE, exitLight: "red" },
    ] as const) {
      assert.equal(phaseOf(driveFor(twin, gate, 20), truck.id), "standing");
    }
    const gone = driveUntil(twin, FREE, (state) => phaseOf(state, truck.id) === "passed");
    assert.deepEqual(gone.inputs, NOTHING);
    assert.equal(gone.loadKg, 0);
  });
}

/** Every change of an input while a truck passes, in order. */
function inputStory(change: (state: LaneTwinState) => void = () => {}): string[] {
  const twin = new LaneTwin({ trucks: [SEMI] });
  const story: string[] = [];
  let before: PresenceInputs = NOTHING;
  for (let tick = 0; tick < 3000; tick++) {
    const state = twin.state();
    const free = ["standing", "leaving"].includes(phaseOf(state, SEMI.id));
    const { inputs, ...rest } = twin.tick(100, free ? FREE : INVITING);
    for (const name of Object.keys(inputs) as (keyof PresenceInputs)[]) {
      if (inputs[name] !== before[name]) story.push(`${inputs[name] ? "+" : "-"}${name}`);
    }
    before = inputs;
    change({ inputs, ...rest });
  }
  return story;
}

test("the inputs of one passage come in the order of the lane", () => {
  assert.deepEqual(inputStory(), [
    "+loopArrival",
    "+eyeScaleFront",
    "-loopArrival",
    "-eyeScaleFront",
    "+eyeScaleRear",
    "+loopUnder",
    "+curtain",
    "+loopExit",
    "-eyeScaleRear",
    "-curtain",
    "-loopUnder",
    "-loopExit",
  ]);
});

test("the weight grows axle by axle and goes again", () => {
  const loads: number[] = [];
  inputStory(({ loadKg }) => loads.push(loadKg));
  const heaviest = loads.indexOf(SEMI.grossKg);
  const rising = loads.slice(0, heaviest + 1);
  const falling = loads.slice(loads.lastIndexOf(SEMI.grossKg));
  assert.deepEqual(
    rising,
    rising.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    falling,
    falling.toSorted((a, b) => b - a),
  );
  assert.ok(new Set(rising).size > 6, "more than six different weights on the way up");
  assert.equal(loads.at(-1), 0);
});

test("each camera sees the truck for its part of the way", () => {
  const seen: Record<"front" | "rear" | "side", [first: number, last: number]> = {
    front: [Number.POSITIVE_INFINITY, 0],
    rear: [Number.POSITIVE_INFINITY, 0],
    side: [Number.POSITIVE_INFINITY, 0],
  };
  inputStory((state) => {
    const { noseM } = truckIn(state, SEMI.id);
    if (noseM === null) return;
    for (const camera of ["front", "rear", "side"] as const) {
      if (state.view[camera] === null) continue;
      seen[camera] = [Math.min(seen[camera][0], noseM), Math.max(seen[camera][1], noseM)];
    }
  });
  const expected = { front: [0, 33], side: [6.6, 46.5], rear: [24.5, 49.5] } as const;
  for (const camera of ["front", "rear", "side"] as const) {
    for (const end of [0, 1] as const) {
      const [is, shouldBe] = [seen[camera][end], expected[camera][end]];
      assert.ok(Math.abs(is - shouldBe) < 0.25, `${camera} from/to ${is}, not ${shouldBe}`);
    }
  }
});

test("the next truck comes in when the scale is free, not before", () => {
  const twin = standing(SEMI, [BOBTAIL]);
  assert.equal(phaseOf(driveFor(twin, INVITING, 30), BOBTAIL.id), "waiting");
  const both = driveUntil(
    twin,
    { ...FREE, entryLight: "green" },
    (state) => phaseOf(state, BOBTAIL.id) === "approaching",
  );
  assert.ok((truckIn(both, SEMI.id).tailM ?? 0) > 30);
});

test("a boom that closes in front of a leaving truck stops it", () => {
  const twin = standing(SEMI);
  driveUntil(twin, FREE, (state) => noseOf(state, SEMI.id) > 29.5);
  const state = driveFor(twin, SHUT, 30);
  assert.equal(noseOf(state, SEMI.id), 31.5);
  assert.equal(state.inputs.loopUnder, false);
  assert.equal(
    phaseOf(
      driveUntil(twin, FREE, ({ inputs }) => inputs.loopExit),
      SEMI.id,
    ),
    "leaving",
  );
});

test("a light that turns red in front of a leaving truck stops it, however the boom stands", () => {
  const twin = standing(SEMI);
  driveUntil(twin, FREE, (state) => noseOf(state, SEMI.id) > 29.5);
  assert.equal(noseOf(driveFor(twin, { ...FREE, exitLight: "red" }, 30), SEMI.id), 31.5);
});

test("a truck under the boom does not stop for the light", () => {
  const twin = standing(SEMI);
  driveUntil(twin, FREE, ({ inputs }) => inputs.loopUnder);
  driveUntil(twin, SHUT, (state) => phaseOf(state, SEMI.id) === "passed");
});

test("a truck that is told to reverses out, and the next one may come", () => {
  const twin = standing(SEMI, [BOBTAIL]);
  assert.deepEqual(twin.backOut(), [SEMI.id]);
  assert.equal(phaseOf(twin.state(), SEMI.id), "reversing");
  const out = driveUntil(twin, SHUT, (state) => phaseOf(state, SEMI.id) === "turned-back");
  assert.deepEqual(out.inputs, NOTHING);
  driveUntil(twin, INVITING, (state) => phaseOf(state, BOBTAIL.id) === "standing");
});

test("a moving truck brakes before it reverses", () => {
  const twin = new LaneTwin({ trucks: [SEMI] });
  const told = noseOf(
    driveUntil(twin, INVITING, (state) => noseOf(state, SEMI.id) > 12),
    SEMI.id,
  );
  twin.backOut();
  let farthest = told;
  driveUntil(twin, INVITING, (state) => {
    farthest = Math.max(farthest, noseOf(state, SEMI.id));
    return noseOf(state, SEMI.id) < told;
  });
  assert.ok(farthest - told > 1.5 && farthest - told < 2.1, `stopped after ${farthest - told} m`);
});

test("a tailgater does not follow a truck that comes back", () => {
  const twin = new LaneTwin({ trucks: [SEMI, { ...BOBTAIL, tailgates: true }] });
  driveUntil(twin, INVITING, (state) => noseOf(state, SEMI.id) > 11);
  twin.backOut();
  driveUntil(twin, SHUT, (state) => {
    assert.equal(phaseOf(state, BOBTAIL.id), "waiting");
    return phaseOf(state, SEMI.id) === "turned-back";
  });
});

test("a truck under the boom is not told to reverse", () => {
  const twin = standing(SEMI);
  driveUntil(twin, FREE, ({ inputs }) => inputs.loopUnder);
  assert.deepEqual(twin.backOut(), []);
  assert.equal(phaseOf(twin.state(), SEMI.id), "leaving");
});

test("a tailgater comes in on red, blocks the photo-eye and follows through the open boom", () => {
  const twin = standing(SEMI, [{ ...BOBTAIL, tailgates: true }]);
  const close = driveFor(twin, SHUT, 30);
  assert.equal(close.inputs.eyeScaleFront, true);
  assert.equal(phaseOf(close, SEMI.id), "standing");
  const through = driveUntil(twin, FREE, (state) => phaseOf(state, SEMI.id) === "passed");
  assert.ok((truckIn(through, SEMI.id).tailM ?? 60) - noseOf(through, BOBTAIL.id) < 25);
  driveUntil(twin, { ...SHUT, boomOpen: true }, (state) => phaseOf(state, BOBTAIL.id) === "passed");
});

test("a tailgater and the truck ahead reverse without touching", () => {
  const twin = standing(SEMI, [{ ...BOBTAIL, tailgates: true }]);
  driveFor(twin, SHUT, 30);
  assert.deepEqual(twin.backOut(), [SEMI.id, BOBTAIL.id]);
  driveUntil(twin, SHUT, (state) => phaseOf(state, SEMI.id) === "turned-back");
  assert.equal(phaseOf(twin.state(), BOBTAIL.id), "turned-back");
});

test("told to reverse at any moment, the truck ahead does not run into the one that is still rolling in", () => {
  for (let second = 1; second < 30; second++) {
    const twin = standing(SEMI, [{ ...BOBTAIL, tailgates: true }]);
    driveFor(twin, SHUT, second);
    twin.backOut();
    driveUntil(twin, SHUT, (state) => {
      const gap = (truckIn(state, SEMI.id).tailM ?? Number.NaN) - noseOf(state, BOBTAIL.id);
      assert.ok(!(gap < 0.2), `${gap} m between them, told after ${second} s`);
      return phaseOf(state, SEMI.id) === "turned-back";
    });
  }
});

test("a truck that stalls half on the scale goes on after its time", () => {
  const twin = new LaneTwin({ trucks: [{ ...SEMI, stallAtM: 20, stallForMs: 30_000 }] });
  const stalled = driveUntil(twin, INVITING, (state) => noseOf(state, SEMI.id) === 20);
  assert.equal(stalled.inputs.eyeScaleFront, true);
  assert.ok(stalled.loadKg > 0 && stalled.loadKg < SEMI.grossKg);
  assert.equal(noseOf(driveFor(twin, INVITING, 29), SEMI.id), 20);
  driveUntil(twin, INVITING, (state) => phaseOf(state, SEMI.id) === "standing");
});

test("a truck that stalls for good under the boom stays there", () => {
  const twin = standing({ ...SEMI, stallAtM: 36 });
  const state = driveFor(twin, FREE, 300);
  assert.equal(noseOf(state, SEMI.id), 36);
  assert.equal(state.inputs.curtain, true);
});

test("twice the speed takes half the ticks", () => {
  const seconds = (speed: number) => {
    const twin = new LaneTwin({ speed, trucks: [SEMI] });
    for (let tick = 1; ; tick++) {
      if (phaseOf(twin.tick(20, INVITING), SEMI.id) === "standing") return tick / 50;
    }
  };
  const real = seconds(1);
  assert.ok(real > 18 && real < 30, `${real} s to the stop line`);
  assert.ok(Math.abs(seconds(2) - real / 2) < 0.1);
});

test("vehicles that have left are not kept for ever", () => {
  const trucks = Array.from({ length: 70 }, (_, index) => ({ ...BOBTAIL, id: `b${index}` }));
  const twin = new LaneTwin({ speed: 20, trucks });
  driveUntil(twin, { ...FREE, entryLight: "green" }, (state) => phaseOf(state, "b69") === "passed");
  assert.equal(twin.state().trucks.length, 50);
});

test("refuses a speed or a tick that makes no sense", () => {
  for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new LaneTwin({ speed }), RangeError);
  }
  for (const ms of [-1, 60_001, Number.NaN]) assert.throws(() => new LaneTwin().tick(ms, SHUT), RangeError);
});
