import assert from "node:assert/strict";
import type { ErrorCode } from "#contract/errors";
import { type Check, NotApplicable } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";
import {
  checksOf,
  codeOf,
  type GateContractLimits,
  type GatePlantFault,
  type GateRig,
  lastInputs,
  startHealthy,
} from "./gate-rig.ts";

/** A whole movement of a heavy boom, milliseconds, with a margin. */
const TRAVEL_LIMIT_MS = 30_000;

const check = checksOf("barrier");

/** What a boom must do, and what it must never do by itself. */
export function barrierChecks(limits: GateContractLimits): readonly Check<GateRig>[] {
  return [raisesAndLowers, beatsTheWatchdog, movesNothing, ...unclearCommands(limits)];
}

const raisesAndLowers = check(
  "raises and lowers with one pulse each, and the limit switches tell",
  ["motion"],
  async (rig, measured) => {
    await startHealthy(rig);
    const before = { ...rig.plant.moves };
    await timed("raise-boom", "boomOpen");
    await timed("lower-boom", "boomClosed");
    const { raise, lower } = rig.plant.moves;
    assert.deepEqual([raise - before.raise, lower - before.lower], [1, 1], "raised, lowered");

    async function timed(type: "raise-boom" | "lower-boom", until: "boomOpen" | "boomClosed"): Promise<void> {
      const began = performance.now();
      await rig.device.command({ type });
      measured(`${type} to its echo`, performance.now() - began, "ms");
      await eventually(until, () => lastInputs(rig)?.[until], TRAVEL_LIMIT_MS);
      measured(`${type} to the limit switch`, performance.now() - began, "ms");
    }
  },
);

const beatsTheWatchdog = check("beats the watchdog at least twice a second", ["simulator"], async (rig) => {
  await startHealthy(rig);
  const before = rig.plant.watchdogToggles;
  await letPass(1500);
  assert.ok(rig.plant.watchdogToggles - before >= 3);
});

const movesNothing = check("moves nothing at start, after a break, or by itself", ["wire"], async (rig) => {
  await startHealthy(rig);
  const before = { ...rig.plant.moves };
  rig.plant.misbehave("drop", "reads");
  await eventually("the break was seen", () => !rig.recorder.healthy);
  rig.plant.behave();
  await eventually("healthy again", () => rig.recorder.healthy);
  await letPass(100);
  assert.deepEqual(rig.plant.moves, before);
});

function unclearCommands({ without = [], garbage }: GateContractLimits): Check<GateRig>[] {
  const unclear: readonly [string, GatePlantFault, ErrorCode, number][] = [
    ["a refused command", "exception", "DEVICE_EXCEPTION", 0],
    ["a command without an answer", "silence", "DEVICE_TIMEOUT", 1],
    ["F28 a command with a late answer", "late", "DEVICE_TIMEOUT", 1],
    ["a command during which the link is cut", "drop", "DEVICE_TIMEOUT", 1],
    ["F29 a command with a wrong echo", "wrong-echo", "DEVICE_PROTOCOL", 1],
    ["a command answered with garbage", "garbage", garbage?.code ?? "DEVICE_PROTOCOL", 1],
  ];
  return unclear.map(([name, fault, code, pulses]) =>
    check(`rejects ${name} and never sends it again`, ["simulator", "motion"], async (rig) => {
      if (without.includes(fault)) throw new NotApplicable(`the protocol has no ${fault}`);
      await startHealthy(rig);
      assert.equal(await commandUnderFault(rig, fault), code);
      rig.plant.behave();
      // Anything but a refusal ends the connection; a driver that has not noticed yet would look healthy.
      const lost = () => rig.recorder.of("health").some(({ health }) => health.state === "down");
      if (fault !== "exception") await eventually("the break was seen", lost);
      await eventually("healthy again", () => rig.recorder.healthy);
      await letPass(150);
      assert.equal(rig.plant.moves.raise, pulses);
      assert.equal(await codeOf(rig.device.command({ type: "raise-boom" })), "done");
      assert.equal(rig.plant.moves.raise, pulses + 1);
    }),
  );
}

/** Sends one command that meets the fault; the watchdog's own write may meet it first, and then the command is not sent. */
async function commandUnderFault(rig: GateRig, fault: GatePlantFault): Promise<ErrorCode | "done"> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    rig.plant.misbehave(fault, "writes");
    const outcome = await codeOf(rig.device.command({ type: "raise-boom" }));
    if (outcome !== "DEVICE_OFFLINE") {
      return outcome;
    }
    rig.plant.behave();
    await eventually("healthy again", () => rig.recorder.healthy);
  }
  return assert.fail("the watchdog met the fault first, twenty times");
}
