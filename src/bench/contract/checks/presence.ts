import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";
import { checksOf, codeOf, type GateRig, lastInputs, startHealthy } from "./gate-rig.ts";

/** Every input that somebody can change from outside without moving the boom. */
const FIELD_INPUTS = [
  "boomBroken",
  "motorFault",
  "estopOk",
  "modeAuto",
  "loopArrival",
  "loopUnder",
  "loopExit",
  "eyeScaleFront",
  "eyeScaleRear",
  "curtain",
  "cabinetClosed",
  "mainsOk",
  "upsLow",
] as const;

const check = checksOf("presence");

/** What the inputs of a gate PLC must do: loops, photo-eyes, limit switches, stop chain. */
export const PRESENCE_CHECKS: readonly Check<GateRig>[] = [
  check("posts the inputs of a closed boom, soon after the start", [], async (rig, measured) => {
    measured("start to healthy", await startHealthy(rig), "ms");
    const resting = await eventually("inputs", () => lastInputs(rig));
    assert.deepEqual([resting.boomClosed, resting.boomOpen], [true, false], "boom closed, boom open");
  }),

  ...FIELD_INPUTS.map((name) =>
    check(`posts ${name} under its own name, and nothing else with it`, ["hands"], async (rig, measured) => {
      await startHealthy(rig);
      const resting = await eventually("inputs", () => lastInputs(rig));
      const began = performance.now();
      await rig.plant.setInputs({ [name]: !resting[name] });
      const seen = await eventually(name, () => lastInputs(rig)?.[name] !== resting[name] && lastInputs(rig));
      // At a device somebody acts and then says so, which takes its own time.
      if (rig.simulated) measured(`${name} to inbox`, performance.now() - began, "ms");
      assert.deepEqual(seen, { ...resting, [name]: !resting[name] });
      await rig.plant.setInputs({ [name]: resting[name] });
      await eventually(`${name} back`, () => lastInputs(rig)?.[name] === resting[name]);
    }),
  ),

  check("posts unchanged inputs again within a second, and not with every poll", [], async (rig, measured) => {
    await startHealthy(rig);
    await eventually("three images", () => rig.recorder.of("gate-inputs").length >= 3);
    const times = rig.recorder.of("gate-inputs").map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    measured("longest time between two images", Math.max(...gaps), "ms");
    assert.ok(Math.min(...gaps) > 500, `gaps ${gaps.join(", ")}`);
  }),

  check("posts health once for each change, with its own device id", [], async (rig) => {
    await startHealthy(rig);
    await letPass(200);
    assert.equal(rig.recorder.of("health").length, 1);
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
  }),

  check("stops twice, and posts nothing afterwards", ["hands"], async (rig) => {
    await startHealthy(rig);
    await rig.device.stop();
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await rig.plant.setInputs({ loopArrival: true });
    await letPass(150);
    assert.equal(rig.recorder.events.length, length);
    await rig.plant.setInputs({ loopArrival: false });
    assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "DEVICE_OFFLINE");
  }),
];
