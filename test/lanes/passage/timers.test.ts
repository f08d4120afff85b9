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

test("what was asked for another passage means nothing for this one", () => {
  const lane = standsOnScale(new Lane({ clearances: [cached()], grossKg: null }).ready());
  const other = "P000000";
  assert.notEqual(lane.passage.id, other);
  lane.post({ type: "weight-settled", passage: other, grossKg: 1, spreadKg: 0, zeroSeen: true });
  lane.post({ type: "weight-refused", passage: other, reason: "" });
  assert.equal(lane.passage.weight, null);
  assert.equal(lane.passage.weightFault, null);
  assert.equal(lane.phase, "weigh");
});
