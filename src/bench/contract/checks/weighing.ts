import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";
import { check, lacks, last, needsOf, samples, settled, startHealthy, type WeighbridgeRig } from "./weighbridge-rig.ts";

/** What a weighbridge must do while nothing is wrong with it. */
export const WEIGHING_CHECKS: readonly Check<WeighbridgeRig>[] = [
  check("sees the empty platform at zero", [], async (rig, measured) => {
    measured("start to healthy", await startHealthy(rig), "ms");
    const empty = await settled(rig, 0);
    assert.deepEqual([empty.atZero, empty.overRange, empty.underRange], [true, false, false]);
  }),

  check("sees zero, a truck, and zero again", ["hands"], async (rig, measured) => {
    await startHealthy(rig);
    await settled(rig, 0);
    const began = performance.now();
    const kg = await rig.plant.setLoad(32_480);
    const loaded = await settled(rig, kg);
    measured("truck on the platform to a settled weight", performance.now() - began, "ms");
    assert.deepEqual([loaded.atZero, loaded.overRange, loaded.underRange], [false, false, false]);
    const swinging = samples(rig).filter(({ stable, grossKg }) => !stable && grossKg > 0);
    assert.ok(swinging.length > 0, "the weight is not stable while the truck rolls on");
    await rig.plant.setLoad(0);
    assert.equal((await settled(rig, 0)).atZero, true);
    if (lacks(rig, "stable")) {
      assert.ok(samples(rig).every(({ stable }) => !stable));
    }
  }),

  check("posts samples with growing sequence and time, and its own device id", [], async (rig, measured) => {
    await startHealthy(rig);
    await eventually("ten samples", () => samples(rig).length >= 10);
    const ten = samples(rig);
    for (const [index, sample] of ten.entries()) {
      const before = ten[index - 1];
      if (before !== undefined) {
        assert.ok(sample.sequence === before.sequence + 1 && sample.at > before.at);
      }
    }
    measured("time between two samples", ((ten.at(-1)?.at ?? 0) - (ten[0]?.at ?? 0)) / (ten.length - 1), "ms");
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
    assert.equal(rig.recorder.of("health").length, 1);
  }),

  check("keeps the weight of the empty platform within one division for two seconds", [], async (rig, measured) => {
    await startHealthy(rig);
    await settled(rig, 0);
    const from = samples(rig).length;
    await letPass(rig.simulated ? 300 : 2000);
    const seen = samples(rig)
      .slice(from)
      .map(({ grossKg }) => grossKg);
    const spread = Math.max(...seen) - Math.min(...seen);
    measured("spread of the empty platform", spread, "kg");
    assert.ok(spread <= 20, `spread of ${spread} kg`);
  }),

  check(
    "F48 a weight that keeps moving is never stable, and a drifted zero is not zero",
    ["simulator"],
    async (rig) => {
      await startHealthy(rig);
      await settled(rig, 0);
      rig.plant.setDrift(60);
      assert.equal((await settled(rig, 60)).atZero, false);
      rig.plant.setDrift(0);
      await rig.plant.setLoad(20_000);
      rig.plant.setShake(200);
      await eventually("loaded", () => (last(rig)?.grossKg ?? 0) > 19_000);
      const from = samples(rig).length + 10;
      await eventually("twenty more samples", () => samples(rig).length >= from + 20);
      assert.ok(
        samples(rig)
          .slice(from)
          .every(({ stable }) => !stable),
      );
    },
  ),

  check("stops twice, and posts nothing afterwards", [], async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
  }),
];

/** What a weighbridge must make of weights that are none. */
export const RANGE_CHECKS: readonly Check<WeighbridgeRig>[] = [
  check("F48 raises RANGE beyond the capacity, posts no number, and clears it", ["simulator"], async (rig) => {
    await startHealthy(rig);
    await rig.plant.setLoad(120_000);
    await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
    assert.equal(rig.recorder.health?.state, "degraded");
    await letPass(100);
    assert.ok(samples(rig).every(({ grossKg }) => grossKg <= 80_000));
    await rig.plant.setLoad(40_000);
    await settled(rig, 40_000);
    assert.equal(rig.recorder.healthy, true);
  }),

  check("F48 marks a platform that is far below zero as under range", ["simulator"], async (rig) => {
    await startHealthy(rig);
    rig.plant.setDrift(-1000);
    assert.equal((await settled(rig, -1000)).underRange, !lacks(rig, "under-range"));
  }),

  check("raises RANGE when the indicator marks its value as not measured", ["simulator"], async (rig) => {
    needsOf(rig, "validity");
    await startHealthy(rig);
    rig.plant.setInvalid(true);
    await eventually("fault RANGE", () => rig.recorder.fault === "RANGE");
    const count = samples(rig).length;
    await letPass(100);
    assert.equal(samples(rig).length, count);
    rig.plant.setInvalid(false);
    await eventually("healthy again", () => rig.recorder.healthy);
    assert.ok((last(rig)?.sequence ?? 0) > count, "replies without a weight leave a gap in the sequence");
  }),
];
