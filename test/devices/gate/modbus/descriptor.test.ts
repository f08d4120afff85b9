import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import type { GateInputName } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import {
  checkGateProfile,
  decodeInputs,
  gateProfileNames,
  inputBlockOf,
  inputLevel,
  loadGateProfile,
} from "#devices/gate/modbus/profile";
import {
  COIL,
  COIL_COUNT,
  DISCRETE_INPUTS,
  HEARTBEAT_REGISTER,
  inputsIn,
  sameInputs,
} from "#devices/gate/modbus/register-table";

const check = new Ajv({ allErrors: true, useDefaults: true, strict: true }).compile(gateModbus.options);

describe("modbus-gate descriptor", () => {
  it("fills in the defaults", () => {
    const options = { host: "plc-1" };
    assert.equal(check(options), true);
    assert.deepEqual(options, { host: "plc-1", port: 502, unit: 1, pollMs: 20, timeoutMs: 300, profile: "generic" });
  });

  const refused: readonly [string, Record<string, unknown>][] = [
    ["no host", {}],
    ["port 0", { host: "plc-1", port: 0 }],
    ["port 65536", { host: "plc-1", port: 65_536 }],
    ["unit 248", { host: "plc-1", unit: 248 }],
    ["a poll faster than 5 ms", { host: "plc-1", pollMs: 4 }],
    ["a poll slower than 1 s", { host: "plc-1", pollMs: 1001 }],
    ["a timeout below 50 ms", { host: "plc-1", timeoutMs: 49 }],
    ["a timeout above 5 s", { host: "plc-1", timeoutMs: 5001 }],
    ["an unknown option", { host: "plc-1", prt: 502 }],
  ];
  for (const [name, options] of refused) {
    it(`refuses ${name}`, () => assert.equal(check(options), false));
  }

  it("gives every coil its own address", () => {
    assert.deepEqual(
      Object.values(COIL).toSorted((one, other) => one - other),
      Array.from({ length: COIL_COUNT }, (_, address) => address),
    );
  });
});

describe("gate profiles", async () => {
  const names = await gateProfileNames();
  const generic = await loadGateProfile("generic");

  it("a lane that two directions share sees the opposite boom, and one without that wire does not say that it is closed", async () => {
    const tidal = await loadGateProfile("generic-tidal");
    const at = inputBlockOf(tidal).count - 1;
    const bits = (closed: boolean) => Array.from({ length: at + 1 }, (_, bit) => bit === at && closed);
    assert.equal(decodeInputs(tidal, bits(true)).oppositeBoomClosed, true);
    assert.equal(decodeInputs(tidal, bits(false)).oppositeBoomClosed, false);
    assert.equal(decodeInputs(tidal, []).oppositeBoomClosed, false, "a PLC without field voltage");
    assert.equal(decodeInputs(generic, bits(true)).oppositeBoomClosed, undefined, "a lane of one direction");
    const [one, other] = [decodeInputs(tidal, bits(true)), decodeInputs(tidal, bits(false))];
    assert.equal(sameInputs(one, other), false, "its change is news");
  });

  it("there are three, and the generic one is the register table", () => {
    assert.deepEqual(names, ["closed-circuit", "generic", "generic-tidal"]);
    assert.deepEqual(generic.coils, COIL);
    assert.deepEqual(generic.heartbeat, { functionCode: 4, address: HEARTBEAT_REGISTER });
    for (const [address, name] of DISCRETE_INPUTS.entries()) {
      assert.deepEqual(generic.inputs.bits[name], { address, activeWhen: 1 });
    }
  });

  for (const name of names) {
    it(`${name} maps every input to its own name and nothing else`, async () => {
      const profile = await loadGateProfile(name);
      const { address, count } = inputBlockOf(profile);
      const all = inputsIn(profile.inputs.bits);
      const blank = Object.fromEntries(all.map((one) => [one, false])) as Record<GateInputName, boolean>;
      for (const one of all) {
        const wanted = { ...blank, [one]: true };
        const bits = Array.from({ length: count }, (_, bit) => inputLevel(profile, wanted, address + bit) === true);
        assert.deepEqual(decodeInputs(profile, bits), wanted);
      }
    });
  }

  it("closed-circuit: a PLC without field voltage warns of everything and opens nothing", async () => {
    const profile = await loadGateProfile("closed-circuit");
    const dead = decodeInputs(profile, []);
    for (const name of ["loopUnder", "curtain", "boomBroken", "motorFault", "eyeScaleFront"] as const) {
      assert.equal(dead[name], true, name);
    }
    for (const name of ["estopOk", "boomOpen", "boomClosed", "fireOpen", "manualOpenButton"] as const) {
      assert.equal(dead[name], false, name);
    }
  });

  const { curtain: _, ...withoutCurtain } = generic.inputs.bits;
  const broken: readonly [string, object, RegExp][] = [
    ["a map without one input", { inputs: { functionCode: 2, bits: withoutCurtain } }, /curtain/],
    ["two coils at one address", { coils: { ...COIL, siren: 0 } }, /two coils/],
    ["lamps that are not neighbours", { coils: { ...COIL, lightEntryGreen: 40 } }, /green lamp/],
    ["an input that is also an output", { inputs: { ...generic.inputs, functionCode: 1 } }, /one coil/],
  ];
  for (const [name, change, reason] of broken) {
    it(`refuse ${name}`, () => {
      const told = (error: unknown) => isLaneError(error, "CONFIG_INVALID") && reason.test(error.detail);
      assert.throws(() => checkGateProfile({ ...generic, ...change }, "generic"), told);
    });
  }
});
