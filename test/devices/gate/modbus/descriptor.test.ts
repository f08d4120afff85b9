import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import { COIL, COIL_COUNT, DISCRETE_INPUTS, inputsFromBits } from "#devices/gate/modbus/register-table";

const check = new Ajv({ allErrors: true, useDefaults: true, strict: true }).compile(gateModbus.options);

describe("modbus-gate descriptor", () => {
  it("fills in the defaults", () => {
    const options = { host: "plc-1" };
    assert.equal(check(options), true);
    assert.deepEqual(options, { host: "plc-1", port: 502, unit: 1, pollMs: 20, timeoutMs: 300 });
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

  it("maps every discrete input to its own name and nothing else", () => {
    for (const [index, name] of DISCRETE_INPUTS.entries()) {
      const inputs = inputsFromBits(DISCRETE_INPUTS.map((_, bit) => bit === index));
      const active = Object.entries(inputs).flatMap(([key, value]) => (value ? [key] : []));
      assert.deepEqual(active, [name]);
    }
  });

  it("gives every coil its own address", () => {
    assert.deepEqual(
      Object.values(COIL).toSorted((one, other) => one - other),
      Array.from({ length: COIL_COUNT }, (_, address) => address),
    );
  });
});
