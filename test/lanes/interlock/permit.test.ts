import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { GateCommand, GateInputName, GateInputs } from "#contract/device";
import { INTERLOCK_RULES, type InterlockImage, type InterlockRule, permit } from "#lanes/interlock/permit";
import { policyWith, QUIET } from "../builders.ts";

const RAISE: GateCommand = { type: "raise-boom" };
const LOWER: GateCommand = { type: "lower-boom" };
const LIGHT: GateCommand = { type: "entry-light", colour: "red" };
const GREEN: GateCommand = { type: "entry-light", colour: "green" };
const GO: GateCommand = { type: "exit-light", colour: "green" };
const SIREN: GateCommand = { type: "siren", on: true };
const OPEN: Partial<GateInputs> = { boomClosed: false, boomOpen: true };
const policy = policyWith().interlock;

function image(inputs: Partial<GateInputs> | null = {}, change: Partial<InterlockImage> = {}): InterlockImage {
  const read = inputs === null ? null : { ...QUIET, ...inputs };
  return { inputs: read, inputsAgeMs: 20, commandAgeMs: 5, durablePass: true, ...change };
}

const refusals: Readonly<Record<InterlockRule, readonly (readonly [GateCommand, InterlockImage])[]>> = {
  "command-fresh": [
    [RAISE, image({}, { commandAgeMs: 2001 })],
    [LOWER, image(OPEN, { commandAgeMs: 2001 })],
    [LIGHT, image({}, { commandAgeMs: 2001 })],
    [SIREN, image({}, { commandAgeMs: 2001 })],
    [RAISE, image({}, { commandAgeMs: Number.NaN })],
  ],
  "image-fresh": [
    [RAISE, image(null)],
    [LOWER, image(null)],
    [RAISE, image({}, { inputsAgeMs: 1501 })],
    [LOWER, image(OPEN, { inputsAgeMs: 1501 })],
    [LOWER, image(OPEN, { inputsAgeMs: Number.NaN })],
  ],
  "green-image-fresh": [
    [GREEN, image(null)],
    [GREEN, image({}, { inputsAgeMs: 1501 })],
    [GO, image(OPEN, { inputsAgeMs: Number.NaN })],
  ],
  "green-exit-boom-open": [
    [GO, image()],
    [GO, image({ boomClosed: false })],
  ],
  "green-entry-lane-fit": [
    [GREEN, image({ estopOk: false })],
    [GREEN, image({ fireOpen: true })],
    [GREEN, image({ modeAuto: false })],
    [GREEN, image({ cabinetClosed: false })],
    [GREEN, image({ loopArrival: true })],
  ],
  "close-emergency-stop": [
    [LOWER, image({ ...OPEN, estopOk: false })],
    [LOWER, image({ ...OPEN, fireOpen: true })],
  ],
  "close-automatic": [
    [LOWER, image({ ...OPEN, modeAuto: false })],
    [LOWER, image({ ...OPEN, cabinetClosed: false })],
  ],
  "close-zone-clear": [
    [LOWER, image({ ...OPEN, loopUnder: true })],
    [LOWER, image({ ...OPEN, curtain: true })],
  ],
  "open-needs-pass": [
    [RAISE, image({}, { durablePass: false })],
    [RAISE, image({}, { durablePass: false, ordered: false })],
  ],
  "open-emergency-stop": [[RAISE, image({ estopOk: false })]],
  "open-automatic": [
    [RAISE, image({ modeAuto: false })],
    [RAISE, image({ cabinetClosed: false })],
  ],
  "open-nobody-under": [[RAISE, image({ curtain: true })]],
  "open-opposite-closed": [[RAISE, image({ oppositeBoomClosed: false })]],
  "open-from-closed": [
    [RAISE, image(OPEN)],
    [RAISE, image({ boomClosed: false })],
    [RAISE, image({ boomOpen: true })],
  ],
};

describe("the interlock refuses by", () => {
  for (const [rule, cases] of Object.entries(refusals)) {
    test(rule, () => {
      for (const [command, seen] of cases) {
        const permission = permit(command, seen, policy);
        assert.deepEqual(permission, {
          permitted: false,
          rule,
          reason: INTERLOCK_RULES[rule as InterlockRule],
        });
      }
    });
  }
});

describe("the interlock lets through", () => {
  for (const [what, command, seen] of [
    ["a raise on a durable PASS from closed", RAISE, image()],
    ["a raise at the last moment", RAISE, image({}, { commandAgeMs: 2000, inputsAgeMs: 1500 })],
    ["a raise with a vehicle's nose at the boom", RAISE, image({ curtain: true, loopUnder: true })],
    ["a raise with the opposite boom closed", RAISE, image({ oppositeBoomClosed: true })],
    ["a raise on the order of a person, without a PASS", RAISE, image({}, { durablePass: false, ordered: true })],
    ["a lower over a clear zone", LOWER, image(OPEN)],
    ["a lower of a boom that stopped on its way", LOWER, image({ boomClosed: false })],
    ["a lower without any PASS", LOWER, image(OPEN, { durablePass: false })],
    ["a green entry light on a lane that is fit", GREEN, image()],
    ["a green exit light under an open boom", GO, image(OPEN)],
    ["the siren on no inputs at all", SIREN, image(null, { inputsAgeMs: 1e9, durablePass: false })],
    ["a red light on no inputs at all", LIGHT, image(null, { inputsAgeMs: 1e9, durablePass: false })],
  ] as const) {
    test(what, () => assert.deepEqual(permit(command, seen, policy), { permitted: true }));
  }
});

test("whatever else the inputs say, nothing is lowered over an occupied zone", () => {
  const names = Object.keys(QUIET) as GateInputName[];
  for (let bits = 0; bits < 2 ** names.length; bits++) {
    const inputs = Object.fromEntries(
      names.map((name, at) => [name, (bits & (1 << at)) !== 0]),
    ) as unknown as GateInputs;
    if (!inputs.loopUnder && !inputs.curtain) continue;
    if (permit(LOWER, image(inputs), policy).permitted) assert.fail(JSON.stringify(inputs));
  }
});
