import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { KNOB_FAMILIES } from "#bench/contract/knobs/all";
import { KNOB_NAMES } from "#bench/contract/knobs/knob";
import { DRIVERS } from "#devices/registry";

it("every driver has a simulator with knobs", () => {
  assert.deepEqual(
    KNOB_FAMILIES.map(({ driver }) => driver).toSorted(),
    DRIVERS.map(({ driver }) => driver).toSorted(),
  );
});

describe("knobs of the simulators", { concurrency: 4 }, () => {
  for (const { driver, open } of KNOB_FAMILIES) {
    it(`${driver}: every knob is there or has a reason, shows at the driver, and is over when it is turned back`, async () => {
      const { device, recorder, knobs, dispose } = await open();
      try {
        await device.start();
        await eventually("healthy", () => recorder.healthy);
        assert.deepEqual(Object.keys(knobs).toSorted(), [...KNOB_NAMES].toSorted());
        for (const name of KNOB_NAMES) {
          const knob = knobs[name];
          if (typeof knob === "string") {
            assert.ok(knob.length > 10, `${name} has no reason`);
            continue;
          }
          const from = recorder.events.length;
          await knob.on();
          await eventually(`${name} shows`, () => knob.shown(recorder, from), 20_000);
          await knob.off();
          await eventually(`healthy after ${name}`, () => recorder.healthy, 20_000);
        }
      } finally {
        await dispose();
      }
    });
  }
});
