import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BenchLane } from "./bench-lane.ts";
import { entryOf } from "./journal.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const truck = announcedTruck(1);
let lane: BenchLane;

before(async () => {
  const pictures = await picturesOf(truck);
  const environment = {
    TZ: "Pacific/Kiritimati",
    LANG: "tlh_XX.KOI8-R",
    LC_ALL: "C",
    HOME: "/nowhere",
    TMPDIR: "/nowhere",
  };
  lane = await BenchLane.running([truck.clearance], { environment });
  lane.admit(truck, pictures);
});

after(() => lane?.close());

test("B36: without a home and a place for temporary files, in another time zone and language, a vehicle passes", async () => {
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed"));
  assert.equal((closed.data as { result: string }).result, "PASSED");
  assert.ok(Math.abs(closed.utc - Date.now()) < 600_000, "entries are in UTC, whatever the zone");
  await lane.expectUpstreamComplete();
});
