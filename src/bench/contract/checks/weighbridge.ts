import assert from "node:assert/strict";
import type { Check, Need } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";
import {
  check,
  needsOf,
  samples,
  settled,
  startHealthy,
  type WeighbridgeContractLimits,
  type WeighbridgePlantFault,
  type WeighbridgeRig,
} from "./weighbridge-rig.ts";
import { RANGE_CHECKS, WEIGHING_CHECKS } from "./weighing.ts";

/** What every weighbridge must do, whatever its protocol. */
export function weighbridgeChecks(limits: WeighbridgeContractLimits = {}): readonly Check<WeighbridgeRig>[] {
  return [...WEIGHING_CHECKS, ...RANGE_CHECKS, ...faultChecks(limits), ...STANDSTILL, ...ABSENCE];
}

function faultChecks({ garbage = ["PROTOCOL"] }: WeighbridgeContractLimits): Check<WeighbridgeRig>[] {
  const faults: readonly [string, WeighbridgePlantFault, readonly string[], Need][] = [
    ["exceptions", "exception", ["EXCEPTION"], "simulator"],
    ["silence", "silence", ["TIMEOUT"], "wire"],
    ["F28 late answers", "late", ["TIMEOUT"], "wire"],
    ["F30 garbage", "garbage", garbage, "wire"],
    ["cut links", "drop", ["OFFLINE"], "wire"],
  ];
  return faults.map(([name, fault, codes, need]) => {
    const code = codes.join(" or ");
    return check(
      `raises ${code} on ${name}, posts no weight meanwhile, and recovers by itself`,
      [need],
      async (rig, measured) => {
        if (fault === "exception" || fault === "late") needsOf(rig, "answers");
        await startHealthy(rig);
        await settled(rig, 0);
        const began = performance.now();
        rig.plant.misbehave(fault);
        await eventually(`fault ${code}`, () => codes.includes(rig.recorder.fault ?? ""));
        measured(`${fault} to the fault raised`, performance.now() - began, "ms");
        assert.equal(rig.recorder.health?.state, "down");
        const count = samples(rig).length;
        const kg = rig.simulated ? await rig.plant.setLoad(10_000) : 0;
        await letPass(100);
        assert.equal(samples(rig).length, count);
        const ended = performance.now();
        rig.plant.behave();
        await eventually("weights again", () => samples(rig).length > count);
        measured(`end of ${fault} to the next weight`, performance.now() - ended, "ms");
        await settled(rig, kg);
        assert.equal(rig.recorder.healthy, true);
      },
    );
  });
}

const STANDSTILL: readonly Check<WeighbridgeRig>[] = [
  check("never posts the weight of the previous truck after late answers", ["simulator"], async (rig) => {
    needsOf(rig, "answers");
    await startHealthy(rig);
    await rig.plant.setLoad(30_000);
    await settled(rig, 30_000);
    rig.plant.misbehave("late");
    await eventually("fault TIMEOUT", () => rig.recorder.fault === "TIMEOUT");
    const count = samples(rig).length;
    await rig.plant.setLoad(0);
    await letPass(700);
    rig.plant.behave();
    await settled(rig, 0);
    assert.ok(
      samples(rig)
        .slice(count)
        .every(({ grossKg }) => grossKg < 1000),
    );
  }),

  check("F31 raises STALE when the indicator measures no more, and posts no old weight", ["simulator"], async (rig) => {
    needsOf(rig, "standstill");
    await startHealthy(rig);
    rig.plant.setFrozen(true);
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.equal(rig.recorder.health?.state, "down");
    const count = samples(rig).length;
    await letPass(100);
    assert.equal(samples(rig).length, count);
    rig.plant.setFrozen(false);
    await eventually("healthy again", () => rig.recorder.healthy);
  }),

  check("F31 never believes an indicator that stands still from the beginning", ["simulator"], async (rig) => {
    needsOf(rig, "standstill");
    rig.plant.setFrozen(true);
    await rig.device.start();
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.deepEqual(samples(rig), []);
  }),

  check("comes back from a reboot of the indicator", ["power"], async (rig) => {
    await startHealthy(rig);
    await rig.plant.reboot();
    await eventually("the break was seen", () =>
      rig.recorder.of("health").some(({ health }) => health.state === "down"),
    );
    await eventually("healthy again", () => rig.recorder.healthy, 120_000);
  }),
];

const ABSENCE: readonly Check<WeighbridgeRig>[] = [
  check("starts without its indicator, says so, and begins to work when it appears", ["wire"], async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.events.length, 1, "one fault, not one for each attempt, and no weight");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    await settled(rig, 0);
  }),
];
