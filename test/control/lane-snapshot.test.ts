import assert from "node:assert/strict";
import { test } from "node:test";
import { snapshotOf } from "#control/lane-snapshot";
import { INITIAL_STATE, type LaneState } from "#lanes/passage/model";
import { cached, policyWith } from "../lanes/builders.ts";
import { Lane } from "../lanes/harness.ts";
import { boomRises, drivesUnder, standsOnScale } from "../lanes/vehicle.ts";

const shown = (state: LaneState) =>
  snapshotOf({
    site: "s",
    lane: "lane-1",
    boot: "b",
    startedAt: 0,
    software: "0",
    configHash: "",
    policyHash: "",
    state,
    linkDetail: "",
    devices: new Map(),
    journal: { seq: 0, hash: "", acked: 0 },
    clearances: { version: 0, records: 0, receivedAt: null },
    rejected: 0,
  });

test("an empty lane shows no passage, no alarm and what its sign says", () => {
  const snapshot = shown(INITIAL_STATE);
  assert.deepEqual([snapshot.passages, snapshot.alarms, snapshot.uncertain, snapshot.sign], [[], [], [], "CLOSED"]);
});

test("two vehicles in the lane are two passages, the foremost first", () => {
  const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }, policyWith({ pipelined: true })).ready()));
  drivesUnder(lane).gate({ loopExit: true }).scale("empty").gate({ eyeScaleRear: false });
  const snapshot = shown(lane.gate({ loopArrival: true }).wait(600).state);
  assert.deepEqual(
    snapshot.passages.map(({ passage, phase }) => [passage, phase]),
    [
      ["P000001", "crossing"],
      ["P000002", "identify"],
    ],
  );
});

test("an alarm shows since when and why, and a mode why it is no other", () => {
  const snapshot = shown(new Lane().ready().gate({ fireOpen: true }).state);
  assert.equal(snapshot.alarms?.[0]?.code, "EMERGENCY");
  assert.match(snapshot.alarms?.[0]?.since ?? "", /^2026-10-10T/);
  assert.match(snapshot.mode, /^out-of-service: .*fire/);
});
