import assert from "node:assert/strict";
import type { Check, Need } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";
import { barrierChecks } from "./barrier.ts";
import {
  checksOf,
  codeOf,
  type GateContractLimits,
  type GatePlantFault,
  type GateRig,
  lastInputs,
  startHealthy,
} from "./gate-rig.ts";
import { PRESENCE_CHECKS } from "./presence.ts";
import { SIGNAL_CHECKS } from "./signal.ts";

const check = checksOf("plc");

/** What every gate must do, whatever its protocol: presence, barrier, signal, and the PLC behind them. */
export function gateChecks(limits: GateContractLimits = {}): readonly Check<GateRig>[] {
  return [...PRESENCE_CHECKS, ...SIGNAL_CHECKS, ...barrierChecks(limits), ...faultChecks(limits), ...STALE, ...ABSENCE];
}

function faultChecks({ garbage }: GateContractLimits): Check<GateRig>[] {
  const faults: readonly [string, GatePlantFault, readonly string[], Need][] = [
    ["exceptions", "exception", ["EXCEPTION"], "simulator"],
    ["silence", "silence", ["TIMEOUT"], "wire"],
    ["F28 late answers", "late", ["TIMEOUT"], "wire"],
    ["F30 garbage", "garbage", garbage?.faults ?? ["PROTOCOL"], "wire"],
    ["F26 cut links", "drop", ["OFFLINE"], "wire"],
  ];
  return faults.map(([name, fault, codes, need]) => {
    const code = codes.join(" or ");
    return check(
      `raises ${code} on ${name}, posts nothing old, and recovers by itself`,
      [need],
      async (rig, measured) => {
        await startHealthy(rig);
        const began = performance.now();
        rig.plant.misbehave(fault, "reads");
        await eventually(`fault ${code}`, () => codes.includes(rig.recorder.fault ?? ""));
        measured(`${fault} to the fault raised`, performance.now() - began, "ms");
        assert.equal(rig.recorder.health?.state, "down");
        const images = rig.recorder.of("gate-inputs").length;
        await letPass(100);
        assert.equal(rig.recorder.of("gate-inputs").length, images);
        if (rig.simulated) await rig.plant.setInputs({ loopArrival: true });
        const ended = performance.now();
        rig.plant.behave();
        await eventually("healthy again", () => rig.recorder.healthy);
        await eventually("a new image", () => rig.recorder.of("gate-inputs").length > images);
        if (rig.simulated) await eventually("fresh inputs", () => lastInputs(rig)?.loopArrival);
        measured(`end of ${fault} to healthy`, performance.now() - ended, "ms");
      },
    );
  });
}

const STALE: readonly Check<GateRig>[] = [
  check("is degraded, and still sees, when only its writes are refused", ["simulator"], async (rig) => {
    await startHealthy(rig);
    rig.plant.misbehave("exception", "writes");
    await eventually("fault EXCEPTION", () => rig.recorder.fault === "EXCEPTION");
    assert.equal(rig.recorder.health?.state, "degraded");
    await rig.plant.setInputs({ loopUnder: true });
    await eventually("fresh inputs", () => lastInputs(rig)?.loopUnder);
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  }),

  check(
    "F31 raises STALE when the program stands still, posts no old inputs and sends no command",
    ["power"],
    async (rig) => {
      await startHealthy(rig);
      const before = rig.plant.moves.raise;
      await rig.plant.setFrozen(true);
      await eventually("fault STALE", () => rig.recorder.fault === "STALE");
      assert.equal(rig.recorder.health?.state, "down");
      const images = rig.recorder.of("gate-inputs").length;
      assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "DEVICE_OFFLINE");
      await letPass(1200);
      assert.equal(rig.recorder.of("gate-inputs").length, images);
      await rig.plant.setFrozen(false);
      await eventually("healthy again", () => rig.recorder.healthy);
      assert.ok(rig.recorder.of("gate-inputs").length > images);
      assert.equal(rig.plant.moves.raise, before);
    },
  ),

  check("F31 never believes a program that stands still from the beginning", ["power"], async (rig) => {
    await rig.plant.setFrozen(true);
    await rig.device.start();
    await eventually("fault STALE", () => rig.recorder.fault === "STALE");
    assert.deepEqual(rig.recorder.of("gate-inputs"), []);
    assert.equal(rig.recorder.of("health").length, 1);
    assert.equal(await codeOf(rig.device.command({ type: "lower-boom" })), "DEVICE_OFFLINE");
    await rig.plant.setFrozen(false);
  }),

  check("F27 comes back from a reboot of the PLC with inputs of the new program only", ["power"], async (rig) => {
    await startHealthy(rig);
    await eventually("inputs", () => lastInputs(rig));
    const before = { ...rig.plant.moves };
    await rig.plant.reboot();
    await eventually("the break was seen", () =>
      rig.recorder.of("health").some(({ health }) => health.state === "down"),
    );
    const broken = rig.recorder.events.findIndex((one) => one.type === "health" && one.health.state === "down");
    await eventually("healthy again", () => rig.recorder.healthy, 120_000);
    const types = rig.recorder.events.slice(broken).filter((one) => one.type !== "health" || one.health.state === "up");
    assert.equal(types[0]?.type, "gate-inputs", "a new image before it is called healthy, though nothing changed");
    assert.deepEqual(rig.plant.moves, before, "and nothing moved");
  }),
];

const ABSENCE: readonly Check<GateRig>[] = [
  check("starts without its PLC, says so, and begins to work when it appears", ["wire"], async (rig) => {
    const { lower } = rig.plant.moves;
    await rig.plant.powerOff();
    await rig.device.start();
    await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
    assert.deepEqual(rig.recorder.of("gate-inputs"), []);
    assert.equal(await codeOf(rig.device.command({ type: "lower-boom" })), "DEVICE_OFFLINE");
    await letPass(300);
    assert.equal(rig.recorder.of("health").length, 1, "one fault, not one for each attempt");
    await rig.plant.powerOn();
    await eventually("healthy", () => rig.recorder.healthy);
    await eventually("inputs", () => lastInputs(rig));
    assert.equal(rig.plant.moves.lower, lower);
  }),

  check("stops while its PLC is absent", ["wire"], async (rig) => {
    await rig.plant.powerOff();
    await rig.device.start();
    await rig.device.stop();
  }),
];
