import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartPace } from "#daemon/restart-pace";

test("a process that keeps ending is started less and less often, at least every 30 s", () => {
  const pace = new RestartPace();
  const pauses = Array.from({ length: 9 }, (_, index) => {
    pace.ready(index * 100_000);
    return pace.ended(index * 100_000 + 59_999);
  });
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("one that never gets ready is no better", () => {
  const pace = new RestartPace();
  assert.deepEqual([pace.ended(0), pace.ended(600_000), pace.ended(1_200_000)], [500, 1000, 2000]);
});

test("after a minute of running its end is a first one again", () => {
  const pace = new RestartPace();
  for (let index = 0; index < 5; index++) pace.ended(0);
  pace.ready(1000);
  assert.equal(pace.ended(61_000), 500);
  assert.equal(pace.ended(61_500), 1000);
});
