import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type DayReport, LaneDay } from "#bench/sim/lane-day";
import { standardPolicy } from "#bench/sim/setup";
import { swarmOf } from "#bench/sim/swarm";

const policy = standardPolicy();
const VEHICLES = 100;

const run = (seed: number, told = false): DayReport =>
  new LaneDay({ seed, days: 1, vehicles: VEHICLES, policy, told }).run();

describe("days of one lane under faults", () => {
  for (let seed = 1; seed <= 10; seed++) {
    test(`seed ${seed} keeps every promise`, () => {
      const { violations, tally, replayed } = run(seed);
      assert.deepEqual(violations, [], `npm run sim -- --seeds 1 --from ${seed} --vehicles ${VEHICLES} --story`);
      assert.ok(replayed > 100, `${replayed} events`);
      assert.ok(tally.passages > 0);
    });
  }

  test("the same seed is the same day, told or not", () => {
    const { story, ...told } = run(3, true);
    const { story: silence, ...again } = run(3);
    assert.deepEqual(told, again);
    assert.equal(silence.length, 0);
    assert.ok(story.length > 100);
  });
});

test("without faults nearly every honest vehicle passes at its first visit", () => {
  const { entitled, straight, violations } = new LaneDay({
    seed: 5,
    days: 1,
    vehicles: VEHICLES,
    policy,
    swarm: swarmOf({ misread: 0 }),
    variant: {
      policy,
      onboard: false,
      readers: { tag: false, code: false, seal: false },
      tidal: false,
      demanding: false,
      site: {
        lane: "lane-1",
        direction: "EXPORT",
        weighbridge: true,
        cameras: [
          { id: "front", task: "plate", trigger: "arrival" },
          { id: "side", task: "container", trigger: "scale" },
        ],
      },
    },
  }).run();
  assert.deepEqual(violations, []);
  assert.ok(straight >= 0.98 * entitled, `${straight} of ${entitled}`);
});
