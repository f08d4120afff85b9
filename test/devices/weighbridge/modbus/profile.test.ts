import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import { isLaneError } from "#contract/errors";
import { weighbridgeModbus } from "#devices/weighbridge/modbus/descriptor";
import {
  blockOf,
  checkProfile,
  loadProfile,
  profileNames,
  type WeighbridgeProfile,
} from "#devices/weighbridge/modbus/profile";
import { decodeReply, decodeWeight, encodeCount } from "#devices/weighbridge/modbus/registers";

const generic = await loadProfile("generic");
const fieldAt = (profile: object, path: string): unknown =>
  path.split("/").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], profile);
type Gross = WeighbridgeProfile["gross"];
const signedGross = { ...generic.gross, negative: { bit: 0, activeWhen: 1 as const } };
const gross = (changes: Partial<Gross>): Gross => ({ ...generic.gross, noValue: [], ...changes });

describe("weighbridge profiles", () => {
  it("are all valid and named as their files, those of products with their manual", async () => {
    const names = await profileNames();
    assert.ok(names.length >= 7 && names.includes("generic"));
    for (const name of names) {
      const profile = await loadProfile(name);
      assert.ok(name === "generic" || (profile.manual !== undefined && profile.note !== undefined), name);
      for (const path of profile.unverified ?? []) {
        assert.notEqual(fieldAt(profile, path), undefined, `${name}: there is no ${path}`);
      }
    }
  });

  const refused: readonly [string, unknown, RegExp][] = [
    ["nothing", null, /must be object/],
    ["F48 pounds", { ...generic, gross: { ...generic.gross, unit: "lb" } }, /gross\/unit/],
    ["an unknown key", { ...generic, colour: "red" }, /additional properties/],
    ["bit 16", { ...generic, status: { ...generic.status, stable: { bit: 16, activeWhen: 1 } } }, /stable\/bit/],
    ["a scale of 0", { ...generic, gross: { ...generic.gross, scale: 0 } }, /gross\/scale/],
    ["another name", { ...generic, name: "other" }, /calls itself other/],
    ["a sign bit without a status register", { ...generic, status: undefined, gross: signedGross }, /negative/],
    ["registers too far apart", { ...generic, status: { ...generic.status, address: 900 } }, /span 900/],
  ];
  for (const [name, data, reason] of refused) {
    it(`refuse ${name}`, () => {
      const told = (error: unknown) => isLaneError(error, "CONFIG_INVALID") && reason.test(error.detail);
      assert.throws(() => checkProfile(data, "generic"), told);
    });
  }

  it("are read as one block", () => {
    assert.deepEqual(blockOf(generic), { address: 0, count: 4 });
  });
});

