import assert from "node:assert/strict";
import { test } from "node:test";
import { chaosPlan, VICTIMS } from "#bench/chaos/plan";

test("the same seed plans the same mishaps, another seed others", () => {
  assert.deepEqual(chaosPlan(40, 7), chaosPlan(40, 7));
  assert.notDeepEqual(chaosPlan(40, 7), chaosPlan(40, 8));
});

test("200 kills come with every other kind of mishap, and every process is a victim", () => {
  const mishaps = chaosPlan(200, 1).map(({ mishap }) => mishap);
  const count = (type: string) => mishaps.filter((one) => one.type === type).length;
  const kinds = ["kill", "link-flap", "broker-kill", "half-open", "disk-full", "clock"];
  assert.deepEqual(
    kinds.map((type) => count(type)),
    [200, 50, 10, 4, 2, 4],
  );
  for (const victim of VICTIMS) {
    assert.ok(
      mishaps.some((one) => one.type === "kill" && one.victim === victim),
      victim,
    );
  }
});

test("the clock goes an hour ahead, back, an hour behind, and is right in the end", () => {
  const offsets = chaosPlan(10, 3).flatMap(({ mishap }) => (mishap.type === "clock" ? [mishap.offsetMs] : []));
  assert.deepEqual(offsets, [3_600_000, 0, -3_600_000, 0]);
});
