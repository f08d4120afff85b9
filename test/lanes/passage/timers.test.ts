import assert from "node:assert/strict";
import { test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { standsOnScale } from "../vehicle.ts";

test("the expiry of a timer that was cancelled while it was on its way means nothing", () => {
  const lane = standsOnScale(new Lane({ clearances: [cached()], grossKg: null }).ready());
  assert.equal(lane.phase, "weigh");
  // The vehicle leaves the deck: whoever stands there next is identified anew, with all the time for it.
  lane.scale("empty");
  assert.equal(lane.passage.identityClosed, false);
  lane.post({ type: "timer-expired", timer: "identity" });
  assert.equal(lane.passage.identityClosed, false);
});

test("nobody is asked in while the weighbridge does not say that it is empty", () => {
  const lane = new Lane();
  lane.post({ type: "started", boot: "boot-0", site: lane.ready().state.site });
  assert.equal(lane.state.occupancy.scale, "unknown");
  lane.gate({});
  assert.notEqual(lane.state.entryLight, "green");
  lane.scale("empty");
  assert.equal(lane.state.entryLight, "green");
});
