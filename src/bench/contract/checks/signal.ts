import assert from "node:assert/strict";
import type { GateCommand } from "#contract/device";
import type { Check } from "../check.ts";
import { checksOf, type GateRig, startHealthy } from "./gate-rig.ts";

const check = checksOf("signal");
type Shown = { readonly entry: string; readonly exit: string };

const STEPS: readonly (readonly [GateCommand, Shown])[] = [
  [
    { type: "entry-light", colour: "green" },
    { entry: "green", exit: "red" },
  ],
  [
    { type: "exit-light", colour: "green" },
    { entry: "green", exit: "green" },
  ],
  [
    { type: "entry-light", colour: "red" },
    { entry: "red", exit: "green" },
  ],
  [
    { type: "exit-light", colour: "red" },
    { entry: "red", exit: "red" },
  ],
];

/** What the lights of a gate must do. */
export const SIGNAL_CHECKS: readonly Check<GateRig>[] = [
  check("shows red at both ends before it is told anything", ["eyes"], async (rig) => {
    await startHealthy(rig);
    assert.deepEqual(await rig.plant.lights(), { entry: "red", exit: "red" });
  }),

  check("switches the lights, each by itself", ["motion", "eyes"], async (rig, measured) => {
    await startHealthy(rig);
    for (const [command, lights] of STEPS) {
      const began = performance.now();
      await rig.device.command(command);
      measured(`${command.type} to its echo`, performance.now() - began, "ms");
      assert.deepEqual(await rig.plant.lights(), lights);
    }
  }),
];
