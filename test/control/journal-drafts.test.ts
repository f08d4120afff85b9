import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asWritten, draftOfEvent } from "#control/journal-drafts";
import type { LaneEvent } from "#lanes/passage/model";
import { canonicalJson } from "#store/hash";
import { EVENTS } from "../lanes/passage/events.ts";

const seen = (plate: string, confidence: number | undefined): LaneEvent => ({
  at: 1,
  utc: 2,
  type: "plate-seen",
  device: "front",
  plate,
  confidence,
});

test("the core sees an event as its row gives it back, whatever a device put into it", () => {
  const confidence = fc.oneof(fc.double(), fc.constant(undefined));
  const property = fc.property(fc.string({ unit: "binary" }), confidence, (plate, likelihood) => {
    const event = asWritten(seen(plate, likelihood));
    const { data } = draftOfEvent(event, null);
    const { event: back } = JSON.parse(canonicalJson(data)) as { event: object };
    assert.deepEqual({ ...back, at: 1, utc: 2 }, event);
  });
  fc.assert(property, { numRuns: 500 });
  for (const plate of ["12C\ud800", "12C\u0000", "12C\u202e"]) {
    for (const likelihood of [Number.NaN, Number.POSITIVE_INFINITY, -0, 1.01]) {
      assert.doesNotThrow(() => canonicalJson(draftOfEvent(asWritten(seen(plate, likelihood)), null).data));
    }
  }
});

test("events of a lane that works are written as they are", () => {
  for (const event of EVENTS) assert.deepEqual(asWritten(event), JSON.parse(JSON.stringify(event)));
});