describe("weight registers", () => {
  const weights: readonly [string, Gross, number[], number | undefined][] = [
    ["int32, high word first", gross({}), [0x0000, 0x7ee0], 32_480],
    ["int32, low word first", gross({ wordOrder: "low-first" }), [0x86a0, 0x0001], 100_000],
    ["negative int32", gross({}), [0xffff, 0xffec], -20],
    ["int16 in tens", gross({ type: "int16", scale: 10 }), [3248], 32_480],
    ["int32 in tenths", gross({ scale: 0.1 }), [0x0004, 0xf4c3], 324_803 / 10],
    ["float32", gross({ type: "float32" }), [0x46fd, 0xc000], 32_480],
    [
      "B4 float32 with swapped words is another number or none",
      gross({ type: "float32" }),
      [0xffc0, 0x46fd],
      undefined,
    ],
    ["B4 NaN", gross({ type: "float32" }), [0x7fc0, 0], undefined],
    ["B4 infinity", gross({ type: "float32" }), [0x7f80, 0], undefined],
    ["B4 minus infinity", gross({ type: "float32" }), [0xff80, 0], undefined],
    ["B4 int32 sign bit alone", gross({}), [0x8000, 0], undefined],
    ["B4 int32 all bits", gross({}), [0xffff, 0xffff], undefined],
    ["B4 int16 sign bit alone", gross({ type: "int16" }), [0x8000], undefined],
    ["B4 int16 all bits", gross({ type: "int16" }), [0xffff], undefined],
    ["B4 a count of the profile's own", gross({ noValue: [99_999] }), [0x0001, 0x869f], undefined],
    ["minus zero", gross({ type: "float32" }), [0x8000, 0], 0],
  ];
  for (const [name, spec, words, kg] of weights) {
    it(`read ${name}`, () => assert.ok(Object.is(decodeWeight(spec, words), kg)));
  }

  it("come back as they were written", () => {
    for (const type of ["int16", "int32", "float32"] as const) {
      for (const wordOrder of ["high-first", "low-first"] as const) {
        const spec = gross({ type, wordOrder });
        assert.equal(decodeWeight(spec, encodeCount(spec, 31_240)), 31_240);
        assert.equal(decodeWeight(spec, encodeCount(spec, -40)), -40);
      }
    }
  });

  it("carry status bits of either polarity", () => {
    assert.ok(generic.status !== undefined);
    const motion: WeighbridgeProfile = {
      ...generic,
      status: { ...generic.status, stable: { bit: 12, activeWhen: 0 } },
    };
    const block = (flags: number) => [flags, 0, 100, 5];
    assert.equal(decodeReply(motion, block(1 << 4)).stable, true);
    assert.equal(decodeReply(motion, block((1 << 4) | (1 << 12))).stable, false);
    const all = decodeReply(generic, block(0b11111));
    assert.deepEqual([all.stable, all.atZero, all.overRange, all.underRange], [true, true, true, true]);
    assert.deepEqual([all.grossKg, all.sampleCounter], [100, 5]);
    assert.equal(decodeReply(generic, block(0b01111)).grossKg, undefined, "not marked as valid");
  });
});

describe("weight registers of products", () => {
  it("Dini Argeo: magnitude and sign apart", async () => {
    const profile = await loadProfile("dini-argeo-dgt4x");
    const kg = (flags: number, ...words: number[]) => decodeReply(profile, [flags, ...words]).grossKg;
    assert.equal(kg(0, 0, 32_480), 32_480);
    assert.equal(kg(1, 0, 140), -140);
    assert.ok(Object.is(kg(1, 0, 0), 0), "minus zero is zero");
    assert.equal(kg(1, 0xffff, 0xff74), -140, "two's complement that agrees with its sign");
    assert.equal(kg(0, 0xffff, 0xff74), undefined, "a sign that contradicts its magnitude");
  });

  it("ID551PN: the motion bit is the opposite of stable, and setup mode is no weighing", async () => {
    const profile = await loadProfile("tuna-id551pn");
    const reply = (flags: number) => decodeReply(profile, [0x46fd, 0xc000, flags]);
    const ok = 1 << 15;
    assert.deepEqual([reply(ok).grossKg, reply(ok).stable], [32_480, true]);
    assert.equal(reply(ok | (1 << 12)).stable, false);
    assert.equal(reply(ok | (1 << 14)).grossKg, undefined);
    assert.equal(reply(0).grossKg, undefined);
  });

  for (const name of ["cas-ci-600", "eagle-ei-1000"]) {
    it(`${name}: without a status register nothing is ever stable`, async () => {
      const profile = await loadProfile(name);
      const [high = 0, low = 0] = encodeCount(profile.gross, 20);
      const { grossKg, stable, atZero, overRange } = decodeReply(profile, [high, low]);
      assert.deepEqual(
        { grossKg, stable, atZero, overRange },
        { grossKg: 20, stable: false, atZero: false, overRange: false },
      );
      assert.equal(decodeReply(profile, [0, 0]).atZero, true);
    });
  }
});

describe("modbus-weighbridge descriptor", () => {
  const check = new Ajv({ allErrors: true, useDefaults: true, strict: true }).compile(weighbridgeModbus.options);

  it("fills in the defaults", () => {
    const options = { host: "scale-1" };
    assert.equal(check(options), true);
    assert.deepEqual(options, {
      host: "scale-1",
      port: 502,
      unit: 1,
      pollMs: 50,
      timeoutMs: 300,
      profile: "generic",
      capacityKg: 80_000,
    });
  });

  for (const profile of ["../secrets", "a/b", "", "Generic"]) {
    it(`refuses the profile name "${profile}"`, () => assert.equal(check({ host: "scale-1", profile }), false));
  }
});
